import type { z } from 'zod';
import { isDigest, isSkillName } from '../../core/index.ts';
import type { Feature, Platform } from '../manifest.types.ts';
import { compact } from '../reading/compact.ts';
import type { Draft } from '../reading/draft.ts';
import type { FileReport } from '../reading/file-report.ts';
import type * as parts from '../schemas/parts.ts';
import type { skillYamlSchema } from '../schemas/skill-yaml.ts';
import { readIncludes, setRequirements } from './requirements.ts';
import { setSettings } from './settings.ts';
import { readVersion } from './version.ts';
import { readPeople, readWords } from './words.ts';

type Shared = Partial<z.infer<typeof skillYamlSchema>>;

/** Everything that skill.yaml and skill.json have in common, but for permissions and bounds. */
export function setSharedFields(draft: Draft, fields: Shared, hosts: readonly string[]): void {
  setTexts(draft, fields);
  setWords(draft, fields);
  const { report } = draft;
  draft.set('version', readVersion(fields.version, report, ['version'], true), ['version']);
  draft.set('frameworks', fields.frameworks?.map(readFramework), ['frameworks']);
  setRequirements(draft, fields.dependencies, ['dependencies'], hosts);
  draft.set('includes', readIncludes(fields.includes, report, ['includes']), ['includes']);
  draft.set('suggestions', fields.suggestions, ['suggestions']);
  draft.set('provides', fields.provides, ['provides']);
  draft.set('aliases', readAliases(fields.aliases, report), ['aliases']);
  draft.set('features', readFeatures(fields.features), ['features']);
  draft.set('platform', readPlatform(fields.platform), ['platform']);
  draft.set('signing', readSigning(fields.signing), ['signing']);
  draft.set('checksum', readChecksum(fields.checksum, report), ['checksum']);
  setSettings(draft, fields);
}

const plainTexts = [
  'name',
  'title',
  'description',
  'license',
  'homepage',
  'repository',
  'documentation',
  'compatibility',
  'scope',
  'registry',
] as const;

function setTexts(draft: Draft, fields: Shared): void {
  for (const field of plainTexts) draft.set(field, fields[field]?.trim(), [field]);
  draft.set('instructionsFile', fields['instructions-file'], ['instructions-file']);
}

function setWords(draft: Draft, fields: Shared): void {
  const { tags: more, keywords, ...metadata } = fields.metadata ?? {};
  const extra = readWords([...listOf(more), ...listOf(keywords)]);
  const own = readWords(fields.tags) ?? readWords(fields.keywords);
  const tags = own || extra?.length ? [...new Set([...(own ?? []), ...(extra ?? [])])] : undefined;
  draft.set('tags', tags, [fields.tags ? 'tags' : fields.keywords ? 'keywords' : 'metadata']);
  draft.set('authors', readPeople(fields.authors ?? fields.author), [fields.authors ? 'authors' : 'author']);
  if (Array.isArray(fields.capabilities)) draft.set('abilities', readWords(fields.capabilities), ['capabilities']);
  const texts = Object.entries(metadata).map(([key, value]) => [key, listOf(value).join(', ')]);
  if (texts.length > 0) draft.set('metadata', Object.fromEntries(texts), ['metadata']);
}

function listOf(value: string | number | boolean | readonly string[] | undefined): string[] {
  if (value === undefined) return [];
  return typeof value === 'object' ? [...value] : String(value).split(',');
}

function readFramework(value: z.infer<typeof parts.framework>) {
  const { name, compatibility, 'instructions-file': instructionsFile } = value;
  return { name, ...compact({ compatibility, instructionsFile }) };
}

function readAliases(aliases: readonly string[] | undefined, report: FileReport): readonly string[] | undefined {
  return aliases?.filter((alias, index) => {
    if (isSkillName(alias)) return true;
    report.error('skill/alias', ['aliases', index], `"${alias}" cannot be an alias`, {
      mend: 'lower-case letters and digits, joined by single hyphens',
    });
    return false;
  });
}

export function readFeatures(value: z.infer<typeof parts.features> | undefined) {
  if (!value) return undefined;
  const entries = Object.entries(value).map(([name, feature]): [string, Feature] => [
    name,
    { default: feature.default ?? true, ...compact({ description: feature.description }) },
  ]);
  return Object.fromEntries(entries);
}

export function readPlatform(value: z.infer<typeof parts.platform> | undefined): Platform | undefined {
  if (!value) return undefined;
  return {
    os: value.os ?? [],
    arch: value.arch ?? [],
    requiredTools: value.required_tools ?? [],
    optionalTools: value.optional_tools ?? [],
  };
}

function readSigning(value: z.infer<typeof parts.signing> | undefined) {
  return value && { algorithm: value.algorithm, ...compact({ publicKeyId: value['public-key-id'] }) };
}

function readChecksum(checksum: string | undefined, report: FileReport): string | undefined {
  if (checksum === undefined || isDigest(checksum)) return checksum;
  report.warn('checksum/format', ['checksum'], `"${checksum}" is no digest, so nothing can be compared with it`, {
    mend: 'write "sha256:" and 64 hexadecimal digits, or take it out: the registry keeps digests of its own',
  });
  return undefined;
}
