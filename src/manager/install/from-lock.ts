import { SkillsError } from '../../core/index.ts';
import { lockEntries, lockedPackage } from '../../resolve/index.ts';
import type { SourcePool } from '../../sources/index.ts';
import { fillDest, type Store } from '../../store/index.ts';
import type { Context } from '../context.ts';
import { scopeOf } from '../naming.ts';
import { apply } from './apply.ts';
import { forAll } from './bring.ts';
import type { ChangeOptions } from './install.types.ts';
import { bringLocked } from './locked.ts';
import { type Placed, placesOf } from './places.ts';
import type { Outcome, Told } from './report.ts';
import type { State } from './state.ts';

const atOnce = 16;

/** Installs the lock as it is: nothing is resolved, and no tag is looked at. */
export async function fromLock(
  context: Context,
  store: Store,
  pool: SourcePool,
  state: State,
  options: ChangeOptions,
): Promise<Outcome> {
  const entries = lockEntries(state.lock);
  const told = { typed: [], notices: [], before: state.lock };
  if (options.check) return { ...told, placed: [], removed: [], plan: undefined };
  let done = 0;
  const placed = await forAll(entries, atOnce, async (entry): Promise<Placed> => {
    const scope = scopeOf(context, lockedPackage(entry), entry.name);
    const tree = await bringLocked(context, store, pool, entry, scope);
    context.report({ phase: 'fetch', name: entry.name, done: ++done, total: entries.length });
    return { entry, tree, places: options.dest ? [] : placesOf(context, entry.name, tree, entry.additionalPaths) };
  });
  if (options.dest) return fill(placed, options.dest, told);
  const plan = await apply(context, store, state, {
    projectText: state.projectText,
    lock: state.lock,
    placed,
    removed: [],
    frozen: options.frozen ?? false,
    force: options.force ?? false,
    keep: options.keep,
  });
  return { ...told, placed, removed: [], plan };
}

export async function fill(placed: readonly Placed[], dest: string, told: Told): Promise<Outcome> {
  const filled = await fillDest(
    dest,
    placed.map(({ tree }) => tree),
  );
  return { ...told, placed, removed: [], plan: undefined, dest: { folder: dest, ...filled } };
}

/** A missing lock, or the wrong folder, must not look like a success in CI. */
export function requireLock({ settings }: Context, { lockText }: State): void {
  if (lockText !== undefined) return;
  throw new SkillsError('ERR_LOCK_OUTDATED', `${settings.root} has no skills.lock.json, which --frozen installs`, {
    hint: 'run it in the project, or make the lock with "skills install" and commit it',
  });
}
