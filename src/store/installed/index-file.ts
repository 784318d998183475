import { isSkillsError, prettyJson, SkillsError } from '../../core/index.ts';
import type { FileChange } from '../journal/types.ts';
import { readJsonIfThere } from '../json-file.ts';
import type { IndexEntry, InstalledIndex } from './types.ts';

export type { IndexEntry, InstalledIndex } from './types.ts';

const brokenHint = 'move it away: installed skills stay, and the next "skills install" begins a new one';

/** `index.json`; an empty one where there is none yet. @throws SkillsError ERR_FILE_INVALID, ERR_IO */
export function readIndex(file: string): InstalledIndex {
  const value = readValue(file);
  if (value === undefined) return { installedSkills: [] };
  const skills = isObject(value) ? (value.installedSkills ?? []) : undefined;
  if (!Array.isArray(skills) || !skills.every(isEntry)) throw broken(file);
  return { ...(value as object), installedSkills: skills };
}

function readValue(file: string): unknown {
  try {
    return readJsonIfThere(file);
  } catch (error) {
    if (!isSkillsError(error, 'ERR_FILE_INVALID')) throw error;
    throw new SkillsError(error.code, error.message, { cause: error, hint: brokenHint, data: error.data });
  }
}

/** The change of `index.json` by `edit`; entries sorted, so that the file changes only where its meaning does. */
export function indexFile(file: string, edit: (current: InstalledIndex) => InstalledIndex): FileChange {
  const edited = edit(readIndex(file));
  const installedSkills = [...edited.installedSkills].sort(compareEntries);
  return { path: file, content: prettyJson({ ...edited, installedSkills }) };
}

/** The index with `entry` in place of what has the same name, scope and version. */
export function withEntry(index: InstalledIndex, entry: IndexEntry): InstalledIndex {
  return { ...index, installedSkills: [...index.installedSkills.filter((other) => !isSame(other, entry)), entry] };
}

export function withoutEntry(
  index: InstalledIndex,
  entry: Pick<IndexEntry, 'name' | 'version' | 'scope'>,
): InstalledIndex {
  return { ...index, installedSkills: index.installedSkills.filter((other) => !isSame(other, entry)) };
}

function isSame(one: Pick<IndexEntry, 'name' | 'version' | 'scope'>, other: typeof one): boolean {
  return one.name === other.name && one.version === other.version && (one.scope ?? '') === (other.scope ?? '');
}

function compareEntries(one: IndexEntry, other: IndexEntry): number {
  const key = ({ scope = '', name, version }: IndexEntry) => `${scope}/${name}/${version}`;
  return key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEntry(value: unknown): value is IndexEntry {
  return isObject(value) && typeof value.name === 'string' && typeof value.version === 'string';
}

function broken(file: string): SkillsError {
  return new SkillsError('ERR_FILE_INVALID', `${file}: this is not an index of installed skills`, {
    hint: brokenHint,
    data: { file, line: 1, column: 1 },
  });
}
