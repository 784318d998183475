import { isRepositoryName, isSkillName, isTag, looksLikeRegistry } from '../../core/index.ts';
import { readDocument } from '../json/document.ts';
import { Fields } from '../json/fields.ts';
import { versionOfTag } from '../versions/tags.ts';
import { readEntryFacts } from './facts.ts';
import {
  emptyLock,
  type LockedOther,
  type LockedSkill,
  type Lockfile,
  lockfileVersion,
  type OciSource,
  type OtherSource,
  ociSource,
  otherSourceTypes,
} from './model.ts';

const topKeys = ['lockfileVersion', 'generatedAt', 'skills', 'otherSkills'];

/**
 * Reads skills.lock.json, ours or that of Arconia or skills-oci. A missing file (`undefined`) locks nothing.
 *
 * Paths are checked here: a lock comes with a clone, and must not lead out of the project.
 *
 * @throws SkillsError ERR_LOCK_INVALID with file, line and column: broken JSON, merge conflicts, a newer version, wrong fields.
 */
export function readLock(text: string | undefined, file = 'skills.lock.json'): Lockfile {
  if (text === undefined) return emptyLock;
  const document = readDocument(text, file);
  const fields = new Fields(document, document.value);
  checkLockVersion(fields);
  const skills = fields.objects('skills').map(readLockedSkill);
  const otherSkills = fields.objects('otherSkills').map(readLockedOther);
  refuseTwins(fields, [...skills, ...otherSkills]);
  return { skills, otherSkills, unknown: fields.unknown(topKeys) };
}

function checkLockVersion(fields: Fields): void {
  const version = fields.values.lockfileVersion;
  if (version === lockfileVersion) return;
  if (typeof version === 'number' && version > lockfileVersion) {
    fields.fail(
      'lockfileVersion',
      `the lock has version ${version}, and this skills reads up to ${lockfileVersion}`,
      'a newer skills wrote it: update skills, or take the lock of an older commit',
    );
  }
  fields.fail('lockfileVersion', `"lockfileVersion" must be ${lockfileVersion}`);
}

function readLockedSkill(entry: Fields): LockedSkill {
  const source = readOciSource(entry.object('source'));
  const facts = readEntryFacts(entry, readName(entry));
  const version = facts.version ?? versionOfTag(source.tag);
  return { ...facts, ...(version === undefined ? {} : { version }), source };
}

function readLockedOther(entry: Fields): LockedOther {
  return { ...readEntryFacts(entry, readName(entry)), source: readOtherSource(entry.object('source')) };
}

function readName(entry: Fields): string {
  const name = entry.text('name');
  return isSkillName(name) ? name : entry.fail('name', `"${name}" is not a skill's name`);
}

function readOciSource(fields: Fields): OciSource {
  const registry = fields.text('registry');
  const repository = fields.text('repository');
  const tag = fields.text('tag');
  if (!looksLikeRegistry(registry)) fields.fail('registry', `"${registry}" is not a registry`);
  if (!isRepositoryName(repository)) fields.fail('repository', `"${repository}" is not a repository name`);
  if (!isTag(tag)) fields.fail('tag', `"${tag}" is not a tag`);
  const digest = fields.optionalDigest('digest') ?? fields.fail('digest', '"digest" is missing');
  const source = ociSource({
    registry,
    repository,
    tag,
    digest,
    ...withSkill(fields),
    ...withText(fields, 'platform'),
  });
  const ref = fields.optionalText('ref') ?? source.ref;
  // skills-oci leaves the tag or the digest out of "ref"; what it does say must be the same.
  if (!ref.startsWith(`${registry}/${repository}`) || (ref.includes('@') && !ref.endsWith(`@${digest}`))) {
    fields.fail('ref', `"ref" does not agree with the other fields of its source`, `it should be ${source.ref}`);
  }
  return {
    ...source,
    unknown: fields.unknown(['registry', 'repository', 'tag', 'digest', 'ref', 'skill', 'platform']),
  };
}

function readOtherSource(fields: Fields): OtherSource {
  const written = fields.text('type');
  const type =
    otherSourceTypes.find((known) => known === written) ??
    fields.fail('type', `"${written}" is not a kind of source`, `known are ${otherSourceTypes.join(', ')}`);
  const digest = fields.optionalDigest('digest');
  const commit = fields.optionalText('commit');
  if (commit !== undefined && !/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) {
    fields.fail('commit', `"${commit}" is not a commit`);
  }
  return {
    type,
    spec: fields.text('spec'),
    ...withText(fields, 'ref'),
    ...(commit === undefined ? {} : { commit }),
    ...withText(fields, 'tag'),
    ...(digest === undefined ? {} : { digest }),
    ...withText(fields, 'platform'),
    unknown: fields.unknown(['type', 'spec', 'ref', 'commit', 'tag', 'digest', 'platform']),
  };
}

function withSkill(fields: Fields): { skill?: string } {
  const skill = fields.optionalText('skill');
  if (skill === undefined) return {};
  return isSkillName(skill) ? { skill } : fields.fail('skill', `"${skill}" is not a skill's name`);
}

function withText<K extends string>(fields: Fields, key: K): { [P in K]?: string } {
  const value = fields.optionalText(key);
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: string };
}

function refuseTwins(fields: Fields, entries: readonly { name: string }[]): void {
  const seen = new Set<string>();
  for (const { name } of entries) {
    if (seen.has(name)) {
      fields.fail(
        'skills',
        `${name} is locked twice`,
        'this can come from a merge: run skills install to write it anew',
      );
    }
    seen.add(name);
  }
}
