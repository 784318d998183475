import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { SkillsError, writeFileAtomic } from '../../core/index.ts';
import { checkChecksum, fixSkill, type Problem, readSkill, type SkillManifest } from '../../manifest/index.ts';
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

const manifestFiles = ['SKILL.md', 'skill.yaml', 'skill.toml', 'skill.json'];

/** Checks skills; a folder that is none but holds some stands for all of them. Nothing named means the current folder. */
export function validate(context: Context, dirs: readonly string[], options: ValidateOptions): ValidateReport {
  const { cwd } = context.settings;
  const folders = (dirs.length ? dirs : ['.']).flatMap((dir) => skillFolders(resolve(cwd, dir)));
  const skills = folders.map((folder) => validateOne(folder, relative(cwd, folder) || '.', options));
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
  const below = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name))
    .filter(isSkill);
  return below.length ? below.sort() : [folder];
}

function isSkill(folder: string): boolean {
  return manifestFiles.some((file) => existsSync(join(folder, file)));
}

function validateOne(folder: string, dir: string, options: ValidateOptions): ValidatedSkill {
  const profile = { profile: options.profile ?? 'default' };
  const files = openFolder(folder);
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
