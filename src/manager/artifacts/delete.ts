import {
  canListTags,
  type Descriptor,
  type Digest,
  isDigest,
  isSkillsError,
  mapConcurrently,
  SkillsError,
  type Target,
} from '../../core/index.ts';
import type { Context } from '../context.ts';
import { keepOwn } from './belonging.ts';
import { openEndpoint, requireKey, resolveEndpoint } from './endpoint.ts';
import { inOneStep } from './in-one-step.ts';
import { findManifest, removeManifests, removeTag } from './remove.ts';
import { kindOfTag } from './tag-names.ts';
import { type Belonging, walkReferrers } from './walk-referrers.ts';

export interface DeleteOptions {
  /** Where a tag is named: the manifest that it stands for, and not the tag alone. A digest always means the manifest. */
  readonly manifest?: boolean | undefined;
  /** With the manifest, also what refers to it: signatures, attestations, SBOMs, and what refers to those. */
  readonly recursive?: boolean | undefined;
  /** What the reference must stand for: so that nothing else goes than what was looked at before. */
  readonly expected?: Digest | undefined;
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
  /** Manifests that refer to it and stay, where they were not to go with it: of those, what refers to it directly. */
  readonly remaining: readonly Digest[];
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
  if (options.expected !== undefined && root.digest !== options.expected) {
    throw new SkillsError('ERR_CONFLICT', `${endpoint.describe(key)} stands for other content now: ${root.digest}`, {
      hint: 'somebody moved it meanwhile; nothing was deleted',
    });
  }
  const report = {
    reference: endpoint.describe(key),
    digest: root.digest,
    manifest: whole,
    dryRun: options.dryRun ?? false,
    reclaimedBy: endpoint.kind === 'registry' ? ('registry' as const) : ('nobody' as const),
  };
  if (!whole) {
    if (!options.dryRun) await removeTag(endpoint, key, context);
    return { ...report, tags: [key], referrers: [], remaining: [] };
  }
  const named = await namedBy(endpoint.target, context);
  const tags = [...named].filter(([, digest]) => digest === root.digest).map(([tag]) => tag);
  const belongings = options.recursive ? await belongingsOf(endpoint.target, root, named, context) : [];
  const remaining = options.recursive ? [] : await remainingOf(endpoint.target, root, context);
  if (!options.dryRun) {
    const doomed = [
      { descriptor: root, tags },
      ...belongings.map(({ descriptor, tag }) => ({ descriptor, tags: tag === undefined ? [] : [tag] })),
    ];
    const remove = (target: Target) => removeManifests({ ...endpoint, target }, doomed, context);
    await inOneStep(endpoint.target, remove, context);
  }
  return { ...report, tags, referrers: belongings.map(({ descriptor }) => descriptor.digest), remaining };
}

/** What loses its subject, as far as the registry says so; that it does not is no reason not to delete. */
async function remainingOf(target: Target, root: Descriptor, { signal }: Context): Promise<readonly Digest[]> {
  try {
    const found = await walkReferrers(target, root, { depth: 1, signal });
    return [...new Set(found.map(({ descriptor }) => descriptor.digest))];
  } catch (error) {
    if (!isSkillsError(error) || error.code === 'ERR_INTERRUPTED') throw error;
    return [];
  }
}

/** What belongs to a manifest, each once. */
async function belongingsOf(
  target: Target,
  root: Descriptor,
  tagged: ReadonlyMap<string, Digest>,
  context: Context,
): Promise<readonly Belonging[]> {
  const { signal } = context;
  const named = canListTags(target) && tagged.size < mostTags ? new Set(tagged.values()) : undefined;
  const found = await walkReferrers(target, root, context);
  const own = await keepOwn(root.digest, found, { target, named, signal }, (digest) =>
    context.logger.warn({ digest, subject: root.digest }, 'listed as what belongs to it, and does not: left'),
  );
  return flatten(own);
}

/** What tags stand for, but for those that programs write: a manifest's go with it. */
async function namedBy(target: Target, context: Context): Promise<ReadonlyMap<string, Digest>> {
  if (!canListTags(target)) return new Map();
  const all = (await Array.fromAsync(target.tags({ signal: context.signal })))
    .filter((tag) => kindOfTag(tag) !== 'digest')
    .slice(0, mostTags);
  const digests = await mapConcurrently(all, parallel, async (tag) => {
    const found = await findManifest(target, tag, context).catch((error: unknown) => {
      if (isSkillsError(error, 'ERR_UNTRUSTED')) return undefined;
      throw error;
    });
    return found?.digest;
  });
  return new Map(all.flatMap((tag, at) => (digests[at] ? [[tag, digests[at]]] : [])));
}

/** Each manifest once, what is nearer to the root first. */
function flatten(belongings: readonly Belonging[]): Belonging[] {
  const all = [...belongings, ...belongings.flatMap(({ referrers }) => flatten(referrers))];
  return [...new Map(all.map((one) => [one.descriptor.digest, one])).values()];
}
