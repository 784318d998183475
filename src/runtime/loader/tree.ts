import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { SkillsError } from '../../core/index.ts';

/** The files of an unpacked skill. */
export interface Tree {
  readonly paths: readonly string[];
  read(path: string): Uint8Array | undefined;
}

/** Lists a folder; its files are read when asked for. @throws SkillsError ERR_NOT_FOUND where it is gone, or is none */
export function readTree(root: string): Tree {
  const paths = listEntries(root)
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
  const known = new Set(paths);
  return { paths, read: (path) => (known.has(path) ? readFileSync(join(root, path)) : undefined) };
}

function listEntries(root: string): Dirent[] {
  try {
    return readdirSync(root, { recursive: true, withFileTypes: true });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw cause;
    throw new SkillsError('ERR_NOT_FOUND', `${root} is ${code === 'ENOENT' ? 'not there' : 'no folder'}`, {
      cause,
      hint: 'skills install brings back what is missing',
    });
  }
}
