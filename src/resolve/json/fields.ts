import { type Digest, isDigest } from '../../core/index.ts';
import { broken, type JsonDocument } from './document.ts';

export type JsonObject = Readonly<Record<string, unknown>>;
type Path = readonly PropertyKey[];

/** Reads the fields of one object of a {@link JsonDocument}; every refusal names its line and column. */
export class Fields {
  readonly document: JsonDocument;
  readonly path: Path;
  readonly values: JsonObject;

  constructor(document: JsonDocument, value: unknown, path: Path = []) {
    this.document = document;
    this.path = path;
    if (!isObject(value)) throw broken(document, path, `${describe(path)} must be an object`);
    this.values = value;
  }

  fail(key: string | undefined, message: string, hint?: string): never {
    throw broken(this.document, key === undefined ? this.path : [...this.path, key], message, hint);
  }

  text(key: string): string {
    return this.optionalText(key) ?? this.fail(key, `"${key}" is missing`);
  }

  /** A string that is not empty; null counts as absent. */
  optionalText(key: string): string | undefined {
    const value = this.values[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    return this.fail(key, `"${key}" must be a string that is not empty`);
  }

  optionalDigest(key: string): Digest | undefined {
    const value = this.optionalText(key);
    if (value === undefined || isDigest(value)) return value;
    return this.fail(key, `"${value}" is not a digest`, 'a digest is sha256: and 64 lower-case hexadecimal digits');
  }

  optionalSize(key: string): number | undefined {
    const value = this.values[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    return this.fail(key, `"${key}" must be a number of bytes`);
  }

  flag(key: string): boolean {
    const value = this.values[key] ?? false;
    return typeof value === 'boolean' ? value : this.fail(key, `"${key}" must be true or false`);
  }

  texts(key: string): readonly string[] {
    const list = this.#list(key);
    if (list.every((item) => typeof item === 'string')) return list;
    return this.fail(key, `"${key}" must be a list of strings`);
  }

  objects(key: string): readonly Fields[] {
    return this.#list(key).map((item, index) => new Fields(this.document, item, [...this.path, key, index]));
  }

  object(key: string): Fields {
    return this.optionalObject(key) ?? this.fail(key, `"${key}" is missing`);
  }

  optionalObject(key: string): Fields | undefined {
    const value = this.values[key];
    return value === undefined || value === null ? undefined : new Fields(this.document, value, [...this.path, key]);
  }

  keys(): readonly string[] {
    return Object.keys(this.values);
  }

  /** What stands here under keys that are not known: kept, and written back. */
  unknown(known: readonly string[]): JsonObject {
    return Object.fromEntries(Object.entries(this.values).filter(([key]) => !known.includes(key)));
  }

  #list(key: string): readonly unknown[] {
    const value = this.values[key] ?? [];
    return Array.isArray(value) ? value : this.fail(key, `"${key}" must be a list`);
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(path: Path): string {
  return path.length === 0 ? 'the file' : `"${path.map(String).join('.')}"`;
}
