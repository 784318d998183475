import type { FileRecord } from '../files/content-digest.ts';
import { brokenArchive, quotePath } from '../refusals.ts';

/** Where the skill's folder is in an archive: `<name>/`, the archive itself, or `payload/` (NVIDIA's packages). */
export type ArchiveRoot = 'named' | 'bare' | 'payload';

/** What an archive was found to be rooted at. */
export interface FoundRoot {
  readonly root: ArchiveRoot;
  /** The one folder that everything is in; empty where the archive is bare. */
  readonly folder: string;
}

const payloadFolder = 'payload';

/**
 * Finds the skill's folder. Files beside each other at the top are a bare skill: a skill has at least its manifest there.
 *
 * @param name what the folder should be called, where that is known.
 * @throws SkillsError ERR_ARTIFACT_INVALID for no files, several folders, or a folder of another name.
 */
export function findRoot(files: readonly FileRecord[], name?: string): FoundRoot {
  if (files.length === 0) throw brokenArchive('empty', 'it has no files');
  if (files.some(({ path }) => !path.includes('/'))) return { root: 'bare', folder: '' };
  const [folder = '', ...others] = new Set(files.map(({ path }) => path.slice(0, path.indexOf('/'))));
  if (others.length > 0) {
    const names = [folder, ...others].slice(0, 5).map(quotePath).join(', ');
    throw brokenArchive(
      'several-roots',
      `it has several folders (${names}) and no file beside them: which is the skill?`,
    );
  }
  if (folder === payloadFolder && name !== payloadFolder) return { root: 'payload', folder };
  if (name !== undefined && folder !== name) {
    throw brokenArchive('wrong-root', `its folder is ${quotePath(folder)} and not ${quotePath(name)}`);
  }
  return { root: 'named', folder };
}

/** The files by their paths in the skill's folder. */
export function stripRoot(files: readonly FileRecord[], { folder }: FoundRoot): FileRecord[] {
  if (folder === '') return [...files];
  return files.map((file) => ({ ...file, path: file.path.slice(folder.length + 1) }));
}
