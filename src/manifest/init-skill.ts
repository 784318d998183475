import { isSkillName, SkillsError } from '../core/index.ts';
import { readSkill } from './read-skill.ts';
import { splitFrontmatter } from './reading/frontmatter.ts';
import { filesInMemory } from './skill-files.ts';

export interface InitSkillOptions {
  /** Also the name of the folder. */
  readonly name: string;
  readonly description?: string;
  readonly version?: string;
  readonly author?: string;
  readonly license?: string;
  /** `spm` adds docs/README.md. */
  readonly profile?: 'default' | 'spm';
  /** Text of an existing SKILL.md, to which a skill.yaml is added; it is not changed. */
  readonly fromSkillMd?: string;
}

/**
 * The files of a new skill, by path: it validates without a problem as it is. With `fromSkillMd` the files to add.
 *
 * @throws SkillsError ERR_REFERENCE_INVALID where the name is none, ERR_SKILL_INVALID where fromSkillMd cannot be read.
 */
export function initSkill(options: InitSkillOptions): Map<string, string> {
  if (options.fromSkillMd !== undefined) return addSkillYaml(options, options.fromSkillMd);
  if (!isSkillName(options.name)) {
    throw new SkillsError('ERR_REFERENCE_INVALID', `"${options.name}" is not a name for a skill`, {
      hint: '1 to 64 lower-case letters and digits, joined by single hyphens',
    });
  }
  const title = titleOf(options.name);
  const description =
    options.description ??
    `${title}: says in one or two sentences what this skill does. Use it when someone asks for it.`;
  const files = new Map([
    ['SKILL.md', skillMd(options, title, description)],
    ['skill.yaml', skillYaml({ ...options, description })],
  ]);
  if (options.profile === 'spm') files.set('docs/README.md', `# ${title}\n\n${description}\n`);
  return files;
}

function titleOf(name: string): string {
  const words = name.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function skillMd({ name, license }: InitSkillOptions, title: string, description: string): string {
  const licence = license === undefined ? '' : `license: ${JSON.stringify(license)}\n`;
  return `---
name: ${name}
description: ${JSON.stringify(description)}
${licence}---

# ${title}

## When to use this skill

Say which requests it is for, and which it is not for.

## Instructions

1. Say what to do first.
2. Say how to check that it worked.
`;
}

interface YamlFields {
  readonly name: string;
  readonly version?: string | undefined;
  readonly description: string;
  readonly author?: string | undefined;
  readonly license?: string | undefined;
  readonly tags?: readonly string[];
}

function skillYaml({ name, version = '0.1.0', description, author, license, tags = [] }: YamlFields): string {
  const lines = [
    `name: ${name}`,
    `version: ${version}`,
    `description: ${JSON.stringify(description)}`,
    ...(author ? [`author: ${JSON.stringify(author)}`] : []),
    ...(license ? [`license: ${JSON.stringify(license)}`] : []),
    ...(tags.length > 0 ? ['tags:', ...tags.map((tag) => `  - ${JSON.stringify(tag)}`)] : ['tags: []']),
    'dependencies: {}',
  ];
  return `${lines.join('\n')}\n`;
}

/** A skill.yaml that says the same as the SKILL.md and adds what it lacks. */
function addSkillYaml(options: InitSkillOptions, text: string): Map<string, string> {
  const { manifest, problems } = readSkill(filesInMemory(options.name, { 'SKILL.md': text }));
  const error = problems.find(({ grade }) => grade === 'error');
  if (!manifest || error || !splitFrontmatter(text)) {
    throw new SkillsError('ERR_SKILL_INVALID', `SKILL.md cannot be built on: ${error?.message ?? 'it is empty'}`, {
      hint: error?.mend ?? 'mend it first: skills validate shows what is wrong',
      data: { problems },
    });
  }
  const { name, description, version, authors, license, tags } = manifest;
  const author = options.author ?? (authors.length > 0 ? authors.join(', ') : undefined);
  return new Map([
    ['skill.yaml', skillYaml({ name, description, version: version ?? options.version, author, license, tags })],
  ]);
}
