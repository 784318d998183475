import { type Dirent, readdirSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { SkillsError, toSkillsError, writeFileAtomic } from '../../core/index.ts';
import {
  checkChecksum,
  fixSkill,
  folderProblem,
  type Problem,
  readSkill,
  type SkillFiles,
  type SkillManifest,
} from '../../manifest/index.ts';
import { contentDigestOf, hashTree, openFolder } from '../../pack/index.ts';
import type { Context } from '../context.ts';
import type { ValidatedSkill, ValidateReport } from '../types.ts';

/** How strictly skills are checked. */
export interface ValidateOptions {
  /** Warnings count as errors. */
  readonly strict?: boolean | undefined;
  /** `spm` demands SKILL.md, skill.yaml and docs/. */
  readonly profile?: 'default' | 'spm' | undefined;
  /** Write the replacement of deprecated spellings. */
  readonly fix?: boolean | undefined;
}

const manifestFile = /^skill\.(?:md|ya?ml|toml|json)$/i;

/** Checks skills; a folder that is none but holds some stands for all of them. Nothing named means the current folder. */
export function validate(context: Context, dirs: readonly string[], options: ValidateOptions): ValidateReport {
  const { cwd } = context.settings;
  const folders = (dirs.length ? dirs : ['.']).flatMap((dir) => skillFolders(resolve(cwd, dir)));
  const skills = folders.map((folder) => validateOrReport(folder, relative(cwd, folder) || '.', options));
  const problems = skills.flatMap((skill) => skill.problems);
  const errors = problems.filter(({ grade }) => grade === 'error').length;
  const warnings = problems.length - errors;
  return { skills, errors, warnings, ok: errors === 0 && !(options.strict && warnings > 0) };
}

/** The folder itself where it is a skill, else the folders right below it that are. */
function skillFolders(folder: string): readonly string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new SkillsError('ERR_NOT_FOUND', `${folder} is not a folder`, {
      hint: 'name the folder that holds the SKILL.md',
    });
  }
  if (isSkill(folder)) return [folder];
  const below = entriesOf(folder)
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name))
    .filter(isSkill);
  return below.length ? below.sort() : [folder];
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw toSkillsError(error);
  }
}

function isSkill(folder: string): boolean {
  try {
    return readdirSync(folder).some((file) => manifestFile.test(file));
  } catch {
    return false;
  }
}

/** One that cannot be opened is said of that one: the others are checked all the same. */
function validateOrReport(folder: string, dir: string, options: ValidateOptions): ValidatedSkill {
  try {
    return validateOne(folder, dir, options);
  } catch (cause) {
    const error = toSkillsError(cause);
    if (error.code === 'ERR_INTERNAL') throw error;
    return { dir, problems: [folderProblem(error)], fixed: [] };
  }
}

/** Where nothing describes a skill nothing is looked at: it may be somebody's home. */
function openSkill(folder: string): SkillFiles {
  return isSkill(folder) ? openFolder(folder) : { folder: basename(folder), paths: [], read: () => undefined };
}

function validateOne(folder: string, dir: string, options: ValidateOptions): ValidatedSkill {
  const profile = { profile: options.profile ?? 'default' };
  const files = openSkill(folder);
  const { result, changed } = options.fix
    ? fixSkill(files, profile)
    : { result: readSkill(files, profile), changed: new Map<string, string>() };
  for (const [path, text] of changed) writeFileAtomic(join(folder, path), text);
  const { manifest, problems } = result;
  return {
    dir,
    ...(manifest ? { name: manifest.name } : {}),
    ...(manifest?.version ? { version: manifest.version } : {}),
    problems: [...problems, ...checksumProblems(folder, manifest)],
    fixed: [...changed.keys()],
  };
}

/** A `checksum` inside a skill cannot cover the file that states it: it is held against the content without that file. */
function checksumProblems(folder: string, manifest: SkillManifest | undefined): readonly Problem[] {
  if (!manifest?.checksum) return [];
  const rest = hashTree(folder).files.filter(({ path }) => path !== manifest.checksumFile);
  const problem = rest.length > 0 ? checkChecksum(manifest, contentDigestOf(rest)) : undefined;
  return problem ? [problem] : [];
}
