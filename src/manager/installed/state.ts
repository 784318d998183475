import { lockEntries } from '../../resolve/index.ts';
import type { PlaceState } from '../../store/index.ts';
import type { Context } from '../context.ts';
import { placerOf } from '../install/places.ts';
import { readState } from '../install/state.ts';

export interface InstalledState {
  readonly name: string;
  readonly path: string;
  readonly state: PlaceState;
}

/** Compares what lies in the agents' folders with what the lock pins. */
export async function checkInstalled(context: Context): Promise<readonly InstalledState[]> {
  const { lock } = readState(context.settings.root);
  const entries = lockEntries(lock);
  if (entries.length === 0) return [];
  const store = await context.store();
  const placesOf = placerOf(context);
  const wanted = entries.flatMap((entry) => {
    const [place] = placesOf(entry.name, undefined, entry.additionalPaths);
    return place
      ? [{ name: entry.name, path: place.path, kind: place.kind, contentDigest: entry.contentDigest, ours: true }]
      : [];
  });
  const states = store.checkPlaces(wanted.filter(({ kind }) => kind === 'copy'));
  return wanted
    .filter(({ kind }) => kind === 'copy')
    .map(({ name, path }, index) => ({ name, path, state: states[index] ?? 'missing' }));
}
