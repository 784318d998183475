import { type Digest, isDigest, SkillsError } from '../../../core/index.ts';
import { copy, Gate } from '../../../oci/index.ts';
import type { Context } from '../../context.ts';
import { verifyBeforeTag } from '../../verification.ts';
import { type Endpoint, openEndpoint, requireKey } from '../endpoint.ts';
import { inOneStep } from '../in-one-step.ts';
import { isVersionTag, kindOfTag, sortTags } from '../tag-names.ts';
import { copyTags, digestAt, listTags, type TagsOutcome } from './copy-tags.ts';
import { type CopyCounts, Tally } from './tally.ts';

export interface CopyArtifactOptions {
  /** Everything that refers to it too: signatures, attestations, SBOMs. */
  readonly referrers?: boolean | undefined;
  /** More tags for it in the destination. */
  readonly tags?: readonly string[] | undefined;
  /** All tags of the source repository, which then is named without one. */
  readonly allTags?: boolean | undefined;
  /** Let versions in the destination stand for other content than they do. */
  readonly force?: boolean | undefined;
  /** Pieces of content on their way at once; 8 by default. */
  readonly concurrency?: number | undefined;
}

export interface CopyReport {
  readonly from: string;
  readonly to: string;
  /** What was copied; absent for all tags. */
  readonly digest?: Digest;
  /** Tags that stand for it in the destination now. */
  readonly tags: readonly string[];
  readonly counts: CopyCounts;
}

/** Copies an artifact as it is, byte for byte, from one registry or layout to another. */
export async function copyArtifact(
  context: Context,
  from: string,
  to: string,
  options: CopyArtifactOptions = {},
): Promise<CopyReport> {
  const source = await openEndpoint(context, from);
  const destination = await openEndpoint(context, to, { writes: true });
  return options.allTags
    ? copyAll(context, source, destination, options)
    : copyOne(context, source, destination, options);
}

async function copyOne(
  context: Context,
  source: Endpoint,
  destination: Endpoint,
  options: CopyArtifactOptions,
): Promise<CopyReport> {
  const key = requireKey(source);
  const [tag = key, ...more] = [
    ...(destination.key ? [destination.key] : isDigest(key) ? [] : [key]),
    ...(options.tags ?? []),
  ];
  if (!options.force) for (const each of [tag, ...more]) await refuseToReplace(context, source, destination, each);
  const tally = new Tally(context, destination.describe(tag));
  const { digest } = await copy(source.target, key, destination.target, tag, {
    alsoTags: more,
    referrers: options.referrers,
    concurrency: options.concurrency,
    beforeTag: verifyBeforeTag(context),
    onProgress: tally.add,
    signal: context.signal,
  });
  const tags = [tag, ...more].filter((each) => !isDigest(each));
  return { from: source.describe(key), to: destination.describe(tag), digest, tags, counts: tally.counts };
}

/** A version that others have locked must not become something else by a copy. */
async function refuseToReplace(context: Context, source: Endpoint, destination: Endpoint, tag: string): Promise<void> {
  if (isDigest(tag) || !isVersionTag(tag)) return;
  const existing = await digestAt(destination.target, tag, context);
  if (existing === undefined) return;
  const wanted = await source.target.resolve(requireKey(source), { signal: context.signal });
  if (existing === wanted.digest) return;
  throw new SkillsError(
    'ERR_VERSION_EXISTS',
    `${destination.describe(tag)} is a version with other content (${existing}), which people may have locked`,
    { hint: 'copy it under another tag; --force replaces it all the same', data: { tag, published: existing } },
  );
}

async function copyAll(
  context: Context,
  source: Endpoint,
  destination: Endpoint,
  { referrers = false, force, concurrency = 8, tags }: CopyArtifactOptions,
): Promise<CopyReport> {
  if (source.key !== undefined || destination.key !== undefined || tags?.length) {
    throw new SkillsError('ERR_USAGE', 'all tags are copied under their own names: name both sides without a tag');
  }
  const listed = await listTags(source.target, context, { required: true });
  if (!listed?.size) throw new SkillsError('ERR_NOT_FOUND', `${source.describe()} lists no tags`);
  const outcome = await inOneStep(
    destination.target,
    (target) =>
      copyTags(context, {
        name: destination.describe(),
        source: source.target,
        destination: target,
        tags: sortTags(listed).filter((tag) => kindOfTag(tag) !== 'digest'),
        sourceTags: [...listed],
        referrers,
        force,
        gate: new Gate(concurrency),
      }),
    context,
  );
  requireAll(outcome);
  const done = [...outcome.copied, ...outcome.unchanged];
  return { from: source.describe(), to: destination.describe(), tags: sortTags(done), counts: outcome.counts };
}

function requireAll({ failures, copied, unchanged }: TagsOutcome): void {
  const [first, ...others] = failures;
  if (!first) return;
  const all = failures.length + copied.length + unchanged.length;
  throw new SkillsError(
    first.error.code,
    `${failures.length} of ${all} tags were not copied; ${first.tag}: ${first.error.message}`,
    {
      hint: first.error.hint,
      cause: first.error,
      data: { failed: [first, ...others].map(({ tag }) => tag) },
    },
  );
}
