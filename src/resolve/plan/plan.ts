import type { Digest } from '../../core/index.ts';
import { findLocked, type LockEntry, type Lockfile, lockEntries, lockedPackage } from '../lock/model.ts';
import type { Solution, SolvedPackage } from '../solve/port.ts';
import { compareVersions } from '../versions/compare.ts';

/** What lies in the project's folders under a name that the lock has. */
export interface InstalledState {
  /** As `checkPlace` of the store says: `foreign` is a folder that is not ours. */
  readonly state: 'same' | 'missing' | 'changed' | 'foreign';
}

/** What an install or update does, each list sorted by name. Pure: nothing is fetched to know it. */
export interface Plan {
  readonly add: readonly PlannedAdd[];
  readonly update: readonly PlannedUpdate[];
  readonly remove: readonly PlannedRemoval[];
  readonly keep: readonly PlannedKeep[];
}

export interface PlannedAdd {
  readonly name: string;
  readonly package: SolvedPackage;
  /** Absent for what is new; there for what is locked, and whose files are gone. */
  readonly locked?: LockEntry;
  readonly reason: string;
}

export interface PlannedUpdate {
  readonly name: string;
  readonly package: SolvedPackage;
  readonly locked: LockEntry;
  readonly reason: string;
}

export interface PlannedRemoval {
  readonly name: string;
  readonly locked: LockEntry;
  readonly reason: string;
}

export interface PlannedKeep {
  readonly name: string;
  readonly package: SolvedPackage;
  readonly locked: LockEntry;
}

/**
 * What has to be done so that the project holds the solution.
 *
 * What the lock holds and the solution does not is removed: it was taken out, or nothing requires it any more.
 *
 * @param installed by name; what is not in it counts as installed as locked
 */
export function planChanges(
  lock: Lockfile,
  solution: Solution,
  installed: ReadonlyMap<string, InstalledState> = new Map(),
): Plan {
  const plan = { add: [] as PlannedAdd[], update: [] as PlannedUpdate[], keep: [] as PlannedKeep[] };
  const solved = [...solution.packages.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const found of solved) {
    const { name } = found;
    const locked = findLocked(lock, name);
    const state = installed.get(name)?.state ?? 'same';
    if (!locked) plan.add.push({ name, package: found, reason: sayWhyAdded(found) });
    else if (state === 'missing') plan.add.push({ name, package: found, locked, reason: 'its files are not there' });
    else {
      const reason = sayDifference(locked, found) ?? sayDamage(state);
      if (reason === undefined) plan.keep.push({ name, package: found, locked });
      else plan.update.push({ name, package: found, locked, reason });
    }
  }
  return { ...plan, remove: planRemovals(lock, solved) };
}

/** Whether a plan does nothing. */
export function isEmptyPlan({ add, update, remove }: Plan): boolean {
  return add.length + update.length + remove.length === 0;
}

function planRemovals(lock: Lockfile, solved: readonly SolvedPackage[]): readonly PlannedRemoval[] {
  const kept = new Set(solved.map(({ name }) => name));
  return lockEntries(lock)
    .filter(({ name }) => !kept.has(name))
    .map((locked) => ({ name: locked.name, locked, reason: sayWhyRemoved(locked, kept) }));
}

function sayWhyAdded({ direct, requiredBy }: SolvedPackage): string {
  return direct || requiredBy.length === 0 ? 'asked for by the project' : `required by ${requiredBy.join(', ')}`;
}

/** In what a solved package is another than the locked one: source, version or content. */
function sayDifference(locked: LockEntry, found: SolvedPackage): string | undefined {
  const source = lockedPackage(locked);
  if (source !== found.packageId) return `comes from ${found.packageId} instead of ${source}`;
  if (locked.version !== undefined && found.version !== undefined && locked.version !== found.version) {
    const direction = compareVersions(found.version, locked.version) > 0 ? 'newer' : 'older';
    return `${direction}: ${locked.version} → ${found.version}`;
  }
  const digest = lockedDigest(locked);
  if (found.digest !== undefined && digest !== undefined && found.digest !== digest) {
    return `the same version with other content: ${digest.slice(0, 19)} → ${found.digest.slice(0, 19)}`;
  }
  return undefined;
}

function lockedDigest(locked: LockEntry): Digest | undefined {
  return locked.source.digest;
}

function sayDamage(state: InstalledState['state']): string | undefined {
  if (state === 'changed') return 'its files were changed';
  return state === 'foreign' ? 'another folder is in its place' : undefined;
}

function sayWhyRemoved({ range, requiredBy }: LockEntry, kept: ReadonlySet<string>): string {
  if (range !== undefined) return 'the project does not ask for it any more';
  const gone = requiredBy.filter((name) => !kept.has(name));
  if (gone.length > 0) return `was required by ${gone.join(', ')}`;
  return requiredBy.length > 0
    ? `${requiredBy.join(', ')} does not require it any more`
    : 'nothing requires it any more';
}
