import { decodeText, isSkillsError, SkillsError } from '../core/index.ts';
import { noCapabilities } from './capabilities.ts';
import { checkDependencies } from './check-dependencies.ts';
import { checkPaths } from './check-paths.ts';
import { commandsOf, completeManifest, withCommands } from './complete.ts';
import { isSkillConfig, readConfig } from './formats/config.ts';
import { knownHosts } from './formats/requirements.ts';
import { readSkillJson } from './formats/skill-json.ts';
import { readSkillMd } from './formats/skill-md.ts';
import { readSkillToml } from './formats/skill-toml.ts';
import { readSkillYaml } from './formats/skill-yaml.ts';
import type { SkillManifest } from './manifest.types.ts';
import { mergeDrafts } from './merge.ts';
import { narrowManifest } from './narrow.ts';
import type { Problem } from './problem.ts';
import { checkSpmProfile } from './profile-spm.ts';
import { Draft } from './reading/draft.ts';
import { FileReport } from './reading/file-report.ts';
import { resolveDescription, resolveName } from './resolve-name.ts';
import type { SkillFiles } from './skill-files.ts';

export interface ReadSkillOptions {
  /** `spm` demands what seed 002 demands: SKILL.md, skill.yaml, docs/ and a version. */
  readonly profile?: 'default' | 'spm';
  /** Names of hosts besides `roundtable` and `caro`, whose requirements are never fetched. */
  readonly hosts?: readonly string[];
}

export interface ReadSkillResult {
  /** Absent only where nothing usable is there. */
  readonly manifest?: SkillManifest;
  /** Every problem, by file and line. */
  readonly problems: readonly Problem[];
}

/** Reads a skill from whatever files describe it. Bad content is never thrown: it is a problem. */
export function readSkill(files: SkillFiles, options: ReadSkillOptions = {}): ReadSkillResult {
  const drafts = readDrafts(files, [...knownHosts, ...(options.hosts ?? [])]);
  const extra: Problem[] = options.profile === 'spm' ? checkSpmProfile(files, drafts) : [];
  if (drafts.length === 0) {
    extra.unshift({
      grade: 'error',
      file: 'SKILL.md',
      rule: 'skill/none',
      message: 'there is no SKILL.md, skill.yaml, skill.toml or skill.json',
      mend: 'write a SKILL.md with a name and a description, or run skills init',
    });
  }
  const manifest = drafts.length > 0 ? assemble(drafts, files, extra) : undefined;
  const problems = [...drafts.flatMap(({ report }) => report.problems), ...extra].toSorted(byPlace);
  return manifest ? { manifest, problems } : { problems };
}

/**
 * The manifest of a skill that has no errors, and its warnings.
 *
 * @throws SkillsError ERR_SKILL_INVALID that lists every error, with `data: {problems}`.
 */
export function requireSkill(
  files: SkillFiles,
  options: ReadSkillOptions = {},
): { manifest: SkillManifest; problems: readonly Problem[] } {
  const { manifest, problems } = readSkill(files, options);
  const errors = problems.filter(({ grade }) => grade === 'error');
  if (manifest && errors.length === 0) return { manifest, problems };
  const name = manifest?.name ?? files.folder;
  const list = errors.map((problem) => `  ${formatPlace(problem)}: ${problem.message}`).join('\n');
  throw new SkillsError('ERR_SKILL_INVALID', `The skill ${name} has ${count(errors.length)}:\n${list}`, {
    hint: errors.find(({ mend }) => mend !== undefined)?.mend ?? 'run skills validate to see all of it',
    data: { problems },
  });
}

/** `SKILL.md:3:1`. */
function formatPlace({ file, line, column }: Problem): string {
  return [file, line, column].filter((part) => part !== undefined).join(':');
}

function count(errors: number): string {
  return errors === 1 ? 'an error' : `${errors} errors`;
}

