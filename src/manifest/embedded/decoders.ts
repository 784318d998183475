import { SkillsError } from '../../core/index.ts';

/** Checks a JSON value and returns it with a type. Small on purpose: install must not wait for a schema library. */
export type Decoder<T> = (value: unknown, path: string) => T;

export const text: Decoder<string> = (value, path) =>
  typeof value === 'string' ? value : refuse(path, 'a text', value);

export const number: Decoder<number> = (value, path) =>
  typeof value === 'number' ? value : refuse(path, 'a number', value);

export const flag: Decoder<boolean> = (value, path) =>
  typeof value === 'boolean' ? value : refuse(path, 'true or false', value);

export const scalar: Decoder<string | number | boolean> = (value, path) =>
  ['string', 'number', 'boolean'].includes(typeof value)
    ? (value as string | number | boolean)
    : refuse(path, 'a text, a number, true or false', value);

export function list<T>(item: Decoder<T>): Decoder<readonly T[]> {
  return (value, path) =>
    Array.isArray(value)
      ? value.map((entry: unknown, index) => item(entry, `${path}[${index}]`))
      : refuse(path, 'a list', value);
}

export function mapOf<T>(item: Decoder<T>): Decoder<Readonly<Record<string, T>>> {
  return (value, path) =>
    Object.fromEntries(Object.entries(asMap(value, path)).map(([key, entry]) => [key, item(entry, `${path}.${key}`)]));
}

export function oneOf<const T extends string>(...words: readonly T[]): Decoder<T> {
  return (value, path) => words.find((word) => word === value) ?? refuse(path, `one of ${words.join(', ')}`, value);
}

export function anyOr<T>(item: Decoder<T>): Decoder<T | 'any'> {
  return (value, path) => (value === 'any' ? value : item(value, path));
}

type Fields<T> = { readonly [K in keyof Required<T>]: Decoder<Required<T>[K]> };

/**
 * A map with these fields, any of which may be missing unless it is in `required`; where one is, `fallback` fills in.
 * Unknown keys are passed over: newer versions may write them.
 */
export function fields<T extends object>(
  shape: Fields<T>,
  required: readonly (keyof T & string)[] = [],
  fallback: Partial<T> = {},
): Decoder<T> {
  const entries = Object.entries(shape) as [string, Decoder<unknown>][];
  return (value, path) => {
    const map = asMap(value, path);
    const result: Record<string, unknown> = { ...fallback };
    for (const [key, decode] of entries) {
      const item = Object.hasOwn(map, key) ? map[key] : undefined;
      const decoded = item === undefined ? undefined : decode(item, `${path}.${key}`);
      if (decoded !== undefined) result[key] = decoded;
      else if (item === undefined && required.includes(key as keyof T & string))
        refuse(`${path}.${key}`, 'there', item);
    }
    return result as T;
  };
}

export function asMap(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  return refuse(path, 'a map', value);
}

export function refuse(path: string, wanted: string, value: unknown): never {
  const found = value === undefined ? 'is missing' : `is ${JSON.stringify(value)?.slice(0, 60)}`;
  throw new SkillsError(
    'ERR_ARTIFACT_INVALID',
    `The manifest in the artifact is broken: ${path} must be ${wanted}, and ${found}`,
    {
      hint: 'publish the skill again with a current version of skills',
      data: { path },
    },
  );
}
