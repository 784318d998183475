import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type LockEntry, lockEntries } from '../../resolve/index.ts';
import type { PlaceState, Store } from '../../store/index.ts';
import type { Context } from '../context.ts';
import { readState } from '../install/state.ts';

export interface InstalledState {
  readonly name: string;
  readonly path: string;
  readonly state: PlaceState;
}

/** Compares what lies in the folder of a project's agents with what the lock pins. */
export async function checkInstalled(context: Context): Promise<readonly InstalledState[]> {
  const entries = lockEntries(readState(context.settings.root).lock);
  if (entries.length === 0 || context.settings.scope !== 'project') return [];
  return checkEntries(context, await context.store(), entries);
}

/** The same for these entries: by stamps, so that it costs little. A skill of the store alone is there or missing. */
export function checkEntries(
  { settings: { root, scope } }: Context,
  store: Store,
  entries: readonly LockEntry[],
): readonly InstalledState[] {
  const placed = entries.map(({ name, path, contentDigest }) => ({ name, path: resolve(root, path), contentDigest }));
  // A lock of another tool may pin no content: then there is nothing to compare with.
  const known = scope === 'project' ? placed.filter(({ contentDigest }) => contentDigest !== undefined) : [];
  const states = store.checkPlaces(
    known.map(({ path, contentDigest }) => ({ path, kind: 'copy', contentDigest, ours: true })),
  );
  const byPath = new Map(known.map(({ path }, index) => [path, states[index]]));
  return placed.map(({ name, path }) => {
    return { name, path, state: byPath.get(path) ?? (existsSync(path) ? 'same' : 'missing') };
  });
}
