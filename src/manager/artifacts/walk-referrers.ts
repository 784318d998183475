import {
  type Cancellable,
  canListReferrers,
  type Descriptor,
  type Digest,
  isSkillsError,
  mapConcurrently,
  SkillsError,
  type Target,
} from '../../core/index.ts';
import { cosignTag } from './tag-names.ts';

/** A manifest that belongs to another one, with what belongs to it in turn. */
export interface Belonging {
  readonly descriptor: Descriptor;
  /** How it is found: by its subject, or by a tag made of the other's digest, as cosign's before version 3. */
  readonly found: 'referrer' | 'tag';
  /** Where it is found by a tag. */
  readonly tag?: string;
  readonly referrers: readonly Belonging[];
  /** Why nothing below it was looked for: it is at the greatest depth, or it is in the tree already. */
  readonly cut?: 'depth' | 'repeated';
}

export interface WalkOptions extends Cancellable {
  /** Levels that are looked at; 1 is what refers to the root itself. Default 8. */
  readonly depth?: number | undefined;
}

/** cosign's tags of old, and what is under them. */
const cosignSuffixes = ['sig', 'att', 'sbom'] as const;
const defaultDepth = 8;
const mostManifests = 5_000;
const parallel = 8;

/** All that refers to `root`, and to that, as a tree. Each manifest is opened once, so that a circle ends. */
export async function walkReferrers(
  target: Target,
  root: Descriptor,
  { depth = defaultDepth, signal }: WalkOptions = {},
): Promise<readonly Belonging[]> {
  const seen = new Set<Digest>([root.digest]);
  const below = async (subject: Descriptor, left: number, wasTagged: boolean): Promise<readonly Belonging[]> => {
    const referrers = await listReferrers(target, subject, { signal });
    const tagged = wasTagged ? await listCosignTags(target, subject, { signal }) : [];
    const found = [...referrers, ...tagged];
    const fresh = new Set(found.filter(({ descriptor: { digest } }) => !seen.has(digest)));
    for (const { descriptor } of fresh) seen.add(descriptor.digest);
    if (seen.size > mostManifests) throw tooMany();
    return mapConcurrently(found, parallel, async (item) => {
      if (!fresh.has(item)) return { ...item, referrers: [], cut: 'repeated' as const };
      if (left === 1) return { ...item, referrers: [], cut: 'depth' as const };
      return { ...item, referrers: await below(item.descriptor, left - 1, item.found === 'tag') };
    });
  };
  return below(root, depth, true);
}

type Found = Omit<Belonging, 'referrers' | 'cut'>;

async function listReferrers(target: Target, subject: Descriptor, options: Cancellable): Promise<Found[]> {
  if (!canListReferrers(target)) return [];
  const all = await Array.fromAsync(target.referrers(subject, undefined, options));
  const once = new Map(all.map((descriptor) => [descriptor.digest, descriptor]));
  return [...once.values()].map((descriptor) => ({ descriptor, found: 'referrer' }));
}

async function listCosignTags(target: Target, subject: Descriptor, options: Cancellable): Promise<Found[]> {
  const found = await mapConcurrently(cosignSuffixes, cosignSuffixes.length, async (suffix): Promise<Found[]> => {
    const tag = cosignTag(subject.digest, suffix);
    const descriptor = await resolveTag(target, tag, options);
    return descriptor && descriptor.digest !== subject.digest ? [{ descriptor, found: 'tag', tag }] : [];
  });
  return found.flat();
}

async function resolveTag(target: Target, tag: string, options: Cancellable): Promise<Descriptor | undefined> {
  try {
    return await target.resolve(tag, options);
  } catch (error) {
    if (isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN')) return undefined;
    throw error;
  }
}

function tooMany(): SkillsError {
  return new SkillsError('ERR_ARTIFACT_INVALID', `more than ${mostManifests} manifests belong to it`, {
    hint: 'look at fewer levels with --depth 1',
  });
}
