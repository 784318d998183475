import { isSkillsError } from '../../core/index.ts';
import { type Lockfile, lockEntries, lockedPackage, type Solution, solve } from '../../resolve/index.ts';
import type { Context } from '../context.ts';
import { type Packages, withoutNames } from './packages.ts';
import type { Wish } from './wishes.ts';

/** Makes the solver's port for a lock whose versions are held. */
export type PackagesOf = (pinned: Lockfile) => Packages;

/**
 * Solves with everything that is locked held where it is; only where that cannot be, everything may move, each still
 * preferring its locked version. So one new skill does not ask for the versions of a hundred others.
 */
export async function solveTwice(
  context: Context,
  wishes: readonly Wish[],
  packagesOf: PackagesOf,
  pinned: Lockfile,
  first: Packages,
): Promise<{ solution: Solution; used: Packages }> {
  context.report({ phase: 'resolve', total: wishes.length });
  const requirements = wishes.map(({ requirement }) => requirement);
  const prefer = new Map(
    lockEntries(pinned).flatMap((entry) => (entry.version ? [[lockedPackage(entry), entry.version] as const] : [])),
  );
  const attempt = async (packages: Packages) => {
    for (const { requirement, spec } of wishes) packages.introduce(requirement.packageId, spec);
    const solution = await solve(requirements, packages, {
      prefer,
      ...(context.signal ? { signal: context.signal } : {}),
    });
    return { solution, used: packages };
  };
  const narrow = packagesOf(pinned);
  narrow.adopt(first);
  try {
    return await attempt(narrow);
  } catch (error) {
    if (prefer.size === 0 || !isSkillsError(error, 'ERR_CONFLICT', 'ERR_NO_VERSION')) throw error;
    return attempt(packagesOf(withoutNames(pinned, new Set(lockEntries(pinned).map(({ name }) => name)))));
  }
}
