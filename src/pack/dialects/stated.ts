import { isSkillName, SkillsError } from '../../core/index.ts';
import { readEmbeddedManifest } from '../../manifest/embedded/index.ts';
import type { SkillDependency, SkillManifest } from '../../manifest/index.ts';
import { isRecord } from './json-record.ts';

/** What an artifact says of its skill besides the skill's own files. Anything may be missing, or be of another type. */
export interface StatedFields {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly description?: unknown;
  readonly license?: unknown;
  readonly compatibility?: unknown;
  readonly allowedTools?: unknown;
  readonly metadata?: unknown;
  readonly repository?: unknown;
}

/**
 * A manifest of what is stated; nothing where no name is.
 *
 * @throws SkillsError ERR_ARTIFACT_INVALID for a name that is none.
 */
export function statedManifest(fields: StatedFields): SkillManifest | undefined {
  const name = textOf(fields.name);
  if (name === undefined) return undefined;
  // A name becomes a folder: nothing else may get through here.
  if (!isSkillName(name)) throw unreadable(`${JSON.stringify(name)} is not a skill's name`);
  return readEmbeddedManifest({
    name,
    description: textOf(fields.description) ?? name,
    ...whereStated('version', textOf(fields.version)),
    ...whereStated('license', textOf(fields.license)),
    ...whereStated('compatibility', textOf(fields.compatibility)),
    ...whereStated('repository', textOf(fields.repository)),
    allowedTools: textsOf(fields.allowedTools),
    metadata: textMapOf(fields.metadata),
  });
}

/** The dependencies that a JSON list of references stands for: `["ghcr.io/acme/skills/pdf:1.2.0"]`. What is none is passed over. */
export function readRequires(text: string | undefined): SkillDependency[] {
  return textsOf(jsonListOf(text)).flatMap((reference) => dependencyOf(reference) ?? []);
}

/** Exactly its digest, or the version or tag that it has, or any. */
function dependencyOf(reference: string): SkillDependency | undefined {
  const [, name = '', tag, digest] =
    /^([^:@]+(?::\d+\/[^:@]+)?)(?::([\w][\w.-]*))?(?:@(sha\d+:[0-9a-f]+))?$/.exec(reference) ?? [];
  return name.includes('/') ? { name, range: digest ?? tag ?? '*', optional: false, features: [] } : undefined;
}

function whereStated<T>(key: string, value: T | undefined): Record<string, T> {
  return value === undefined ? {} : { [key]: value };
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function textMapOf(value: unknown): Record<string, string> {
  const entries = isRecord(value) ? Object.entries(value) : [];
  return Object.fromEntries(entries.flatMap(([key, item]) => (typeof item === 'string' ? [[key, item]] : [])));
}

/** A list that an annotation holds as JSON; an empty one where it does not. */
export function jsonListOf(text: string | undefined): unknown {
  try {
    return text === undefined ? [] : JSON.parse(text);
  } catch {
    return [];
  }
}

export function unreadable(why: string): SkillsError {
  return new SkillsError('ERR_ARTIFACT_INVALID', `The artifact cannot be read: ${why}`);
}
