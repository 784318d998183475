import { chmodSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Digest, makeFolder, TrustError } from '../../core/index.ts';
import type { UnpackedTree } from '../../pack/index.ts';
import type { StorePaths } from '../home.ts';
import { errnoOf, ioError } from '../io.ts';
import { bootId } from '../owner.ts';
import { discard, stagingPath } from '../staging.ts';
import { asTree, findTree, folderStamp, tryHash } from './find.ts';
import { scopeFolder, suffixedFolder, treeFolder } from './folder.ts';
import { readMarker, removeMarker, type TreeMarker, writeMarker } from './marker.ts';
import type { StoredTree, TreeKey } from './types.ts';

/**
 * Brings a tree into the store: unpacked in a staging folder of the same file system, made read-only, moved by one
 * rename, and marked complete. Two processes that add the same tree at once end with the same one; a tree of the same
 * version with other content gets a folder with a suffix. One that is there already is not unpacked again.
 *
 * @param unpack fills the folder whose path it gets, which does not exist, and says what it holds.
 * @throws SkillsError ERR_IO; TrustError ERR_DIGEST_MISMATCH where the content is not what the key promises. Nothing stays then.
 */
export async function addTree(
  paths: StorePaths,
  key: TreeKey,
  unpack: (staging: string) => Promise<UnpackedTree>,
): Promise<StoredTree> {
  const found = key.contentDigest ? findTree(paths, key) : undefined;
  if (found) return found;
  const folder = treeFolder(key);
  let staging: string | undefined;
  try {
    staging = stagingPath(paths.staging);
    const unpacked = await unpack(staging);
    checkContent(key, unpacked.contentDigest);
    seal(staging, unpacked);
    return settleIn(paths, key, folder, staging, unpacked);
  } catch (error) {
    throw ioError(`cannot store ${folder}`, error);
  } finally {
    // Asked first: removing what is not there takes longer than looking.
    if (staging && exists(staging)) rmSync(staging, { recursive: true, force: true });
  }
}

function checkContent(key: TreeKey, actual: Digest): void {
  if (!key.contentDigest || key.contentDigest === actual) return;
  throw new TrustError(
    'ERR_DIGEST_MISMATCH',
    `${key.name}@${key.version} unpacks to ${actual}, not ${key.contentDigest}`,
    {
      hint: 'the source has other content than the lock says; nothing was installed. If that is wanted, update the skill',
      data: { expected: key.contentDigest, actual },
    },
  );
}

/** Trees are shared by all projects: nobody edits them by accident. Folders stay writable, or they could not be removed. */
function seal(root: string, { files }: UnpackedTree): void {
  for (const file of files) chmodSync(join(root, file.path), file.executable ? 0o555 : 0o444);
}

function settleIn(
  paths: StorePaths,
  key: TreeKey,
  folder: string,
  staging: string,
  unpacked: UnpackedTree,
): StoredTree {
  const suffixed = suffixedFolder(folder, unpacked.contentDigest);
  const taken = place(paths, key, folder, staging, unpacked) ?? place(paths, key, suffixed, staging, unpacked);
  if (taken) return taken;
  // The suffix names this content, and what lies there is another: the rest of an unclean stop.
  discard(paths.staging, join(paths.home, suffixed));
  const retried = place(paths, key, suffixed, staging, unpacked);
  if (retried) return retried;
  throw new Error(`${suffixed} is written by somebody else`);
}

/** Undefined where the folder holds other content. */
function place(
  paths: StorePaths,
  key: TreeKey,
  folder: string,
  staging: string,
  unpacked: UnpackedTree,
): StoredTree | undefined {
  const path = join(paths.home, folder);
  if (moveIn(paths, folder, staging, path)) return mark(paths, key, folder, unpacked);
  const marker = readMarker(paths.trees, folder);
  const there = marker?.contentDigest ?? tryHash(path)?.contentDigest;
  if (there !== unpacked.contentDigest) return undefined;
  // Another process was quicker, or was killed between rename and marker.
  const found = marker && findTree(paths, { ...key, contentDigest: there });
  if (found) return found;
  return moveIn(paths, folder, staging, path) || tryHash(path)?.contentDigest === there
    ? mark(paths, key, folder, unpacked)
    : undefined;
}

function moveIn(paths: StorePaths, folder: string, staging: string, path: string): boolean {
  makeFolder(dirname(path));
  // A marker whose folder somebody removed must not speak for the new one.
  if (statSync(path, { throwIfNoEntry: false }) === undefined) removeMarker(paths.trees, folder);
  try {
    renameSync(staging, path);
    return true;
  } catch (error) {
    const errno = errnoOf(error) ?? '';
    const occupied = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(errno) || (errno === 'EPERM' && exists(path));
    if (occupied) return false;
    throw error;
  }
}

function mark(paths: StorePaths, key: TreeKey, folder: string, { contentDigest, files }: UnpackedTree): StoredTree {
  const scope = scopeFolder(key.scope);
  const marker: TreeMarker = {
    format: 1,
    name: key.name,
    ...(scope ? { scope } : {}),
    version: key.version,
    contentDigest,
    files,
    folder: folderStamp(join(paths.home, folder)),
    boot: bootId(),
  };
  writeMarker(paths, folder, marker);
  return asTree(paths, folder, marker);
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
