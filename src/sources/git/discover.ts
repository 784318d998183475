import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { nameOfId, SkillsError, toSkillName } from '../../core/index.ts';
import type { OfferedSkill } from '../types.ts';
import type { Checkout } from './checkout.ts';

const manifestFile = /(?:^|\/)(?:SKILL\.md|skill\.(?:yaml|toml|json))$/;
/** Folders whose skills are somebody else's, or no skills at all. */
const passedOver = /(?:^|\/)(?:node_modules|\.git|test|tests|__tests__|fixtures)\//;

/**
 * The folders of a commit that hold a skill's manifest, of any format; '' is its root. Folders within a skill's folder are
 * part of that skill; only the root may have others below it, as many repositories are a skill and a collection at once.
 */
function skillFolders(paths: readonly string[]): readonly string[] {
  const found = paths.filter((path) => manifestFile.test(path) && !passedOver.test(path));
  const folders = [...new Set(found.map(folderOf))].sort();
  return folders.filter(
    (folder) => !folders.some((other) => other !== '' && other !== folder && folder.startsWith(`${other}/`)),
  );
}

function folderOf(path: string): string {
  return path.replace(/\/?[^/]+$/, '');
}

/** Reads name and description of every skill that the commit offers. */
export async function offeredSkills(checkout: Checkout): Promise<readonly OfferedSkill[]> {
  const { filesInMemory, readSkill } = await import('../../manifest/index.ts');
  const folders = skillFolders(checkout.paths);
  const manifests = checkout.paths.filter((path) => manifestFile.test(path) && folders.includes(folderOf(path)));
  await checkout.bring(manifests.map((path) => escapePattern(`/${path}`)));
  return folders.map((path) => {
    const folder = path.slice(path.lastIndexOf('/') + 1);
    const own = manifests.filter((file) => folderOf(file) === path).map((file) => basename(file));
    const files = filesInMemory(
      folder,
      new Map(own.map((file) => [file, readFileSync(join(checkout.root, path, file))])),
    );
    const { manifest } = readSkill(files);
    return { name: manifest?.name ?? toSkillName(folder), path, description: manifest?.description ?? '' };
  });
}

/**
 * The folder that is meant: by its path, by a skill's name, or, where nothing is named, the root or the only one there is.
 *
 * @throws SkillsError ERR_NOT_FOUND, ERR_USAGE where there are several; both list what there is.
 */
export function chooseFolder(paths: readonly string[], wanted: string | undefined, where: string): string {
  const folders = skillFolders(paths);
  if (wanted === undefined) {
    const [only] = folders;
    if (only !== undefined && (folders.length === 1 || only === '')) return only;
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
  return new SkillsError(
    'ERR_NOT_FOUND',
    `${where} has no skill: it holds no SKILL.md, skill.yaml, skill.toml or skill.json`,
  );
}

function several(where: string, folders: readonly string[]): SkillsError {
  return new SkillsError('ERR_USAGE', `${where} has ${folders.length} skills; say which`, {
    hint: `${listHint(folders)}; choose with --skill a,b or take --all`,
    data: { offered: folders },
  });
}

function listHint(folders: readonly string[]): string {
  const names = folders.map((folder) => folder || '(root)');
  const more = names.length > 12 ? ` and ${names.length - 12} more` : '';
  return names.length ? `it has: ${names.slice(0, 12).join(', ')}${more}` : 'it has no skill at all';
}
