/**
 * JSON text whose bytes depend on the value alone: keys sorted by UTF-16 code units, no spaces (as RFC 8785 orders them).
 *
 * `undefined` members are left out.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

/** JSON for files that people read and commit: the order of keys as given, two spaces, a line feed at the end. */
export function prettyJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
