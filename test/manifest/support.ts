import { expect } from 'chai';
import {
  filesInMemory,
  type Problem,
  type ReadSkillOptions,
  type ReadSkillResult,
  readSkill,
  type SkillManifest,
} from '../../src/manifest/index.ts';

/** The text of a SKILL.md with these lines of frontmatter. */
export function skillMd(frontmatter: string, body = 'Do it.'): string {
  return `---\n${frontmatter}\n---\n\n${body}\n`;
}

export const plainMd = skillMd('name: pdf\ndescription: Reads PDF files');

export function read(files: Record<string, string>, folder = 'pdf', options: ReadSkillOptions = {}): ReadSkillResult {
  return readSkill(filesInMemory(folder, files), options);
}

/** Reads a folder that must have no problem at all. */
export function readClean(files: Record<string, string>, folder = 'pdf'): SkillManifest {
  const { manifest, problems } = read(files, folder);
  expect(problems).to.deep.equal([]);
  if (!manifest) throw new Error('no manifest');
  return manifest;
}

/** `grade rule file:line:column` of each problem: what a table of cases states. */
export function summaries(problems: readonly Problem[]): string[] {
  return problems.map(
    ({ grade, rule, file, line, column }) =>
      `${grade} ${rule} ${[file, line, column].filter((part) => part !== undefined).join(':')}`,
  );
}

/** The manifest of a skill.json beside a SKILL.md that gives it a name, and all problems. */
export function readJsonSkill(json: object): ReadSkillResult {
  return read({ 'SKILL.md': plainMd, 'skill.json': JSON.stringify(json, null, 2) });
}

export function readYamlSkill(yaml: string): ReadSkillResult {
  return read({ 'SKILL.md': plainMd, 'skill.yaml': yaml });
}

export const tomlHead = `[skill]
id = "pdf"
name = "PDF"
version = "1.0.0"
description = "Reads PDF files"
api_version = "1.0"

[provides]
`;

export function readTomlSkill(toml: string, files: Record<string, string> = {}): ReadSkillResult {
  return read({ 'skill.toml': toml, ...files });
}
