import { isSkillName, isSkillsError, nameOfId } from '../../core/index.ts';
import { readDocument } from '../json/document.ts';
import { Fields } from '../json/fields.ts';
import { sourceOf, versionAsked } from '../specs/format.ts';
import { parseSpec } from '../specs/parse.ts';
import type { Spec } from '../specs/spec.ts';
import { isSelector } from '../versions/ranges.ts';
import { emptyProject, type ProjectSkill, type SkillsProject } from './model.ts';
import { defaultPrefix, readRegistries, readScopes } from './registries.ts';

/**
 * Reads skills.json. A missing file (`undefined`) is a project that asks for nothing.
 *
 * @throws SkillsError ERR_LOCK_INVALID with file, line and column; ERR_CONFLICT where two entries have one name.
 */
export function readProject(text: string | undefined, file = 'skills.json'): SkillsProject {
  if (text === undefined) return emptyProject;
  const document = readDocument(text, file);
  const fields = new Fields(document, document.value);
  const registries = readRegistries(fields.optionalObject('registries'));
  const defaultRegistry = defaultPrefix(registries);
  const index = fields.optionalText('index');
  const skills = fields.objects('skills').map(readSkillEntry);
  refuseTwins(fields, skills);
  return {
    registries,
    scopes: readScopes(fields.optionalObject('scopes'), registries),
    ...(defaultRegistry === undefined ? {} : { defaultRegistry }),
    ...(index === undefined ? {} : { index }),
    skills,
  };
}

/** The spec that an entry stands for: its source, and its version where the source has versions. */
export function specOfEntry({ source, version }: ProjectSkill): Spec {
  const spec = parseSpec(source);
  if (version === undefined) return spec;
  if (spec.kind === 'git') return { ...spec, ref: version };
  if (spec.kind === 'layout') return { ...spec, key: version };
  if (spec.kind === 'name' || spec.kind === 'oci') return { ...spec, range: version };
  return spec;
}

function readSkillEntry(entry: Fields): ProjectSkill {
  const written = entry.text('name');
  const name = written.includes('.') ? nameOfId(written) : written;
  if (!isSkillName(name)) entry.fail('name', `"${written}" is not a skill's name`);
  const version = entry.optionalText('version');
  const source = entry.optionalText('source') ?? name;
  const spec = readSource(entry, source);
  if (version !== undefined) checkVersion(entry, spec, version);
  return {
    name,
    source: sourceOf(spec),
    ...(version === undefined ? {} : { version }),
    additionalBasePaths: entry.texts('additionalBasePaths'),
  };
}

function readSource(entry: Fields, source: string): Spec {
  let spec: Spec;
  try {
    spec = parseSpec(source);
  } catch (error) {
    if (!isSkillsError(error)) throw error;
    return entry.fail('source', error.message, error.hint);
  }
  const asked = versionAsked(spec);
  if (asked === '') return spec;
  return entry.fail(
    'source',
    `"source" names a version, "${asked}"`,
    `write "source": "${sourceOf(spec)}" and "version": "${asked}"`,
  );
}

function checkVersion(entry: Fields, spec: Spec, version: string): void {
  if (spec.kind === 'name' || spec.kind === 'oci') {
    if (isSelector(version)) return;
    entry.fail('version', `"${version}" is neither a version range, nor a tag, nor a digest`);
  }
  if (spec.kind === 'folder' || spec.kind === 'file' || spec.kind === 'url') {
    entry.fail('version', `a ${spec.kind} has no versions to choose from`, 'leave "version" out');
  }
}

function refuseTwins(fields: Fields, skills: readonly ProjectSkill[]): void {
  const seen = new Set<string>();
  for (const [index, { name }] of skills.entries()) {
    if (seen.has(name)) {
      new Fields(fields.document, fields.objects('skills')[index]?.values, ['skills', index]).fail(
        'name',
        `${name} is listed twice`,
        'one active version a name: keep one of the entries',
      );
    }
    seen.add(name);
  }
}
