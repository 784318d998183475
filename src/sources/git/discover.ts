import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nameOfId, SkillsError, toSkillName } from '../../core/index.ts';
import type { OfferedSkill } from '../types.ts';
import type { Checkout } from './checkout.ts';

const manifestFile = /(?:^|\/)SKILL\.md$/;
/** Folders whose skills are somebody else's, or no skills at all. */
const passedOver = /(?:^|\/)(?:node_modules|\.git|test|tests|__tests__|fixtures)\//;

/** The folders of a commit that hold a SKILL.md; '' is its root. Folders within a skill's folder are part of that skill. */
export function skillFolders(paths: readonly string[]): readonly string[] {
  const folders = paths
    .filter((path) => manifestFile.test(path) && !passedOver.test(path))
    .map((path) => path.replace(/\/?SKILL\.md$/, ''))
    .sort();
  return folders.filter(
    (folder) => !folders.some((other) => other !== '' && other !== folder && folder.startsWith(`${other}/`)),
  );
}

/** Reads name and description of every skill that the commit offers. */
export async function offeredSkills(checkout: Checkout): Promise<readonly OfferedSkill[]> {
  const { readSkill } = await import('../../manifest/index.ts');
  const folders = skillFolders(checkout.paths);
  await checkout.bring(folders.map((folder) => escapePattern(folder ? `/${folder}/SKILL.md` : '/SKILL.md')));
  return folders.map((path) => {
    const folder = path.slice(path.lastIndexOf('/') + 1);
    const text = readFileSync(join(checkout.root, path, 'SKILL.md'));
    const { manifest } = readSkill({
      folder,
      paths: ['SKILL.md'],
      read: (file) => (file === 'SKILL.md' ? text : undefined),
    });
    return { name: manifest?.name ?? toSkillName(folder), path, description: manifest?.description ?? '' };
  });
}

/**
 * The folder that is meant: by its path, by a skill's name, or the only one there is.
 *
 * @throws SkillsError ERR_NOT_FOUND, ERR_USAGE where there are several; both list what there is.
 */
export function chooseFolder(paths: readonly string[], wanted: string | undefined, where: string): string {
  const folders = skillFolders(paths);
  if (wanted === undefined) {
    const [only] = folders;
    if (folders.length === 1 && only !== undefined) return only;
    throw folders.length === 0 ? noSkill(where) : several(where, folders);
  }
  const path = wanted.replace(/^\/+|\/+$/g, '');
  if (folders.includes(path)) return path;
  const named = folders.filter((folder) => folder.slice(folder.lastIndexOf('/') + 1) === nameOfId(path));
  const [only] = named;
  if (named.length === 1 && only !== undefined) return only;
  throw new SkillsError('ERR_NOT_FOUND', `${where} has no skill at "${wanted}"`, { hint: listHint(folders) });
}

/** A path as a sparse-checkout pattern, in which `*`, `?`, `[` and a leading `!` or `#` would mean something. */
export function escapePattern(path: string): string {
  return path.replace(/[\\*?[\]!#]/g, '\\$&');
}

function noSkill(where: string): SkillsError {
  return new SkillsError('ERR_NOT_FOUND', `${where} has no skill: there is no SKILL.md in it`);
}

function several(where: string, folders: readonly string[]): SkillsError {
  return new SkillsError('ERR_USAGE', `${where} has ${folders.length} skills; say which`, {
    hint: `${listHint(folders)}; choose with --skill a,b or take --all`,
  });
}

function listHint(folders: readonly string[]): string {
  const names = folders.map((folder) => folder || '(root)');
  const more = names.length > 12 ? ` and ${names.length - 12} more` : '';
  return names.length ? `it has: ${names.slice(0, 12).join(', ')}${more}` : 'it has no skill at all';
}
