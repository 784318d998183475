import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { decodeText, readJson, readYaml, SkillsError, toSkillsError } from '../../core/index.ts';
import { parseSpec, type Spec, specOfEntry } from '../../resolve/index.ts';
import type { CollectionWords } from './types.ts';

const text = z.string().trim().min(1);

/** An entry of skills.json has the same shape. */
const entry = z.strictObject({
  name: text.optional(),
  source: text.optional(),
  version: text.optional(),
  additionalBasePaths: z.unknown().optional(),
});

/** A collection file, and skills.json too: what that says besides its skills is of no use here. */
const file = z.strictObject({
  $schema: z.unknown().optional(),
  name: text.optional(),
  version: text.optional(),
  title: text.optional(),
  description: text.optional(),
  source: text.optional(),
  revision: text.optional(),
  skills: z
    .array(z.union([text, entry], { error: 'must be a skill, such as "pdf@^1.2", or {name, source, version}' }))
    .min(1),
  registries: z.unknown().optional(),
  scopes: z.unknown().optional(),
  index: z.unknown().optional(),
});

/** What a collection file says. */
export interface CollectionFile {
  readonly words: CollectionWords;
  readonly specs: readonly Spec[];
}

/** @throws SkillsError ERR_NOT_FOUND; ERR_FILE_INVALID with the place of the mistake; ERR_REFERENCE_INVALID for a skill in it. */
export function readCollectionFile(cwd: string, typed: string): CollectionFile {
  const located = parse(cwd, typed);
  const read = file.safeParse(located.value);
  if (!read.success) {
    const [issue] = read.error.issues;
    const { line, column } = located.positionOf(issue?.path ?? []) ?? { line: 1, column: 1 };
    const where = issue?.path.length ? `"${issue.path.join('.')}" ` : '';
    throw new SkillsError('ERR_FILE_INVALID', `${typed}:${line}:${column}: ${where}${issue?.message ?? 'is broken'}`, {
      hint: 'a collection file has name, version, title, description and skills: a list of pdf@^1.2 or host/path/pdf:1.2.0',
      data: { file: typed, line, column },
    });
  }
  const { name, version, title, description, source, revision, skills } = read.data;
  return { words: { name, version, title, description, source, revision }, specs: skills.map(specOf) };
}

function parse(cwd: string, typed: string) {
  try {
    const content = decodeText(readFileSync(resolve(cwd, typed)), typed);
    return /\.json$/i.test(typed) ? readJson(content, { file: typed }) : readYaml(content, { file: typed });
  } catch (error) {
    throw toSkillsError(error);
  }
}

function specOf(skill: string | z.infer<typeof entry>): Spec {
  if (typeof skill === 'string') return parseSpec(skill);
  const { name, source = name, version } = skill;
  if (source === undefined)
    throw new SkillsError('ERR_FILE_INVALID', 'a skill of the collection has neither name nor source');
  const place = { name: name ?? '', source, additionalBasePaths: [] };
  return specOfEntry(version === undefined ? place : { ...place, version });
}
