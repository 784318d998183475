import { isSkillsError } from '../../core/index.ts';
import {
  type Lockfile,
  lockEntries,
  lockedPackage,
  matchingVersions,
  type Solution,
  solve,
} from '../../resolve/index.ts';
import type { Context } from '../context.ts';
import { type Packages, withoutNames } from './packages.ts';
import type { Wish } from './wishes.ts';

/** Makes the solver's port for a lock whose versions are held. */
export type PackagesOf = (pinned: Lockfile) => Packages;

/** What is to be solved. */
export interface Task {
  readonly wishes: readonly Wish[];
  /** Names that are to get the newest version that is possible, whatever the lock says. */
  readonly moving: ReadonlySet<string>;
  readonly lock: Lockfile;
}

interface Attempt {
  readonly solution: Solution;
  readonly used: Packages;
}

/**
 * Solves with everything that is locked held where it is, so that one new skill does not ask for the versions of a hundred
 * others. Only where that cannot be, or would keep what moves from its newest version, everything may move, each still
 * preferring its locked version.
 */
export async function solveTwice(
  context: Context,
  task: Task,
  packagesOf: PackagesOf,
  first: Packages,
): Promise<Attempt> {
  context.report({ phase: 'resolve', total: task.wishes.length });
  const pinned = withoutNames(task.lock, task.moving);
  const narrow = packagesOf(pinned);
  narrow.adopt(first);
  if (lockEntries(pinned).length === 0) return attempt(context, task, pinned, narrow);
  let held: Attempt | undefined;
  try {
    held = await attempt(context, task, pinned, narrow);
    if (await isNewest(held, task)) return held;
  } catch (error) {
    if (!isSkillsError(error, 'ERR_CONFLICT', 'ERR_NO_VERSION')) throw error;
  }
  const wide = packagesOf(withoutNames(task.lock, new Set(lockEntries(task.lock).map(({ name }) => name))));
  wide.adopt(first);
  return attempt(context, task, pinned, wide);
}

async function attempt(context: Context, { wishes, moving }: Task, pinned: Lockfile, used: Packages): Promise<Attempt> {
  const isMoving = ({ requirement }: Wish) => moving.has(requirement.name);
  // The solver gives the first requirement the newest version that any solution has, then the second, and so on.
  const ordered = [...wishes.filter(isMoving), ...wishes.filter((wish) => !isMoving(wish))];
  for (const { requirement, spec } of ordered) used.introduce(requirement.packageId, spec);
  const prefer = new Map(
    lockEntries(pinned).flatMap((entry) => (entry.version ? [[lockedPackage(entry), entry.version] as const] : [])),
  );
  const requirements = ordered.map(({ requirement }) => requirement);
  const solution = await solve(requirements, used, { prefer, ...(context.signal ? { signal: context.signal } : {}) });
  return { solution, used };
}

/** Whether all that moves is at the newest version that those who ask for it allow. */
async function isNewest({ solution, used }: Attempt, { moving }: Task): Promise<boolean> {
  for (const { packageId, name, version, key, range, direct } of solution.packages.values()) {
    if (!moving.has(name) || key !== version) continue;
    const asked = [...solution.packages.values()].flatMap(({ dependencies }) =>
      dependencies.filter((dependency) => dependency.satisfiedBy === packageId).map((dependency) => dependency.range),
    );
    const ranges = [...(direct ? [range ?? ''] : []), ...asked];
    const all = await used.versions(packageId);
    const [newest] = ranges.reduce((left, each) => matchingVersions(each, left), all);
    if (newest !== undefined && newest !== version) return false;
  }
  return true;
}
