import { chmodSync, constants, copyFileSync, lstatSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { makeFolder, SkillsError } from '../../core/index.ts';
import type { StoredTree } from '../tree/types.ts';
import { stampOf } from './observe.ts';
import type { FileStamp, FolderStamp, Observation } from './types.ts';

/**
 * Copies a tree as files that may be edited: a reflink where the file system has them, never a hard link, for agents
 * edit skills, and the store would change with them.
 *
 * @throws SkillsError ERR_NOT_FOUND where the tree is not in the store any more.
 */
export function copyTree(tree: Pick<StoredTree, 'path' | 'files' | 'contentDigest'>, destination: string): Observation {
  const files: Record<string, FileStamp> = {};
  makeFolder(destination);
  for (const folder of foldersOf(tree.files)) mkdirSync(join(destination, folder), { recursive: true });
  for (const { path, digest, executable } of tree.files) {
    const copy = `${destination}/${path}`;
    copyFile(`${tree.path}/${path}`, copy);
    chmodSync(copy, executable ? 0o755 : 0o644);
    files[path] = stampOf(lstatSync(copy), digest);
  }
  // Nobody else knows the copy yet, so the time after the last stamp holds for all.
  const folders = stampFolders(destination, tree.files);
  return { at: Date.now(), contentDigest: tree.contentDigest, files, folders };
}

/** A link to a folder; on Windows a junction, which needs no privilege but is absolute. */
export function makeLink(target: string, path: string, finalPath: string): void {
  if (process.platform !== 'win32') symlinkSync(target, path);
  else symlinkSync(resolve(dirname(finalPath), target), path, 'junction');
}

function copyFile(from: string, to: string): void {
  try {
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOENT') throw error;
    throw new SkillsError('ERR_NOT_FOUND', `${from} is missing from the store`, {
      cause: error,
      hint: 'somebody removed it; run the command again, it fetches the skill anew',
    });
  }
}

function foldersOf(files: StoredTree['files']): Set<string> {
  const folders = new Set<string>();
  for (const { path } of files) {
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      folders.add(path.slice(0, slash));
    }
  }
  return folders;
}

function stampFolders(root: string, files: StoredTree['files']): Record<string, FolderStamp> {
  const stamps: Record<string, FolderStamp> = {};
  for (const folder of ['', ...foldersOf(files)]) {
    const stat = lstatSync(folder === '' ? root : `${root}/${folder}`);
    stamps[folder] = [stat.mtimeMs, stat.ino];
  }
  return stamps;
}
