import { isSkillName, nameOfId, toSkillName } from '../core/index.ts';
import type { Problem } from './problem.ts';
import type { Draft } from './reading/draft.ts';
import type { FileReport } from './reading/file-report.ts';
import type { SkillFiles } from './skill-files.ts';

interface Identity {
  readonly name?: string;
  readonly id?: string;
  readonly description?: string;
}

/**
 * The skill's name: what the files say, else (as agents do) its folder. A name that is none, but becomes the folder's
 * when it is written properly, is a warning; any other is an error.
 */
export function resolveName(
  drafts: readonly Draft[],
  { name, id }: Identity,
  { folder }: SkillFiles,
  extra: Problem[],
): string | undefined {
  const speaking = drafts.find((draft) => draft.fields.name !== undefined);
  if (name === undefined || !speaking) return nameFromFolder(drafts, folder, extra);
  if (isSkillName(name)) {
    checkFolder(speaking, name, id, folder);
    return name;
  }
  const proper = toSkillName(name);
  const mend = proper === '' ? 'lower-case letters and digits, joined by single hyphens' : `write ${proper}`;
  const harmless = proper !== '' && (proper === folder || folder === '');
  speaking.report.add(
    harmless ? 'warning' : 'error',
    speaking.file.toLowerCase() === 'skill.md' ? 'skill-md/name-format' : 'skill/name',
    speaking.pathOf('name'),
    `"${name}" is not a name: 1 to 64 lower-case letters and digits, joined by single hyphens`,
    { mend },
  );
  return proper || undefined;
}

function nameFromFolder(drafts: readonly Draft[], folder: string, extra: Problem[]): string | undefined {
  const usable = isSkillName(folder);
  const report: Pick<FileReport, 'file'> | undefined = drafts[0]?.report;
  const folders = usable ? folder : toSkillName(folder) || undefined;
  if (isExplained(drafts, 'name')) return folders;
  extra.push({
    grade: usable ? 'warning' : 'error',
    file: report?.file ?? 'SKILL.md',
    ...drafts[0]?.report.positionOf([]),
    rule: 'skill/name',
    message: usable ? `no name is given; the folder's is taken: ${folder}` : 'no name is given',
    mend: usable ? `add name: ${folder}` : 'add a name: lower-case letters and digits, joined by single hyphens',
  });
  return folders;
}

/** Whether another problem says already why the field is missing: to ask for it would hide the real cause. */
function isExplained(drafts: readonly Draft[], field: string): boolean {
  return drafts.some(({ report }) => report.unreadable || report.isMisfit(field));
}

/** agentskills.io: the name must be that of the folder. A dotted id may name the folder too. */
function checkFolder(draft: Draft, name: string, id: string | undefined, folder: string): void {
  const actual = folder.normalize('NFKC');
  if (actual === '' || actual === name || (id !== undefined && nameOfId(actual) === nameOfId(id))) return;
  draft.report.warn('skill-md/name-folder', draft.pathOf('name'), `the name is ${name} and the folder is ${folder}`, {
    mend: `rename the folder to ${name}`,
  });
}

/** The description; a skill without one is passed over by agents. */
export function resolveDescription(drafts: readonly Draft[], { description }: Identity, extra: Problem[]): string {
  if (description !== undefined && description !== '') return description;
  if (isExplained(drafts, 'description')) return '';
  const [first] = drafts;
  extra.push({
    grade: 'error',
    file: first?.file ?? 'SKILL.md',
    ...first?.report.positionOf(['description']),
    rule: 'skill/description',
    message: 'there is no description: agents pass over a skill without one',
    mend: 'add a description: what the skill does and when to use it',
  });
  return '';
}
