import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { decodeText, SkillsError, toSkillsError } from '../../core/index.ts';
import { executablesInGit } from '../version/git-files.ts';
import type { FolderFile, SkillFolder } from './folder.types.ts';
import { createIgnoreFilter, type IgnoreFilter } from './ignore.ts';
import { walkFolder } from './walk.ts';

export interface OpenFolderOptions {
  /** Whether the default ignores and `.skillignore` apply; true unless stated. */
  readonly ignore?: boolean;
  /** The name to give it instead of its last segment, for a folder that was unpacked to elsewhere. */
  readonly folder?: string;
}

/**
 * A skill folder, with the list of what would be packed.
 *
 * @throws SkillsError ERR_NOT_FOUND, ERR_USAGE where it is no folder, ERR_SKILL_INVALID where a file in it cannot be packed.
 */
export function openFolder(dir: string, { ignore = true, folder }: OpenFolderOptions = {}): SkillFolder {
  const root = realFolder(dir);
  try {
    const files = withGitModes(root, walkFolder(root, ignore ? readIgnoreFile(root) : undefined));
    return folderOf(root, folder ?? basename(resolve(dir)).normalize('NFC'), files);
  } catch (error) {
    throw toSkillsError(error);
  }
}

function folderOf(root: string, folder: string, files: readonly FolderFile[]): SkillFolder {
  const sources = new Map(files.map((file) => [file.path, file.source]));
  return {
    root,
    folder,
    files,
    paths: files.map(({ path }) => path),
    read(path) {
      const source = sources.get(path);
      return source === undefined ? undefined : readFileSync(source);
    },
  };
}

function realFolder(dir: string): string {
  let root: string;
  try {
    root = realpathSync.native(dir);
  } catch (cause) {
    throw new SkillsError('ERR_NOT_FOUND', `${dir}: there is no such folder`, { cause });
  }
  if (statSync(root).isDirectory()) return root;
  throw new SkillsError('ERR_USAGE', `${dir} is not a folder`, { hint: 'name the folder that holds SKILL.md' });
}

function readIgnoreFile(root: string): IgnoreFilter {
  const file = join(root, '.skillignore');
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return createIgnoreFilter();
  return createIgnoreFilter(decodeText(readFileSync(file), file));
}

function withGitModes(root: string, files: readonly FolderFile[]): readonly FolderFile[] {
  if (process.platform !== 'win32') return files;
  const executables = executablesInGit(root);
  return files.map((file) => ({ ...file, executable: executables.has(file.path) }));
}
