import { SkillsError } from '../../core/index.ts';
import {
  editProject,
  findLocked,
  type LockEntry,
  lockEntries,
  removeFromLock,
  removeSkills,
} from '../../resolve/index.ts';
import type { IndexEntry, Store } from '../../store/index.ts';
import type { Context } from '../context.ts';
import type { UninstallReport } from '../types.ts';
import { apply } from './apply.ts';
import { readState, type State } from './state.ts';
import { declaredSpec, installCommand } from './way-back.ts';

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
  const forgotten = context.settings.scope === 'store' ? entriesOf(store, removed) : [];
  await apply(context, store, state, {
    projectText: state.projectText === undefined ? undefined : editProject(state.projectText, [removeSkills(names)]),
    lock,
    placed: [],
    removed,
    forgotten,
    force: options.force ?? false,
  });
  removeTrees(store, forgotten);
  return {
    removed: removed.map(({ name, version }) => ({ name, version: version ?? '' })),
    kept: stillRequired.map(({ name, requiredBy }) => ({ name, requiredBy })),
    undo: undoOf(context, state, names),
  };
}

/** An application's store holds nothing for other projects: what it uninstalls is gone from the index and the disk. */
function entriesOf(store: Store, removed: readonly LockEntry[]): readonly IndexEntry[] {
  return store.index.entries.filter(({ name, version }) =>
    removed.some((entry) => entry.name === name && entry.version === version),
  );
}

function removeTrees(store: Store, forgotten: readonly IndexEntry[]): void {
  for (const { name, version, contentDigest, scope } of forgotten) {
    const tree = store.findTree({
      name,
      version,
      ...(scope ? { scope } : {}),
      ...(contentDigest ? { contentDigest } : {}),
    });
    if (tree) store.removeTree(tree);
  }
}

function checkInstalled({ lock, project }: State, names: readonly string[]): void {
  const missing = names.filter(
    (name) => !findLocked(lock, name) && !project.skills.some((skill) => skill.name === name),
  );
  if (missing.length === 0) return;
  const there = lockEntries(lock).map(({ name }) => name);
  throw new SkillsError('ERR_NOT_INSTALLED', `${missing.join(', ')} is not installed here`, {
    hint: there.length
      ? `installed are: ${there.slice(0, 12).join(', ')}${there.length > 12 ? ', …' : ''}`
      : 'nothing is installed here',
  });
}

function undoOf({ settings }: Context, { lock }: State, names: readonly string[]): string {
  const back = names.flatMap((name) => {
    const entry = findLocked(lock, name);
    return entry?.range === undefined ? [] : [declaredSpec(entry)];
  });
  return installCommand(back, settings.scope === 'global');
}
