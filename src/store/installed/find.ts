import compare from 'semver/functions/compare.js';
import valid from 'semver/functions/valid.js';
import { SkillsError } from '../../core/index.ts';
import { scopeFolder } from '../tree/folder.ts';
import type { IndexEntry, InstalledIndex } from './types.ts';

/**
 * The installed skill of a name, `@scope/name` or alias; the newest version where none is asked for.
 *
 * A bare name finds a scoped skill too, where it is the only one. A name comes before an alias.
 *
 * @throws SkillsError ERR_CONFLICT where several skills answer to the name.
 */
export function findEntry(index: InstalledIndex, name: string, version?: string): IndexEntry | undefined {
  const fitting = index.installedSkills.filter((entry) => version === undefined || entry.version === version);
  const named = fitting.filter((entry) => isNamed(entry, name));
  const found = named.length > 0 ? named : fitting.filter((entry) => entry.aliases?.includes(name));
  const unscoped = found.filter((entry) => !entry.scope);
  const chosen = unscoped.length > 0 && !name.startsWith('@') ? unscoped : found;
  const names = [...new Set(chosen.map(fullName))];
  if (names.length > 1) {
    throw new SkillsError('ERR_CONFLICT', `"${name}" may be any of ${names.join(', ')}`, {
      hint: 'name one of them in full',
    });
  }
  return chosen.toSorted((one, other) => compareVersions(other.version, one.version))[0];
}

function fullName({ scope, name }: IndexEntry): string {
  const folder = scopeFolder(scope);
  return folder ? `${folder}/${name}` : name;
}

function isNamed(entry: IndexEntry, name: string): boolean {
  return entry.name === name || fullName(entry) === name;
}

function compareVersions(one: string, other: string): number {
  if (valid(one) && valid(other)) return compare(one, other);
  return one < other ? -1 : one > other ? 1 : 0;
}
