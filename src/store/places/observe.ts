import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { type Digest, sha256 } from '../../core/index.ts';
import { contentDigestOf } from '../../pack/index.ts';
import type { FileStamp, FolderStamp, Observation } from './types.ts';

/**
 * A file changed this short before it was looked at may change again within the same tick of the clock, with the same
 * size: its stamp proves nothing (what git calls racy). Milliseconds; the clock of Linux file systems ticks every 1 to 10.
 */
const racyWindow = 20;

/** What file managers and interpreters leave behind: not part of a skill, unless the skill itself brings it. */
const droppings = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini', '__pycache__']);

/** Whether everything looks as it did: the same folders, the same files, by their stamps. Reads no content. */
export function looksUntouched(root: string, seen: Observation): boolean {
  const trusted = seen.at - racyWindow;
  for (const path in seen.folders) {
    const stamp = seen.folders[path];
    const stat = lstatSync(path === '' ? root : `${root}/${path}`, { throwIfNoEntry: false });
    if (!stamp || !stat?.isDirectory() || stat.mtimeMs >= trusted) return false;
    if (stat.mtimeMs !== stamp[0] || stat.ino !== stamp[1]) return false;
  }
  for (const path in seen.files) {
    const stamp = seen.files[path];
    const stat = lstatSync(`${root}/${path}`, { throwIfNoEntry: false });
    if (!stamp || !stat || !isSameFile(stat, stamp, trusted)) return false;
  }
  return true;
}

/**
 * Looks at all of a folder. Files whose stamp is as it was `before` are not read again.
 *
 * @param known paths that belong to the skill whatever they are called; other droppings are passed over.
 */
export function observe(root: string, known: ReadonlySet<string>, before?: Observation): Observation {
  const at = Date.now();
  const trusted = before ? before.at - racyWindow : 0;
  const files: Record<string, FileStamp> = {};
  const folders: Record<string, FolderStamp> = {};
  const visit = (folder: string): void => {
    const absolute = folder === '' ? root : `${root}/${folder}`;
    const own = lstatSync(absolute);
    folders[folder] = [own.mtimeMs, own.ino];
    for (const entry of readdirSync(absolute, { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (droppings.has(entry.name) && !isKnown(known, path)) continue;
      if (entry.isDirectory()) {
        visit(path);
        continue;
      }
      const stat = lstatSync(`${root}/${path}`);
      const stamp = before?.files[path];
      files[path] =
        stamp && isSameFile(stat, stamp, trusted) ? stamp : stampOf(stat, readDigest(`${root}/${path}`, stat));
    }
  };
  visit('');
  return { at, contentDigest: digestOf(files), files, folders };
}

export function stampOf(stat: Stats, digest: Digest): FileStamp {
  return [stat.size, stat.mtimeMs, stat.ctimeMs, stat.ino, (stat.mode & 0o111) === 0 ? 0 : 1, digest];
}

function isSameFile(stat: Stats, stamp: FileStamp, trusted: number): boolean {
  return (
    stat.ctimeMs < trusted &&
    stat.size === stamp[0] &&
    stat.mtimeMs === stamp[1] &&
    stat.ctimeMs === stamp[2] &&
    stat.ino === stamp[3] &&
    stat.isFile()
  );
}

/** A link or a device is no content that we install: its digest is one that no file has by chance. */
function readDigest(path: string, stat: Stats): Digest {
  if (stat.isFile()) return sha256(readFileSync(path));
  return sha256(`not a file\0${stat.isSymbolicLink() ? readlinkSync(path) : stat.mode}`);
}

function digestOf(files: Readonly<Record<string, FileStamp>>): Digest {
  const entries = Object.entries(files);
  if (entries.length === 0) return sha256('an empty folder');
  return contentDigestOf(entries.map(([path, stamp]) => ({ path, digest: stamp[5] })));
}

function isKnown(known: ReadonlySet<string>, path: string): boolean {
  if (known.has(path)) return true;
  for (const file of known) if (file.startsWith(`${path}/`)) return true;
  return false;
}
