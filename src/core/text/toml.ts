import { parse, TomlDate, TomlError } from 'smol-toml';
import { SkillsError } from '../errors.ts';
import type { Located, Position, TextOrigin } from './positions.ts';

/**
 * Parses TOML 1.0. Dates become their text.
 *
 * @throws SkillsError ERR_FILE_INVALID with `data: {file, line, column}`.
 */
export function readToml(text: string, { file }: TextOrigin): Located {
  let value: unknown;
  try {
    value = plain(parse(text));
  } catch (cause) {
    if (cause instanceof RangeError) throw tooDeep(file, cause);
    if (!(cause instanceof TomlError)) throw cause;
    const { line, column } = cause;
    const reason = cause.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '') ?? 'broken TOML';
    throw new SkillsError('ERR_FILE_INVALID', `${file}:${line}:${column}: ${reason}`, {
      cause,
      data: { file, line, column, reason },
    });
  }
  return { value, positionOf: (path) => findKey(text.split('\n'), path) };
}

function tooDeep(file: string, cause: RangeError): SkillsError {
  const reason = 'it is nested too deeply';
  return new SkillsError('ERR_FILE_INVALID', `${file}: ${reason}`, {
    cause,
    data: { file, line: 1, column: 1, reason },
  });
}

function plain(value: unknown): unknown {
  if (value instanceof TomlDate) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

/**
 * Where a key stands: its table's header first, then the key in it. smol-toml keeps no positions, and the lines of a
 * manifest are simple enough to be found again; the deepest part of the path that is found is the answer.
 */
function findKey(lines: readonly string[], path: readonly PropertyKey[]): Position | undefined {
  const names = path.filter((key) => typeof key === 'string');
  for (let depth = names.length; depth > 0; depth--) {
    const found = findHeader(lines, names.slice(0, depth)) ?? findEntry(lines, names.slice(0, depth));
    if (found) return found;
  }
  return { line: 1, column: 1 };
}

function findHeader(lines: readonly string[], names: readonly string[]): Position | undefined {
  const line = lines.findIndex((text) => sameNames(/^\s*\[\[?([^\]]+)\]/.exec(text)?.[1], names));
  return line < 0 ? undefined : { line: line + 1, column: (lines[line]?.indexOf('[') ?? 0) + 1 };
}

function findEntry(lines: readonly string[], names: readonly string[]): Position | undefined {
  const parent = names.length > 1 ? findHeader(lines, names.slice(0, -1)) : { line: 0, column: 1 };
  if (!parent) return undefined;
  for (let index = parent.line; index < lines.length; index++) {
    const text = lines[index] ?? '';
    if (/^\s*\[/.test(text)) return undefined;
    if (sameNames(/^\s*("[^"]*"|'[^']*'|[\w.-]+)\s*=/.exec(text)?.[1], names.slice(-1))) {
      return { line: index + 1, column: text.search(/\S/) + 1 };
    }
  }
  return undefined;
}

function sameNames(written: string | undefined, names: readonly string[]): boolean {
  if (written === undefined) return false;
  const parts = [...written.matchAll(/"([^"]*)"|'([^']*)'|([\w-]+)/g)].map((match) => match[1] ?? match[2] ?? match[3]);
  return parts.join('\0') === names.join('\0');
}
