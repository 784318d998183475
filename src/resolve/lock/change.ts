import { reachable } from './agreement.ts';
import { findLocked, isOciEntry, isOtherEntry, type LockEntry, type Lockfile, lockEntries } from './model.ts';

/**
 * The lock with exactly these entries. Unknown keys of the old lock and of its entries are carried over, and the additional paths
 * where an entry brings none of its own.
 */
export function updateLock(old: Lockfile, entries: readonly LockEntry[]): Lockfile {
  const carried = entries.map((entry) => carryOver(findLocked(old, entry.name), entry));
  return {
    skills: carried.filter(isOciEntry),
    otherSkills: carried.filter(isOtherEntry),
    unknown: old.unknown,
  };
}

/** What taking skills out of a lock leads to; no registry is asked. */
export interface LockRemoval {
  readonly lock: Lockfile;
  /** What goes: the named ones, and what only they needed. */
  readonly removed: readonly LockEntry[];
  /** What was named and stays, because others need it (`requiredBy`): it is no longer asked for by skills.json. */
  readonly stillRequired: readonly LockEntry[];
}

/** Takes skills out, and with them the orphans: what nothing needs any more. Names that are not locked are passed over. */
export function removeFromLock(lock: Lockfile, names: Iterable<string>): LockRemoval {
  const gone = new Set(names);
  const roots = lockEntries(lock).filter((entry) => !gone.has(entry.name) && isRoot(entry));
  const needed = reachable(
    lock,
    roots.map((entry) => entry.name),
  );
  const kept = lockEntries(lock)
    .filter((entry) => needed.has(entry.name))
    .map((entry) => withoutRemoved(entry, gone, needed));
  return {
    lock: updateLock(lock, kept),
    removed: lockEntries(lock).filter((entry) => !needed.has(entry.name)),
    stillRequired: kept.filter((entry) => gone.has(entry.name)),
  };
}

/** Asked for by skills.json; or, in a lock of another tool, by nobody that is known, so that it must not be lost. */
function isRoot(entry: LockEntry): boolean {
  return entry.range !== undefined || entry.requiredBy.length === 0;
}

function withoutRemoved(entry: LockEntry, gone: ReadonlySet<string>, needed: ReadonlySet<string>): LockEntry {
  const requiredBy = entry.requiredBy.filter((name) => needed.has(name));
  if (!gone.has(entry.name)) return { ...entry, requiredBy };
  const { range: _, ...rest } = entry;
  return { ...rest, requiredBy };
}

function carryOver(old: LockEntry | undefined, entry: LockEntry): LockEntry {
  if (!old) return entry;
  const additionalPaths = entry.additionalPaths.length > 0 ? entry.additionalPaths : old.additionalPaths;
  const unknown = { ...old.unknown, ...entry.unknown };
  const sourceUnknown = { ...old.source.unknown, ...entry.source.unknown };
  return isOciEntry(entry)
    ? { ...entry, additionalPaths, unknown, source: { ...entry.source, unknown: sourceUnknown } }
    : { ...entry, additionalPaths, unknown, source: { ...entry.source, unknown: sourceUnknown } };
}
