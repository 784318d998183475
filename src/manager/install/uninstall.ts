import { SkillsError } from '../../core/index.ts';
import {
  editProject,
  findLocked,
  type LockEntry,
  lockEntries,
  lockedPackage,
  removeFromLock,
  removeSkills,
} from '../../resolve/index.ts';
import type { Store } from '../../store/index.ts';
import { withoutEntry } from '../../store/index.ts';
import type { Context } from '../context.ts';
import type { UninstallReport } from '../types.ts';
import { apply } from './apply.ts';
import { readState, type State } from './state.ts';

export interface UninstallOptions {
  /** Local edits may be lost. */
  readonly force?: boolean | undefined;
}

/** Removes skills and what only they required. @throws SkillsError ERR_NOT_INSTALLED naming each that is not there. */
export async function uninstall(
  context: Context,
  names: readonly string[],
  options: UninstallOptions = {},
): Promise<UninstallReport> {
  const store = await context.store();
  return store.lock(context.settings.root, () => uninstallLocked(context, store, names, options), {
    signal: context.signal,
  });
}

async function uninstallLocked(
  context: Context,
  store: Store,
  names: readonly string[],
  options: UninstallOptions,
): Promise<UninstallReport> {
  const state = readState(context.settings.root);
  checkInstalled(state, names);
  const { lock, removed, stillRequired } = removeFromLock(state.lock, names);
  await apply(context, store, state, {
    projectText: state.projectText === undefined ? undefined : editProject(state.projectText, [removeSkills(names)]),
    lock,
    placed: [],
    removed,
    force: options.force ?? false,
  });
  if (context.settings.scope === 'store') await forget(store, removed);
  return {
    removed: removed.map(({ name, version }) => ({ name, version: version ?? '' })),
    kept: stillRequired.map(({ name, requiredBy }) => ({ name, requiredBy })),
    undo: undoOf(context, state, removed, names),
  };
}

/** An application's store holds nothing for other projects: what it uninstalls is gone from the index and the disk. */
async function forget(store: Store, removed: readonly LockEntry[]): Promise<void> {
  const gone = store.index.entries.filter(({ name, version }) =>
    removed.some((entry) => entry.name === name && entry.version === version),
  );
  await store.commit({ index: (current) => gone.reduce(withoutEntry, current) });
  for (const { name, version, contentDigest, scope } of gone) {
    const tree = store.findTree({
      name,
      version,
      ...(scope ? { scope } : {}),
      ...(contentDigest ? { contentDigest } : {}),
    });
    if (tree) store.removeTree(tree);
  }
}

function checkInstalled({ lock }: State, names: readonly string[]): void {
  const missing = names.filter((name) => !findLocked(lock, name));
  if (missing.length === 0) return;
  const there = lockEntries(lock).map(({ name }) => name);
  throw new SkillsError('ERR_NOT_INSTALLED', `${missing.join(', ')} is not installed here`, {
    hint: there.length
      ? `installed are: ${there.slice(0, 12).join(', ')}${there.length > 12 ? ', …' : ''}`
      : 'nothing is installed here',
  });
}

function undoOf(
  { settings }: Context,
  { lock }: State,
  removed: readonly LockEntry[],
  names: readonly string[],
): string {
  const flag = settings.scope === 'global' ? ' -g' : '';
  const back = removed
    .filter(({ name }) => names.includes(name))
    .map(
      (entry) =>
        `${lockedPackage(entry)}${'registry' in entry.source ? `@${findLocked(lock, entry.name)?.version ?? ''}` : ''}`,
    );
  return back.length ? `skills install${flag} ${back.join(' ')}` : '';
}