/** The files that describe a skill, in the order in which they count. */
function readDrafts(files: SkillFiles, hosts: readonly string[]): Draft[] {
  const skillMd = files.paths.includes('SKILL.md') ? 'SKILL.md' : files.paths.find((path) => /^skill\.md$/i.test(path));
  const skillYaml = files.paths.includes('skill.yaml') ? 'skill.yaml' : 'skill.yml';
  const readers: readonly (readonly [string | undefined, (report: FileReport) => Draft])[] = [
    [skillMd, readSkillMd],
    [skillYaml, (report) => readSkillYaml(report, hosts)],
    ['skill.toml', (report) => readSkillToml(report, hosts, files)],
    ['skill.json', (report) => readSkillJson(report, hosts)],
  ];
  return readers.flatMap(([file, read]) => {
    if (file === undefined || !files.paths.includes(file)) return [];
    const bytes = files.read(file);
    return bytes && !isSkillCard(file, bytes) ? [readDraft(file, bytes, read)] : [];
  });
}

/** What skillctl (redhat-et/skillimage) keeps in a file of the same name is a document of its own, beside a SKILL.md. */
function isSkillCard(file: string, bytes: Uint8Array): boolean {
  return /^skill\.ya?ml$/.test(file) && /^kind: *["']?SkillCard\b/m.test(new TextDecoder().decode(bytes));
}

function readDraft(file: string, bytes: Uint8Array, read: (report: FileReport) => Draft): Draft {
  let report = new FileReport(file, '');
  try {
    report = new FileReport(file, decodeText(bytes, file));
    if (/^skill\.md$/i.test(file) && file !== 'SKILL.md') {
      report.warn('skill-md/file-name', [], `agents look for SKILL.md, not ${file}`, { mend: 'rename it to SKILL.md' });
    }
    return read(report);
  } catch (error) {
    if (!isSkillsError(error, 'ERR_FILE_INVALID')) throw error;
    const { line, column, reason } = error.data ?? {};
    const place = typeof line === 'number' && typeof column === 'number' ? { line, column } : undefined;
    report.addAt(place, 'error', 'file/broken', typeof reason === 'string' ? reason : error.message, {
      mend: 'mend the text at this place: it cannot be read as it is',
    });
    return new Draft(report);
  }
}

function assemble(drafts: readonly Draft[], files: SkillFiles, extra: Problem[]): SkillManifest | undefined {
  const { capabilities, ...fields } = mergeDrafts(drafts);
  const name = resolveName(drafts, fields, files, extra);
  const description = resolveDescription(drafts, fields, extra);
  if (name === undefined) return undefined;
  const asked =
    capabilities ?? drafts.find((draft) => draft.defaultCapabilities)?.defaultCapabilities ?? noCapabilities;
  const commands = commandsOf(fields.execution, fields.resilience?.fallbackCommand);
  const skillMd = fields.sources.find((file) => /^skill\.md$/i.test(file));
  const manifest = completeManifest({
    ...fields,
    name,
    description,
    instructionsFile: fields.instructionsFile ?? skillMd ?? 'SKILL.md',
    capabilities: withCommands(asked, commands),
  });
  checkPaths(manifest, drafts, files);
  checkDependencies(manifest, drafts);
  return withConfig(manifest, files, extra);
}

/** A config.json in the folder bounds the skill beside it. */
function withConfig(manifest: SkillManifest, files: SkillFiles, extra: Problem[]): SkillManifest {
  const file = 'config.json';
  const text = files.paths.includes(file) ? textOf(files.read(file)) : undefined;
  if (text === undefined || !isSkillConfig(parseOrNothing(text))) return manifest;
  const { settings, problems } = readConfig(text, file);
  const narrowed = narrowManifest(manifest, settings);
  extra.push(...problems);
  for (const line of narrowed.refused) {
    extra.push({
      grade: 'error',
      file,
      rule: 'capabilities/wider',
      message: `the skill asks for "${line}", which config.json does not allow`,
      mend: 'ask for less, or allow it in config.json',
    });
  }
  return { ...narrowed.manifest, sources: [...narrowed.manifest.sources, file] };
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && new TextDecoder().decode(bytes);
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function byPlace(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
