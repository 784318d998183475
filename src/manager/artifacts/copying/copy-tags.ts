import {
  canListTags,
  type Digest,
  isSkillsError,
  type ReadOnlyTarget,
  SkillsError,
  type Target,
  toSkillsError,
} from '../../../core/index.ts';
import { copy, type Gate } from '../../../oci/index.ts';
import type { Context } from '../../context.ts';
import { forAll } from '../../install/bring.ts';
import { verifyBeforeTag } from '../../verification.ts';
import { isVersionTag } from '../tag-names.ts';
import { type CopyCounts, Tally } from './tally.ts';

/** Some tags of one repository on their way to another. */
export interface TagsJob {
  /** For messages: `ghcr.io/acme/skills/pdf`. */
  readonly name: string;
  readonly source: ReadOnlyTarget;
  readonly destination: Target;
  /** Those that are to be there too. */
  readonly tags: readonly string[];
  /** All tags of the source, where they are known. */
  readonly sourceTags?: readonly string[] | undefined;
  readonly referrers: boolean;
  /** Let versions stand for other content than they do. */
  readonly force?: boolean | undefined;
  /** Do all but write. */
  readonly dryRun?: boolean | undefined;
  readonly gate: Gate;
}

/** A tag that could not be copied. */
export interface TagFailure {
  readonly tag: string;
  readonly error: SkillsError;
}

export interface TagsOutcome {
  /** Tags that were added or moved; with `dryRun` that would be. */
  readonly copied: readonly string[];
  /** Tags that stood for the same already. */
  readonly unchanged: readonly string[];
  readonly failures: readonly TagFailure[];
  readonly counts: CopyCounts;
}

/** Artifacts of one repository on their way at once; their content waits at the gate. */
const groupsAtOnce = 16;

/** What is behind one digest of the source. */
interface Group {
  readonly digest: Digest;
  readonly missing: string[];
  readonly unchanged: string[];
}

/**
 * Copies tags of a repository: those that stand for the same at once, and nothing of what is there already. One that
 * fails is told of, and the others are copied.
 */
export async function copyTags(context: Context, job: TagsJob): Promise<TagsOutcome> {
  const { failures, groups } = await compare(context, job);
  const tally = new Tally(context, job.name);
  const copied: string[] = [];
  const moveGroup = async (group: Group): Promise<void> => {
    try {
      if (!job.dryRun) await move(context, job, group, tally);
      copied.push(...group.missing);
    } catch (error) {
      if (context.signal?.aborted) throw error;
      failures.push(...tagsOf(group).map((tag) => ({ tag, error: toSkillsError(error) })));
    }
  };
  await forAll(groups, groupsAtOnce, moveGroup);
  const failed = new Set(failures.map(({ tag }) => tag));
  const unchanged = groups.flatMap((group) => group.unchanged).filter((tag) => !failed.has(tag));
  return { copied: inOrder(job, copied), unchanged: inOrder(job, unchanged), failures, counts: tally.counts };
}

async function move(context: Context, job: TagsJob, group: Group, tally: Tally): Promise<void> {
  const [tag, ...alsoTags] = group.missing;
  if (tag === undefined && !job.referrers) return;
  await copy(job.source, group.digest, job.destination, tag, {
    alsoTags,
    referrers: job.referrers,
    sourceTags: job.sourceTags,
    gate: job.gate,
    beforeTag: verifyBeforeTag(context),
    onProgress: tally.add,
    signal: context.signal,
  });
}

/** Looks at both sides: what each tag stands for. */
async function compare(context: Context, job: TagsJob): Promise<{ failures: TagFailure[]; groups: Group[] }> {
  const there = await listTags(job.destination, context);
  const groups = new Map<Digest, Group>();
  const failures: TagFailure[] = [];
  const look = async (tag: string): Promise<void> => {
    const [wanted, existing] = await Promise.all([
      job.gate.run(() => job.source.resolve(tag, { signal: context.signal })),
      there === undefined || there.has(tag) ? job.gate.run(() => digestAt(job.destination, tag, context)) : undefined,
    ]);
    refuseToMove(job, tag, wanted.digest, existing);
    const group = groups.get(wanted.digest) ?? { digest: wanted.digest, missing: [], unchanged: [] };
    groups.set(wanted.digest, group);
    (existing === wanted.digest ? group.unchanged : group.missing).push(tag);
  };
  const results = await Promise.allSettled(job.tags.map(look));
  if (context.signal?.aborted) for (const result of results) if (result.status === 'rejected') throw result.reason;
  results.forEach((result, at) => {
    if (result.status === 'rejected') failures.push({ tag: job.tags[at] ?? '', error: toSkillsError(result.reason) });
  });
  for (const group of groups.values()) group.missing.sort(byOrderOf(job));
  return { failures, groups: [...groups.values()] };
}

/** A version that others have locked must not become something else by a copy. */
function refuseToMove(job: TagsJob, tag: string, wanted: Digest, existing: Digest | undefined): void {
  if (job.force || existing === undefined || existing === wanted || !isVersionTag(tag)) return;
  throw new SkillsError('ERR_VERSION_EXISTS', `${tag} is there with other content (${existing}) and was not replaced`, {
    hint: '--force replaces it all the same',
    data: { tag, published: existing, wanted },
  });
}

/**
 * The tags of a target; undefined where it does not list them to us, none where it is not there yet.
 *
 * @param options.required throws what keeps them from us instead.
 */
export async function listTags(
  target: object,
  { signal }: Context,
  { required = false }: { readonly required?: boolean } = {},
): Promise<ReadonlySet<string> | undefined> {
  if (!canListTags(target)) return undefined;
  try {
    return new Set(await Array.fromAsync(target.tags({ signal })));
  } catch (error) {
    if (required) throw error;
    if (isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN')) return new Set();
    if (isSkillsError(error, 'ERR_UNAUTHORISED', 'ERR_REGISTRY')) return undefined;
    throw error;
  }
}

/** What a tag stands for; undefined where there is no such tag. */
export async function digestAt(target: ReadOnlyTarget, tag: string, { signal }: Context): Promise<Digest | undefined> {
  try {
    return (await target.resolve(tag, { signal })).digest;
  } catch (error) {
    if (isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN')) return undefined;
    throw error;
  }
}

function tagsOf({ missing, unchanged }: Group): readonly string[] {
  return [...missing, ...unchanged];
}

function byOrderOf({ tags }: TagsJob): (a: string, b: string) => number {
  const order = new Map(tags.map((tag, at) => [tag, at]));
  return (a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0);
}

function inOrder(job: TagsJob, tags: readonly string[]): readonly string[] {
  return [...tags].sort(byOrderOf(job));
}
