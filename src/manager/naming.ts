import { isAbsolute, relative, resolve } from 'node:path';
import { isSkillsError, parseReference, SkillsError } from '../core/index.ts';
import {
  type NamePlaces,
  newestMatching,
  parseSpec,
  placeSpec,
  readSelector,
  type Spec,
  sourceOf,
  versionAsked,
  versionOfTag,
  versionTags,
} from '../resolve/index.ts';
import type { OpenedSkill, SkillSource, SourcePool, WhatOfArtifact } from '../sources/index.ts';
import type { Context } from './context.ts';

/**
 * The packageId of a spec: the repository of a name or reference, the source of everything else. A bare name stands in
 * the default registry; without one the index says where it stands.
 */
export async function locate(
  context: Context,
  spec: Spec,
  registry: string | undefined = context.settings.registry,
): Promise<string> {
  const { scopes, offline } = context.settings;
  if (spec.kind !== 'name' || spec.scope || registry || offline)
    return placeSpec(spec, { scopes, defaultRegistry: registry });
  const index = await context.index();
  if (!index) return placeSpec(spec, { scopes });
  try {
    return withoutVersion((await index.getSkill(spec.name)).reference);
  } catch (error) {
    if (!isSkillsError(error, 'ERR_NOT_FOUND')) throw error;
    throw new SkillsError('ERR_NOT_FOUND', `the index knows no skill "${spec.name}"`, {
      cause: error,
      hint: `look for it with "skills search ${spec.name}"`,
    });
  }
}

/** What bare and scoped names mean here. */
export function namePlaces({ settings }: Context): NamePlaces {
  return { scopes: settings.scopes, defaultRegistry: settings.registry };
}

/** A skill that was found and opened. */
export interface Found {
  /** packageId */
  readonly id: string;
  /** The tag or digest that was opened; '' for what has one version. */
  readonly key: string;
  readonly version: string;
  readonly opened: OpenedSkill;
}

/**
 * Finds a spec and opens the version that it wants.
 *
 * @param what which skill of an artifact that holds several, and for which platform.
 */
export async function openSpec(
  context: Context,
  pool: SourcePool,
  spec: Spec,
  what: WhatOfArtifact = {},
): Promise<Found> {
  const id = withSkill(await locate(context, spec), what.skill);
  const source = openSource(pool, id, spec, what);
  const key = await chooseKey(id, source, versionAsked(spec));
  const opened = await source.open(key);
  return { id, key, version: versionOf(id, key, opened), opened };
}

/** The packageId of one skill of an artifact that holds several. @throws SkillsError ERR_USAGE for what is no artifact */
export function withSkill(id: string, skill: string | undefined): string {
  if (skill === undefined) return id;
  const spec = parseSpec(id);
  if (spec.kind === 'oci' || spec.kind === 'layout') return sourceOf({ ...spec, skill });
  throw new SkillsError('ERR_USAGE', `${id} is one skill; there is nothing to choose from`);
}

/** Opens the source of a packageId; where the spec is a git one, at its ref. */
export function openSource(
  pool: SourcePool,
  id: string,
  spec: Spec = parseSpec(id),
  { platform }: WhatOfArtifact = {},
): SkillSource {
  const placed = spec.kind === 'name' || spec.kind === 'oci' || spec.kind === 'layout' ? parseSpec(id) : spec;
  if (placed.kind === 'oci' || placed.kind === 'layout') return pool.open({ ...placed, platform });
  if (placed.kind !== 'name') return pool.open(placed);
  throw new SkillsError('ERR_INTERNAL', `${id} was not placed`);
}

/**
 * What to open for what is asked: a digest, a tag or an exact version is taken as it is; a range, or nothing, is answered
 * by the newest version.
 *
 * @throws SkillsError ERR_NO_VERSION, listing what there is.
 */
async function chooseKey(id: string, source: SkillSource, asked: string): Promise<string> {
  if (source.kind !== 'oci' && source.kind !== 'layout') return '';
  const selector = readSelector(asked);
  if (selector.kind === 'digest' || selector.kind === 'tag') return asked;
  const exact = versionOfTag(asked);
  if (exact) return asked.replace('+', '_');
  const tags = versionTags(await keysOf(source, id));
  const version = newestMatching(asked, [...tags.keys()]);
  if (version) return tags.get(version) ?? version;
  // A repository whose tags are no versions can still be had by its latest.
  if (tags.size === 0 && selector.kind === 'any') return 'latest';
  throw noVersion(id, asked, [...tags.keys()]);
}

/** @param versions what there is, in the order in which it is told. */
export function noVersion(id: string, asked: string, versions: readonly string[]): SkillsError {
  return new SkillsError('ERR_NO_VERSION', `${id} has no version that satisfies "${asked || 'latest'}"`, {
    hint: versions.length > 0 ? `it has ${versions.slice(0, 8).join(', ')}` : 'it has no version at all',
  });
}

/** What can be opened at a source. @throws SkillsError ERR_NOT_FOUND in the words of whoever asked for a skill, not for tags */
export async function keysOf(source: SkillSource, id: string): Promise<readonly string[]> {
  try {
    return await source.keys();
  } catch (error) {
    if (source.kind !== 'oci' || !isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN')) throw error;
    throw new SkillsError('ERR_NOT_FOUND', `there is no skill at ${id}`, {
      cause: error,
      hint: `look for it with "skills search"; if it is there and private: skills login ${id.split('/')[0]}`,
    });
  }
}

/** The exact version of what was opened: its tag's, else what the artifact states, else a pseudo-version. */
export function versionOf(id: string, key: string, { artifact }: OpenedSkill): string {
  // What an artifact says of itself is a text; only an exact version is one.
  const stated = [key, artifact.version, artifact.manifest.version].map((text) => versionOfTag(text ?? ''));
  const version = stated.find((text) => text !== undefined) ?? artifact.pseudoVersion;
  if (version) return version;
  throw new SkillsError(
    'ERR_ARTIFACT_INVALID',
    `the artifact ${artifact.descriptor.digest} of ${id} states no version`,
    {
      hint: 'install it by a tag that is a version, or ask its author to publish it with one',
    },
  );
}

function withoutVersion(reference: string): string {
  const { registry, repository } = parseReference(reference);
  return sourceOf({ raw: reference, kind: 'oci', reference: { registry, repository }, range: '' });
}

/** A path that was typed here, relative to the project instead, as its skills.json holds it. */
export function anchor({ settings }: Context, spec: Spec): Spec {
  if (spec.kind !== 'folder' && spec.kind !== 'file' && spec.kind !== 'layout') return spec;
  const { cwd, root, env } = settings;
  const typed = spec.path.replace(/^~(?=[\\/])/, env.HOME ?? '~');
  const path = relative(root, resolve(cwd, typed)).replaceAll('\\', '/');
  if (isAbsolute(path) || path.startsWith('..')) return { ...spec, path };
  return { ...spec, path: path === '' ? '.' : `./${path}` };
}

/** The scope that a package stands in, with its `@`: that of the registry prefix that is mapped to it. */
export function scopeOf(context: Context, id: string, name: string): string | undefined {
  return [...context.settings.scopes].find(([, prefix]) => id === `${prefix}/${name}`)?.[0];
}
