import {
  type Cancellable,
  canDelete,
  canUntag,
  type Descriptor,
  type Digest,
  fetchBytes,
  isIndexType,
  isSkillsError,
  isTag,
  parseIndex,
  SkillsError,
  type Target,
} from '../../core/index.ts';
import type { Endpoint } from './endpoint.ts';
import { explainRefusedDelete } from './refused-delete.ts';

/** A manifest that is to go, with the tags that stand for it. */
export interface Doomed {
  readonly descriptor: Descriptor;
  readonly tags: readonly string[];
}

/**
 * Removes a manifest and what refers to it, and whatever still names them. The first goes first: where it may not be
 * deleted, its signatures must not be gone.
 */
export async function removeManifests(
  endpoint: Endpoint,
  doomed: readonly Doomed[],
  options: Cancellable,
): Promise<void> {
  for (const { descriptor, tags } of doomed) {
    await removeManifest(endpoint, descriptor, options);
    for (const tag of tags) await removeLeftTag(endpoint, tag, descriptor.digest, options);
  }
  const gone = new Set(doomed.map(({ descriptor }) => descriptor.digest));
  if (gone.size > 1) for (const digest of gone) await removeReferrersList(endpoint, digest, gone, options);
}

/** Takes a tag away. */
export async function removeTag(endpoint: Endpoint, tag: string, { signal }: Cancellable): Promise<void> {
  const { target, describe } = endpoint;
  if (!canUntag(target)) throw cannot(endpoint);
  await target.untag(tag, { signal }).catch((error: unknown) => {
    throw explainRefusedDelete(error, describe(tag), 'tag');
  });
}

/** What a tag or digest stands for; undefined where it is not there. */
export async function findManifest(
  target: Target,
  key: string,
  { signal }: Cancellable,
): Promise<Descriptor | undefined> {
  try {
    return await target.resolve(key, { signal });
  } catch (error) {
    if (isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN')) return undefined;
    throw error;
  }
}

/** It may be gone by now: Harbor and others delete what refers to a manifest along with it. */
async function removeManifest(endpoint: Endpoint, descriptor: Descriptor, { signal }: Cancellable): Promise<void> {
  const { target, describe } = endpoint;
  if (!canDelete(target)) throw cannot(endpoint);
  try {
    await target.delete(descriptor, { signal });
  } catch (error) {
    if (isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN')) return;
    throw explainRefusedDelete(error, describe(descriptor.digest), 'manifest');
  }
}

/** Tags go with their manifest, but for registries that keep it once for each of its names. */
async function removeLeftTag(endpoint: Endpoint, tag: string, digest: Digest, options: Cancellable): Promise<void> {
  const left = await findManifest(endpoint.target, tag, options);
  if (left?.digest === digest) await removeTag(endpoint, tag, options);
}

/**
 * Where there is no referrers API, a list of what is gone stays behind under the tag that is made of the digest. Anything
 * else may be under that tag too: whoever may push has put it there.
 */
async function removeReferrersList(
  endpoint: Endpoint,
  digest: Digest,
  gone: ReadonlySet<Digest>,
  options: Cancellable,
): Promise<void> {
  const tag = digest.replace(':', '-').slice(0, 'sha256-'.length + 64);
  const list = isTag(tag) ? await findManifest(endpoint.target, tag, options) : undefined;
  if (!list || !isIndexType(list.mediaType)) return;
  const { manifests } = parseIndex(await fetchBytes(endpoint.target, list, undefined, options));
  if (!manifests.every((entry) => gone.has(entry.digest))) return;
  await removeManifest(endpoint, list, options);
  await removeLeftTag(endpoint, tag, list.digest, options);
}

function cannot({ describe }: Endpoint): SkillsError {
  return new SkillsError('ERR_USAGE', `nothing can be deleted from ${describe()}`);
}
