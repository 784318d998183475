import { SkillsError } from '../../core/index.ts';
import type { FileRecord } from '../files/content-digest.ts';
import { brokenArchive, quotePath } from '../refusals.ts';
import type { FoundRoot } from '../unpack/tree-root.ts';

/** Where the skill is, and what others there are beside it. */
export interface LocatedSkill extends FoundRoot {
  /** The folders of all skills, sorted, where there are several. */
  readonly skills?: readonly string[];
}

const skillMd = /^(?:([^/]+)\/)?SKILL\.md$/i;
const payload = 'payload';

/**
 * Finds the skill by its SKILL.md: at the root, or in one folder there; of several folders the one that is asked for.
 *
 * @throws SkillsError ERR_ARTIFACT_INVALID for none, for two SKILL.md at one place, or for several skills of which none is
 * asked for (`data: {reason: 'several-skills', offered}`); ERR_NOT_FOUND where the one asked for is not among them.
 */
export function locateSkill(files: readonly Pick<FileRecord, 'path'>[], asked: string | undefined): LocatedSkill {
  const folders = files.flatMap(({ path }) => {
    const match = skillMd.exec(path);
    return match ? [match[1] ?? ''] : [];
  });
  if (folders.includes('')) return { root: 'bare', folder: '' };
  const [only = '', ...others] = [...new Set(folders)].sort();
  if (folders.length === 0) throw noSkill(files);
  if (others.length === 0) return { root: only === payload ? 'payload' : 'named', folder: only };
  const skills = [only, ...others];
  if (asked === undefined) throw severalSkills(skills);
  if (!skills.includes(asked)) throw noSuchSkill(asked, skills);
  return { root: 'named', folder: asked, skills };
}

export function noSuchSkill(asked: string, skills: readonly string[]): SkillsError {
  return new SkillsError('ERR_NOT_FOUND', `The artifact holds no skill "${asked}"`, {
    hint: `it holds ${listOf(skills)}`,
    data: { reason: 'no-such-skill', offered: skills },
  });
}

function severalSkills(skills: readonly string[]): SkillsError {
  return new SkillsError('ERR_ARTIFACT_INVALID', `The artifact holds ${skills.length} skills: ${listOf(skills)}`, {
    hint: `say which one: --skill ${skills[0]}`,
    data: { reason: 'several-skills', offered: skills },
  });
}

function noSkill(files: readonly Pick<FileRecord, 'path'>[]): SkillsError {
  if (files.length === 0) throw brokenArchive('empty', 'it has no files');
  const shown = files.slice(0, 5).map(({ path }) => quotePath(path));
  return new SkillsError(
    'ERR_ARTIFACT_INVALID',
    'This is no skill: there is no SKILL.md at its root or in a folder there',
    {
      hint: `it holds ${shown.join(', ')}${files.length > shown.length ? ', …' : ''}`,
      data: { reason: 'no-skill' },
    },
  );
}

function listOf(names: readonly string[]): string {
  return names.slice(0, 20).join(', ') + (names.length > 20 ? ', …' : '');
}
