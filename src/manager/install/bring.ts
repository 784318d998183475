import { type Digest, isManifestType, isSkillsError, limits, shortDigest } from '../../core/index.ts';
import { copy } from '../../oci/index.ts';
import { holdArtifact, type SkillArtifact, unpackArtifact } from '../../pack/index.ts';
import type { OpenedSkill } from '../../sources/index.ts';
import type { Store, StoredTree } from '../../store/index.ts';
import type { Context } from '../context.ts';
import { verifyBeforeTag } from '../verification.ts';

/** A version that is to be in the store. */
export interface Wanted {
  readonly name: string;
  readonly scope?: string | undefined;
  readonly version: string;
  readonly opened: OpenedSkill;
}

/**
 * Brings a version into the store: its artifact, verified before it is tagged, then its unpacked tree. What is there
 * already is not fetched again.
 */
export async function bringIn(
  context: Context,
  store: Store,
  { name, scope, version, opened }: Wanted,
): Promise<StoredTree> {
  const { artifact, target } = opened;
  const key = {
    name,
    version,
    ...(scope ? { scope } : {}),
    ...(artifact.contentDigest ? { contentDigest: artifact.contentDigest } : {}),
  };
  const found = artifact.contentDigest ? store.findTree(key) : undefined;
  if (found) return found;
  const digest = artifact.descriptor.digest;
  const options = context.signal ? { signal: context.signal } : {};
  const tag = storeTag(name, version, digest);
  await copy(holdArtifact(target, artifact), digest, store.content, tag, {
    beforeTag: verifyBeforeTag(context),
    // No skill may unpack to more, so none is stored that is packed to more.
    mostBytes: limits.archiveBytes,
    ...options,
  });
  try {
    return await store.addTree(key, (staging) => unpackArtifact(store.content, artifact, staging));
  } catch (error) {
    if (isSkillsError(error, 'ERR_ARCHIVE_UNSAFE', 'ERR_ARTIFACT_INVALID', 'ERR_DIGEST_MISMATCH')) {
      await forget(store, tag, artifact);
    }
    throw error;
  }
}

/** What was promised truly and cannot be unpacked is not kept either. */
async function forget({ content }: Store, tag: string, { descriptor, layers, held }: SkillArtifact): Promise<void> {
  const manifests = [...held.keys()].flatMap((digest) => content.find(digest) ?? []);
  const parts = [descriptor, ...manifests.filter(({ mediaType }) => isManifestType(mediaType)), ...layers];
  const steps = [() => content.untag(tag), ...parts.map((part) => () => content.delete(part))];
  for (const step of steps) {
    await step().catch((error: unknown) => {
      if (!isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN')) throw error;
    });
  }
}

/** Names an artifact in the store's layout, so that it is reachable there; nobody looks it up by it. */
function storeTag(name: string, version: string, digest: Digest): string {
  return `${name}-${version.replace('+', '_').slice(0, 40)}-${shortDigest(digest)}`;
}

/** Runs `work` for all, so many at once; the first failure ends it once those under way are done. */
export async function forAll<T, R>(items: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  const queue = items.entries();
  let failed = false;
  const worker = async () => {
    for (const [index, item] of queue) {
      if (failed) return;
      results[index] = await work(item).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  const settled = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  const failure = settled.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
  return results;
}
