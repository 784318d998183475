import { chmodSync, chownSync, existsSync, lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { makeFolder, writeFileAtomic } from '../../core/index.ts';
import { isRecord, parseAuthConfig, readText, sectionOf } from './auth-file.ts';
import { hostsOf, normaliseKey, serversOf } from './keys.ts';

type Entries = Record<string, unknown>;

/** Links that may lead to each other (as Linux counts them). */
const mostLinks = 40;

/**
 * Changes the entry of one registry in a file, and nothing else that is in it: keys that are not known stay, and so does the
 * form. The file is replaced as a whole, readable to its owner only; a link to it stays a link.
 *
 * @param key `host[:port]`, perhaps with a namespace.
 * @param edit gets the entry that was there, and gives the new one; undefined takes it out.
 * @returns whether there was an entry.
 * @throws SkillsError ERR_CONFIG_INVALID where the file cannot be read: then it is left alone. NodeJS.ErrnoException where it
 * cannot be written.
 */
export function editAuthFile(
  path: string,
  key: string,
  edit: (before: Entries | undefined) => object | undefined,
): boolean {
  const file = endOfLinks(path);
  const text = readText(file) ?? '';
  const config = parseAuthConfig(text, path);
  const auths = sectionOf(config, 'auths', path);
  const same = Object.keys(auths).filter((name) => isSameKey(name, key));
  const entries = same.map((name) => auths[name]).filter(isRecord);
  const before = entries.length > 0 ? Object.assign({}, ...entries) : undefined;
  const after = edit(before);
  if (same.length === 0 && after === undefined) return false;
  for (const name of same) delete auths[name];
  if (after !== undefined) auths[canonical(key)] = after;
  write(file, formatLike(text, { ...config, auths }));
  return same.length > 0;
}

/** The file that a path leads to, which need not be there yet. */
function endOfLinks(path: string, left = mostLinks): string {
  if (existsSync(path)) return realpathSync(path);
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return path;
  if (left > 0) return endOfLinks(resolve(realpathSync(dirname(path)), readlinkSync(path)), left - 1);
  throw Object.assign(new Error(`${path}: too many links`), { code: 'ELOOP', path });
}

function isSameKey(name: string, key: string): boolean {
  return aliases(key).includes(normaliseKey(name));
}

function aliases(key: string): readonly string[] {
  return key.includes('/') ? [key.toLowerCase()] : hostsOf(key);
}

/** What docker and podman both find it by. */
function canonical(key: string): string {
  return key.includes('/') ? key.toLowerCase() : serversOf(key)[0];
}

function formatLike(text: string, config: object): string {
  const indent = /^\s*\{\r?\n([ \t]+)/.exec(text)?.[1] ?? '\t';
  return `${JSON.stringify(config, undefined, indent)}${text === '' || text.endsWith('\n') ? '\n' : ''}`;
}

function write(file: string, text: string): void {
  const folder = dirname(file);
  if (!existsSync(folder)) {
    makeFolder(folder);
    chmodSync(folder, 0o700);
  }
  const before = statSync(file, { throwIfNoEntry: false });
  writeFileAtomic(file, text, { mode: 0o600, durable: true });
  // With sudo the file is another's, and must stay so.
  if (before && process.getuid?.() === 0 && before.uid !== 0) chownSync(file, before.uid, before.gid);
}
