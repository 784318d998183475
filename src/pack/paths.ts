import { limits } from '../core/index.ts';
import type { ClashReason, PathReason } from './refusals.ts';

/** What is wrong with a path, as a word and as the end of a sentence that begins with the path. */
export interface PathProblem {
  readonly reason: PathReason;
  readonly text: string;
}

type Rule = readonly [PathReason, RegExp | ((path: string) => boolean), string];

// Bidirectional formatting characters are counted among the control characters: they make a name read as another.
const rules: readonly Rule[] = [
  ['control-character', /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u, 'has a control character'],
  ['not-utf8', (path) => !path.isWellFormed() || path.includes('\ufffd'), 'is not valid Unicode text'],
  ['absolute-path', /^(?:[\\/]|[A-Za-z]:)/, 'is absolute'],
  ['parent-segment', /(?:^|[\\/])\.\.(?:[\\/]|$)/, 'leads out of its folder by ".."'],
  ['backslash', /\\/, 'has a backslash, which separates folders on Windows'],
  ['empty-path', /^$|(?:^|\/)\.?(?:\/|$)/, 'has an empty segment or "."'],
  [
    'reserved-name',
    // Microsoft Learn, "Naming Files, Paths, and Namespaces"
    /(?:^|\/)(?:con|prn|aux|nul|com[1-9¹²³]|lpt[1-9¹²³]|conin\$|conout\$) *(?:\.[^/]*)?(?:\/|$)/i,
    'is a name that Windows reserves',
  ],
  ['reserved-name', /[<>:"|?*]/, 'has a character that Windows reserves'],
  ['reserved-name', /[. ](?:\/|$)/, 'has a segment that ends in "." or a space, which Windows drops'],
  ['too-long', isTooDeep, `has more than ${limits.pathSegments} segments`],
  ['too-long', isTooLong, `is longer than ${limits.pathBytes} bytes, or a segment of it than ${limits.segmentBytes}`],
];

/** The first rule that a relative, '/'-separated path breaks. */
export function findPathProblem(path: string): PathProblem | undefined {
  for (const [reason, test, text] of rules) {
    if (typeof test === 'function' ? test(path) : test.test(path)) return { reason, text };
  }
  return undefined;
}

function isTooDeep(path: string): boolean {
  return path.length > 2 * limits.pathSegments - 1 && path.split('/').length > limits.pathSegments;
}

function isTooLong(path: string): boolean {
  if (path.length * 3 <= limits.segmentBytes) return false;
  if (Buffer.byteLength(path) > limits.pathBytes) return true;
  return path.split('/').some((segment) => Buffer.byteLength(segment) > limits.segmentBytes);
}

/** Two paths that cannot be in one folder on every machine. */
export interface Clash {
  readonly reason: ClashReason;
  /** The path that came first. */
  readonly other: string;
}

interface Entry {
  /** As it was written, before normalising. */
  readonly raw: string;
  readonly path: string;
  readonly kind: 'file' | 'folder';
}

/** The paths of one tree: finds those that file systems without case, or with another normal form, take for one. */
export class PathBook {
  readonly #entries = new Map<string, Entry>();
  readonly #folders = new Set<string>();

  /** Files and folders, also those that are only above others. */
  get size(): number {
    return this.#entries.size;
  }

  /** Adds a file or folder, and the folders above it. @param raw the spelling before it was normalised to NFC. */
  add(path: string, kind: 'file' | 'folder', raw: string = path): Clash | undefined {
    return this.#addParents(path) ?? (kind === 'folder' ? this.#addFolder(path) : this.#enter({ path, kind, raw }));
  }

  #addParents(path: string): Clash | undefined {
    const end = path.lastIndexOf('/');
    if (end < 0 || this.#folders.has(path.slice(0, end))) return undefined;
    return this.#addParents(path.slice(0, end)) ?? this.#addFolder(path.slice(0, end));
  }

  #addFolder(path: string): Clash | undefined {
    if (this.#folders.has(path)) return undefined;
    this.#folders.add(path);
    return this.#enter({ path, kind: 'folder', raw: path });
  }

  #enter(entry: Entry): Clash | undefined {
    const key = foldPath(entry.path);
    const other = this.#entries.get(key);
    if (!other) {
      this.#entries.set(key, entry);
      return undefined;
    }
    return { reason: clashOf(entry, other), other: other.path };
  }
}

function clashOf(entry: Entry, other: Entry): ClashReason {
  if (entry.path !== other.path) return 'case-collision';
  if (entry.kind !== other.kind) return 'file-and-folder';
  return entry.raw === other.raw ? 'duplicate' : 'unicode-collision';
}

const ascii = /^[\0-\x7f]*$/;

/** A key that is the same for paths that a file system without case takes for one (full folding: ß and SS too). */
function foldPath(path: string): string {
  if (ascii.test(path)) return path.toLowerCase();
  return path.normalize('NFD').toUpperCase().toLowerCase().normalize('NFC');
}

const surrogate = /[\ud800-\udfff]/;

/** Sorts by the UTF-8 bytes of `path`. UTF-16 order, which `<` gives, differs from it only beside surrogates. */
export function sortByPath<T extends { readonly path: string }>(items: readonly T[]): T[] {
  if (!items.some(({ path }) => surrogate.test(path))) {
    return [...items].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  }
  const keyed = items.map((item) => ({ item, key: Buffer.from(item.path) }));
  return keyed.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ item }) => item);
}
