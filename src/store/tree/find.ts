import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { hashTree, type UnpackedTree } from '../../pack/index.ts';
import type { StorePaths } from '../home.ts';
import { bootId } from '../owner.ts';
import { observe } from '../places/observe.ts';
import { discard, readNames } from '../staging.ts';
import { suffixedFolder, treeFolder } from './folder.ts';
import { readMarker, removeMarker, type TreeMarker, writeMarker } from './marker.ts';
import type { StoredTree, TreeKey } from './types.ts';

/**
 * The complete tree of a version, of any content where the key names none.
 *
 * After an unclean stop of the system a tree is hashed before it is believed; one that does not hold is removed, and
 * undefined tells the caller to unpack it again.
 */
export function findTree(paths: StorePaths, key: TreeKey): StoredTree | undefined {
  for (const folder of candidates(paths, key)) {
    const marker = readMarker(paths.trees, folder);
    if (!marker || (key.contentDigest && marker.contentDigest !== key.contentDigest)) continue;
    const checked = believe(paths, folder, marker);
    if (checked) return asTree(paths, folder, checked);
  }
  return undefined;
}

/** All complete trees, by their folders. Nothing is hashed. */
export function listTrees(paths: StorePaths): StoredTree[] {
  const markers = readdirRecursive(paths.trees).filter((path) => path.endsWith('.json'));
  return markers.sort().flatMap((path) => {
    const folder = path.slice(0, -'.json'.length);
    const marker = readMarker(paths.trees, folder);
    return marker && isFolder(join(paths.home, folder)) ? [asTree(paths, folder, marker)] : [];
  });
}

export function removeTree(paths: StorePaths, tree: StoredTree): void {
  const folder = tree.path.slice(paths.home.length + 1).replaceAll('\\', '/');
  removeMarker(paths.trees, folder);
  discard(paths.staging, tree.path);
}

export function asTree(paths: StorePaths, folder: string, marker: TreeMarker): StoredTree {
  const { name, scope, version, contentDigest, files } = marker;
  return { name, ...(scope ? { scope } : {}), version, contentDigest, files, path: join(paths.home, folder) };
}

/** What a folder really holds; undefined where it cannot be read as a tree. */
export function tryHash(path: string): UnpackedTree | undefined {
  try {
    return hashTree(path);
  } catch {
    return undefined;
  }
}

function candidates(paths: StorePaths, key: TreeKey): string[] {
  const folder = treeFolder(key);
  if (key.contentDigest) return [folder, suffixedFolder(folder, key.contentDigest)];
  const prefix = `${basename(folder)}~`;
  const parent = dirname(folder);
  const suffixed = readNames(join(paths.trees, parent)).filter((name) => name.startsWith(prefix));
  return [folder, ...suffixed.sort().map((name) => `${parent}/${name.slice(0, -'.json'.length)}`)];
}

/** What tells a folder from another one at the same path; inodes alone are used again at once. */
export function folderStamp(path: string): readonly [number, number] {
  const { ino, mtimeMs } = statSync(path);
  return [ino, mtimeMs];
}

function stampIfFolder(path: string): readonly [number, number] | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isDirectory() ? [stat.ino, stat.mtimeMs] : undefined;
}

function believe(paths: StorePaths, folder: string, marker: TreeMarker): TreeMarker | undefined {
  const path = join(paths.home, folder);
  const stamp = stampIfFolder(path);
  if (!stamp) return undefined;
  const sameFolder = stamp[0] === marker.folder?.[0] && stamp[1] === marker.folder[1];
  if (sameFolder && (marker.settled || marker.boot === bootId())) return marker;
  if (!holds(path, marker)) {
    removeMarker(paths.trees, folder);
    discard(paths.staging, path);
    return undefined;
  }
  const fresh: TreeMarker = { ...marker, folder: stamp, boot: bootId(), ...(sameFolder ? { settled: true } : {}) };
  tryWrite(paths, folder, fresh);
  return fresh;
}

/** Droppings do not count: a script that an agent runs by a link into the store leaves its `__pycache__` here. */
function holds(path: string, { files, contentDigest }: TreeMarker): boolean {
  try {
    return observe(path, new Set(files.map((file) => file.path))).contentDigest === contentDigest;
  } catch {
    return false;
  }
}

/** A home that cannot be written is hashed each time instead. */
function tryWrite(paths: StorePaths, folder: string, marker: TreeMarker): void {
  try {
    writeMarker(paths, folder, marker);
  } catch {
    // see above
  }
}

function readdirRecursive(folder: string): string[] {
  if (!isFolder(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
