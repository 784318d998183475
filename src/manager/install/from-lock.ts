import { resolve } from 'node:path';
import { SkillsError } from '../../core/index.ts';
import { checkAgreement, lockEntries, lockedPackage } from '../../resolve/index.ts';
import { fillDest } from '../../store/index.ts';
import type { Context } from '../context.ts';
import { namePlaces, scopeOf } from '../naming.ts';
import { apply } from './apply.ts';
import { forAll } from './bring.ts';
import { atOnce, type Work } from './install.types.ts';
import { bringLocked } from './locked.ts';
import { type Placed, placerOf } from './places.ts';
import type { Outcome, Told } from './report.ts';
import type { State } from './state.ts';

/** Installs the lock, and only where it says what skills.json asks for. @throws SkillsError ERR_LOCK_OUTDATED, ERR_DRIFT */
export async function installFrozen(work: Work, specs: readonly string[]): Promise<Outcome> {
  if (specs.length > 0) throw new SkillsError('ERR_USAGE', '--frozen installs what the lock says and takes no names');
  const { context, state } = work;
  requireLock(context, state);
  checkAgreement(state.project, state.lock, namePlaces(context));
  return fromLock(work);
}

/** Installs the lock as it is: nothing is resolved, and no tag is looked at. */
export async function fromLock(work: Work): Promise<Outcome> {
  const { context, store, state, options } = work;
  const told = { typed: [], notices: [], before: state.lock };
  if (options.check) return { ...told, placed: [], removed: [], plan: undefined };
  const placed = await bringAll(work);
  if (options.dest) return fill(context, placed, options.dest, told);
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

/** Puts the trees into a plain folder; the project stays as it is. */
export async function fill(context: Context, placed: readonly Placed[], dest: string, told: Told): Promise<Outcome> {
  const folder = resolve(context.settings.cwd, dest);
  const filled = await fillDest(
    folder,
    placed.map(({ tree }) => tree),
  );
  return { ...told, placed, removed: [], plan: undefined, dest: { folder, ...filled } };
}

function bringAll({ context, store, pool, state, options }: Work): Promise<readonly Placed[]> {
  const entries = lockEntries(state.lock);
  const placesOf = options.dest ? () => [] : placerOf(context);
  let done = 0;
  return forAll(entries, atOnce, async (entry): Promise<Placed> => {
    const scope = scopeOf(context, lockedPackage(entry), entry.name);
    const tree = await bringLocked(context, store, pool, entry, scope);
    context.report({ phase: 'fetch', name: entry.name, done: ++done, total: entries.length });
    return { entry, tree, places: placesOf(entry.name, tree, entry.additionalPaths) };
  });
}

/** A missing lock, or the wrong folder, must not look like a success in CI. */
function requireLock({ settings }: Context, { lockText }: State): void {
  if (lockText !== undefined) return;
  throw new SkillsError('ERR_LOCK_OUTDATED', `${settings.root} has no skills.lock.json, which --frozen installs`, {
    hint: 'run it in the project, or make the lock with "skills install" and commit it',
  });
}
