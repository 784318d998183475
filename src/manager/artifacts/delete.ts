import {
  canDelete,
  canListTags,
  canUntag,
  type Descriptor,
  type Digest,
  isDigest,
  isSkillsError,
  isTag,
  mapConcurrently,
  SkillsError,
  type Target,
} from '../../core/index.ts';
import type { Context } from '../context.ts';
import { type Endpoint, openEndpoint, requireKey, resolveEndpoint } from './endpoint.ts';
import { inOneStep } from './in-one-step.ts';
import { explainRefusedDelete } from './refused-delete.ts';
import { kindOfTag } from './tag-names.ts';
import { type Belonging, walkReferrers } from './walk-referrers.ts';

export interface DeleteOptions {
  /** Where a tag is named: the manifest that it stands for, and not the tag alone. A digest always means the manifest. */
  readonly manifest?: boolean | undefined;
  /** With the manifest, also what refers to it: signatures, attestations, SBOMs, and what refers to those. */
  readonly recursive?: boolean | undefined;
  /** Only say what would go. */
  readonly dryRun?: boolean | undefined;
}

export interface DeleteReport {
  /** What was named, in full. */
  readonly reference: string;
  /** Of the manifest that the reference stands for. */
  readonly digest: Digest;
  /** Whether the manifest itself goes, or only a tag. */
  readonly manifest: boolean;
  /** Tags that go. */
  readonly tags: readonly string[];
  /** Manifests that go with it: what refers to it, deepest last. */
  readonly referrers: readonly Digest[];
  /** Whether nothing was changed. */
  readonly dryRun: boolean;
  /** Whether content stays until somebody cleans up, and who that is. */
  readonly reclaimedBy: 'registry' | 'nobody';
}

const parallel = 8;
/** Tags that are asked whether they go with the manifest. */
const mostTags = 1_000;

/** Removes a tag, or a manifest with all its tags and, where that is wanted, all that refers to it. */
export async function deleteArtifact(
  context: Context,
  reference: string,
  options: DeleteOptions = {},
): Promise<DeleteReport> {
  const endpoint = await openEndpoint(context, reference, { writes: true });
  const key = requireKey(endpoint);
  const whole = options.manifest === true || isDigest(key);
  if (options.recursive && !whole) {
    throw new SkillsError('ERR_USAGE', `${endpoint.describe(key)} is a tag: nothing refers to a tag`, {
      hint: 'add --manifest to delete what it stands for, with all that refers to it',
    });
  }
  const root = await resolveEndpoint(context, endpoint);
  const report = {
    reference: endpoint.describe(key),
    digest: root.digest,
    manifest: whole,
    dryRun: options.dryRun ?? false,
    reclaimedBy: endpoint.kind === 'registry' ? ('registry' as const) : ('nobody' as const),
  };
  if (!whole) {
    if (!options.dryRun) await untag(endpoint, key, context);
    return { ...report, tags: [key], referrers: [] };
  }
  const belongings = options.recursive ? flatten(await walkReferrers(endpoint.target, root, context)) : [];
  const tags = await tagsOf(endpoint.target, root.digest, context);
  if (!options.dryRun) {
    const remove = (target: Target) => deleteAll({ ...endpoint, target }, root, belongings, context);
    await inOneStep(endpoint.target, remove, context);
  }
  return { ...report, tags, referrers: belongings.map(({ descriptor }) => descriptor.digest) };
}

async function untag(endpoint: Endpoint, key: string, { signal }: Context): Promise<void> {
  const { target } = endpoint;
  if (!canUntag(target)) throw cannot(endpoint);
  await target.untag(key, { signal }).catch((error: unknown) => {
    throw explainRefusedDelete(error, endpoint.describe(key), 'tag');
  });
}

/** The manifest first: where it may not be deleted, its signatures must not be gone. */
async function deleteAll(
  endpoint: Endpoint,
  root: Descriptor,
  belongings: readonly Belonging[],
  context: Context,
): Promise<void> {
  await deleteManifest(endpoint, root, context);
  for (const { descriptor } of belongings) await deleteManifest(endpoint, descriptor, context, true);
  if (belongings.length === 0) return;
  // Where there is no referrers API, an empty list stays behind under the tag that is made of each digest.
  for (const { digest } of [root, ...belongings.map(({ descriptor }) => descriptor)]) {
    const listed = digest.replace(':', '-').slice(0, 'sha256-'.length + 64);
    const list = isTag(listed) ? await findManifest(endpoint.target, listed, context) : undefined;
    if (list && list.digest !== digest) await deleteManifest(endpoint, list, context, true);
  }
}

/** @param mayBeGone Harbor and others delete what refers to a manifest along with it. */
async function deleteManifest(
  endpoint: Endpoint,
  descriptor: Descriptor,
  { signal }: Context,
  mayBeGone = false,
): Promise<void> {
  const { target, describe } = endpoint;
  if (!canDelete(target)) throw cannot(endpoint);
  try {
    await target.delete(descriptor, { signal });
  } catch (error) {
    if (mayBeGone && isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN')) return;
    throw explainRefusedDelete(error, describe(descriptor.digest), 'manifest');
  }
}

async function findManifest(target: Target, key: string, { signal }: Context): Promise<Descriptor | undefined> {
  try {
    return await target.resolve(key, { signal });
  } catch (error) {
    if (isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN')) return undefined;
    throw error;
  }
}

/** The tags that stand for a manifest: they go with it. */
async function tagsOf(target: Target, digest: Digest, context: Context): Promise<readonly string[]> {
  if (!canListTags(target)) return [];
  const all = (await Array.fromAsync(target.tags({ signal: context.signal })))
    .filter((tag) => kindOfTag(tag) !== 'digest')
    .slice(0, mostTags);
  const same = await mapConcurrently(all, parallel, async (tag) => {
    const found = await findManifest(target, tag, context).catch((error: unknown) => {
      if (isSkillsError(error, 'ERR_UNTRUSTED')) return undefined;
      throw error;
    });
    return found?.digest === digest;
  });
  return all.filter((_, at) => same[at]);
}

/** Each manifest once, what is nearer to the root first. */
function flatten(belongings: readonly Belonging[]): Belonging[] {
  const all = [...belongings, ...belongings.flatMap(({ referrers }) => flatten(referrers))];
  return [...new Map(all.map((one) => [one.descriptor.digest, one])).values()];
}

function cannot({ describe }: Endpoint): SkillsError {
  return new SkillsError('ERR_USAGE', `nothing can be deleted from ${describe()}`);
}
