import type { ErrorCode, ReadOnlyTarget, Target } from '../../../core/index.ts';
import { toSkillsError } from '../../../core/index.ts';
import { Gate } from '../../../oci/index.ts';
import type { Context } from '../../context.ts';
import { forAll } from '../../install/bring.ts';
import { copyTags, listTags, type TagFailure } from './copy-tags.ts';
import { type CopyCounts, sumCounts } from './tally.ts';

/** Where one repository is copied from and to. */
export interface RepositoryPair {
  /** For people: `ghcr.io/acme/skills/pdf`. */
  readonly from: string;
  readonly to: string;
  readonly source: ReadOnlyTarget;
  readonly destination: Target;
}

export interface RepositoriesOptions {
  /** Which of a repository's tags are to be copied, in the order in which they are. */
  readonly choose: (tags: readonly string[]) => readonly string[];
  readonly referrers: boolean;
  readonly force?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
  /** Pieces of content on their way at once, over all repositories. */
  readonly concurrency: number;
}

/** What could not be copied, and why. */
export interface CopyFailure {
  /** Absent where the whole repository failed. */
  readonly tag?: string;
  readonly code: ErrorCode;
  readonly message: string;
}

/** What became of one repository. */
export interface RepositoryReport {
  readonly from: string;
  readonly to: string;
  /** Tags that were added or moved; in a dry run that would be. */
  readonly copied: readonly string[];
  /** Tags that stood for the same there already. */
  readonly unchanged: readonly string[];
  readonly failed: readonly CopyFailure[];
  readonly counts: CopyCounts;
}

/** Repositories that are looked at at once. */
const atOnce = 8;

/** Copies repositories. What fails is told of, and the others are copied. @throws SkillsError ERR_INTERRUPTED alone */
export function copyRepositories(
  context: Context,
  pairs: readonly RepositoryPair[],
  options: RepositoriesOptions,
): Promise<readonly RepositoryReport[]> {
  const gate = new Gate(options.concurrency);
  let done = 0;
  return forAll(pairs, atOnce, async (pair) => {
    const report = await copyRepository(context, pair, options, gate);
    context.report({ phase: 'copy', name: pair.from, done: ++done, total: pairs.length });
    return report;
  });
}

async function copyRepository(
  context: Context,
  { from, to, source, destination }: RepositoryPair,
  { choose, ...options }: RepositoriesOptions,
  gate: Gate,
): Promise<RepositoryReport> {
  try {
    const listed = [...((await listTags(source, context, { required: true })) ?? [])];
    const job = { name: from, source, destination, tags: choose(listed), sourceTags: listed, gate, ...options };
    const { copied, unchanged, failures, counts } = await copyTags(context, job);
    return { from, to, copied, unchanged, failed: failures.map(describeFailure), counts };
  } catch (error) {
    if (context.signal?.aborted) throw error;
    const { code, message } = toSkillsError(error);
    return { from, to, copied: [], unchanged: [], failed: [{ code, message }], counts: sumCounts([]) };
  }
}

function describeFailure({ tag, error: { code, message } }: TagFailure): CopyFailure {
  return { tag, code, message };
}
