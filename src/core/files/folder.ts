import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and the folders above it; one that is there is left as it is.
 *
 * Not `mkdirSync(path, { recursive: true })`: where a file system answers ENOENT although the parent is there (`/proc`, some
 * network mounts), Node 20 to 24 tries for ever.
 *
 * @throws NodeJS.ErrnoException EACCES, EROFS, ENOSPC, ENOTDIR, EEXIST (something that is no folder has the name), ENOENT
 */
export function makeFolder(path: string): void {
  if (isFolder(path)) return;
  const parent = dirname(path);
  const hadParent = isFolder(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Another process may have been faster.
    if (code === 'EEXIST' && isFolder(path)) return;
    // Only a parent that was there before we tried makes ENOENT a refusal: one that is there now was just made.
    if (code !== 'ENOENT' || parent === path || hadParent) throw error;
    makeFolder(parent);
    makeFolder(path);
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
