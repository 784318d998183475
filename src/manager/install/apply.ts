import { basename, dirname, join, relative } from 'node:path';
import { SkillsError } from '../../core/index.ts';
import { formatLock, type LockEntry, type Lockfile, lockedPackage } from '../../resolve/index.ts';
import {
  type FileChange,
  type IndexEntry,
  type InstalledIndex,
  ignoreChange,
  type PlaceChange,
  requireInside,
  type Store,
  withEntry,
  withoutEntry,
} from '../../store/index.ts';
import type { Context } from '../context.ts';
import { lockFile, projectFile } from '../project.ts';
import { formerPlacerOf, type Placed, type PlacePlan, planPlaces } from './places.ts';
import type { State } from './state.ts';

/** How a project is to be afterwards. */
export interface Goal {
  readonly projectText: string | undefined;
  readonly lock: Lockfile;
  readonly placed: readonly Placed[];
  readonly removed: readonly LockEntry[];
  /** What the store's index is to forget. */
  readonly forgotten?: readonly IndexEntry[];
  /** Read every file that lies in agents' folders, and fail where one was edited. */
  readonly frozen?: boolean;
  readonly force?: boolean;
  readonly keep?: 'vendor' | 'ignore' | undefined;
}

/**
 * Makes a project as the goal says: index.json, skills.json, the lock and the agents' folders, in one change that happens
 * wholly or not at all. Where everything is so already nothing is written.
 */
export async function apply(context: Context, store: Store, state: State, goal: Goal): Promise<PlacePlan> {
  const plan = planPlaces(store, state.lock, goal.placed, { hash: goal.frozen ?? false, force: goal.force ?? false });
  if (goal.frozen && plan.edited.length > 0) throw drift(plan.edited);
  const files = changedFiles(context, store, state, goal);
  const entries = goal.placed.map((placed) => indexEntry(store.home, placed));
  const places = [...plan.changes, ...removals(context, store, goal.removed, goal.force ?? false)];
  const forgotten = goal.forgotten ?? [];
  const indexed = forgotten.length === 0 && isIndexed(store, entries);
  if (files.length === 0 && places.length === 0 && indexed) return plan;
  context.report({ phase: 'activate', total: places.length });
  await store.commit({
    files,
    places,
    ...(indexed ? {} : { index: (current) => withChanges(current, entries, forgotten) }),
  });
  return plan;
}

function changedFiles(
  context: Context,
  store: Store,
  state: State,
  { projectText, lock, placed, keep }: Goal,
): FileChange[] {
  const files: FileChange[] = [];
  const { root, scope } = context.settings;
  if (projectText !== undefined && projectText !== state.projectText)
    files.push({ path: projectFile(root), content: projectText });
  const lockText = formatLock(lock);
  if (lockText !== state.lockText && (state.lockText !== undefined || placed.length > 0))
    files.push({ path: lockFile(root), content: lockText });
  if (scope !== 'project') return files;
  if (keep) store.writeChoice(root, keep);
  if ((keep ?? store.readChoice(root)) === 'ignore') {
    const inside = placed.flatMap(({ places }) => places.map(({ path }) => relative(root, path).replaceAll('\\', '/')));
    const ignoring = ignoreChange(root, inside);
    if (ignoring) files.push(ignoring);
  }
  return files;
}

function removals(context: Context, store: Store, removed: readonly LockEntry[], force: boolean): PlaceChange[] {
  const { root, scope } = context.settings;
  if (removed.length === 0) return [];
  const placesOf = formerPlacerOf(context);
  // In the user's folders the store alone knows only what leads into it.
  const ours = scope !== 'store';
  return removed.flatMap((entry): PlaceChange[] => {
    // A lock that names another folder than the skill's own must not make us remove that.
    const own = [entry.path, ...entry.additionalPaths].filter((path) => basename(path) === entry.name);
    const locked = scope === 'project' ? own.map((path) => join(root, path)) : [];
    for (const path of locked) requireInside(root, dirname(path));
    const known = placesOf(entry.name, undefined).map(({ path }) => path);
    const paths = [...new Set([...locked, ...known])];
    const states = store.checkPlaces(paths.map((path) => ({ path, ours, was: entry.contentDigest })));
    return paths.flatMap((path, index): PlaceChange[] => {
      const state = states[index];
      if (state === 'missing' || state === 'foreign') return [];
      if (state === 'changed' && !force) throw editedRemoval(entry.name, path);
      return [{ kind: 'remove', path, ours, was: entry.contentDigest, force }];
    });
  });
}

function indexEntry(home: string, { entry, tree }: Placed): IndexEntry {
  const digest = 'digest' in entry.source ? entry.source.digest : undefined;
  return {
    name: entry.name,
    version: tree.version,
    installedAt: new Date().toISOString(),
    source: lockedPackage(entry),
    ...(entry.layer ? { checksum: entry.layer.digest } : {}),
    contentDigest: tree.contentDigest,
    ...(digest ? { digest } : {}),
    ...(tree.scope ? { scope: tree.scope } : {}),
    path: relative(home, tree.path).replaceAll('\\', '/'),
    enabled: true,
  };
}

function withChanges(
  current: InstalledIndex,
  entries: readonly IndexEntry[],
  forgotten: readonly IndexEntry[],
): InstalledIndex {
  const kept = forgotten.reduce(withoutEntry, current);
  return { ...entries.reduce(withEntry, kept), lastSyncTime: new Date().toISOString() };
}

/** Whether the index says the same of all of them already, but for the time. */
function isIndexed(store: Store, entries: readonly IndexEntry[]): boolean {
  if (entries.length === 0) return true;
  const known = new Set(store.index.entries.map(timeless));
  return entries.every((entry) => known.has(timeless(entry)));
}

function timeless(entry: IndexEntry): string {
  const { name, version, source, digest, contentDigest, path } = entry;
  return JSON.stringify([name, version, source, digest, contentDigest, path]);
}

function drift(edited: PlacePlan['edited']): SkillsError {
  const names = edited.map(({ name }) => name).join(', ');
  return new SkillsError('ERR_DRIFT', `${names}: the files are not those that the lock pins`, {
    hint: 'they were edited here: restore them with --force, or commit the change at its source',
    data: { edited },
  });
}

function editedRemoval(name: string, path: string): SkillsError {
  return new SkillsError('ERR_CONFLICT', `${name} was edited in ${path}; removing it would lose the edits`, {
    hint: 'keep a copy of your edits, then repeat the command with --force',
    data: { name, path },
  });
}
