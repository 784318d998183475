import { type Descriptor, type Digest, isSkillsError, SkillsError, type Target } from '../../core/index.ts';
import { type Collection, type CollectionFacts, readCollection, writeCollection } from '../../pack/index.ts';
import { movingTags, tagOf, versionOfTag } from '../../resolve/index.ts';
import type { Endpoint } from '../artifacts/endpoint.ts';
import { inOneStep } from '../artifacts/in-one-step.ts';
import { publishedVersions } from '../authors/published.ts';
import { moveTags } from '../authors/push-artifact.ts';
import type { Context } from '../context.ts';
import { describeCollection } from './describe.ts';
import { bringMembers, type OpenOrigin, storeIndex, trueSizes } from './store-collection.ts';
import type { CollectionOptions, CollectionPushReport } from './types.ts';

/** A collection that is to be, and what it was before. */
export interface Wanted {
  readonly facts: CollectionFacts & { readonly version: string };
  readonly entries: readonly Descriptor[];
  readonly before: Collection | undefined;
  readonly open: OpenOrigin;
}

/** Stores a collection under its version, with the moving tags; a version that is there with other skills is refused. */
export async function putCollection(
  context: Context,
  { target, repository, describe }: Endpoint,
  { facts, entries, before, open }: Wanted,
  { sparse = false, dryRun = false }: CollectionOptions,
): Promise<CollectionPushReport> {
  const tag = tagOf(facts.version);
  const moving = movingTags(facts.version, await publishedVersions(target, 'agentskills'));
  const existing = await digestAt(target, tag);
  const sized = await trueSizes(context, target, entries, open);
  const written = writeCollection(facts, sized);
  const { digest } = written.descriptor;
  if (existing !== undefined && existing !== digest) throw versionExists(describe(tag), facts.version, existing);
  const write = async (inside: Target) => {
    if (existing === undefined) {
      if (!sparse) await bringMembers(context, { target: inside, place: repository }, sized, open);
      await storeIndex(context, inside, written, tag, sparse);
    }
    return moveTags(inside, written.descriptor, moving);
  };
  const { moved, warnings } = dryRun ? { moved: moving, warnings: [] } : await inOneStep(target, write, context);
  return {
    ...describeCollection(facts, sized, { reference: describe(tag), digest }),
    ...changes(before, sized),
    ...{ tags: [tag, ...moved], existed: existing !== undefined, sparse, warnings, dryRun },
  };
}

/** The collection at a tag or digest; nothing where it is not there yet. */
export async function collectionAt(
  context: Context,
  target: Target,
  key: string | undefined,
): Promise<Collection | undefined> {
  if (key === undefined) return undefined;
  try {
    return await readCollection(target, key, { signal: context.signal });
  } catch (error) {
    if (isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN')) return undefined;
    throw error;
  }
}

async function digestAt(target: Target, tag: string): Promise<Digest | undefined> {
  try {
    return (await target.resolve(tag)).digest;
  } catch (error) {
    if (isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN')) return undefined;
    throw error;
  }
}

function changes(before: Collection | undefined, entries: readonly Descriptor[]) {
  const old = new Map((before?.index.manifests ?? []).map((entry) => [nameOf(entry), entry.digest]));
  const names = new Set(entries.map(nameOf));
  return {
    changed: entries.filter((entry) => old.get(nameOf(entry)) !== entry.digest).map(nameOf),
    removed: [...old.keys()].filter((name) => !names.has(name)),
  };
}

/** What a collection calls an entry of it. */
export function nameOf({ digest, annotations = {} }: Descriptor): string {
  return annotations['io.agentskills.skill.name'] ?? annotations['org.opencontainers.image.title'] ?? digest;
}

function versionExists(reference: string, version: string, published: Digest): SkillsError {
  return new SkillsError('ERR_VERSION_EXISTS', `${reference} is already published with other content (${published})`, {
    hint: 'raise the version, in the tag or by --version X.Y.Z; without either the next is taken',
    data: { version, published },
  });
}

/** The version that an endpoint's tag states. @throws SkillsError ERR_REFERENCE_INVALID for a tag that is none */
export function versionOfEndpoint({ key, describe }: Endpoint): string | undefined {
  if (key === undefined) return undefined;
  const version = versionOfTag(key);
  if (version) return version;
  throw new SkillsError('ERR_REFERENCE_INVALID', `${describe(key)}: the tag is not an exact version`, {
    hint: 'push to host/path/name:1.0.0, or leave the tag out; "latest" follows by itself',
  });
}
