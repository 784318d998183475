import { type Digest, formatReference, parseReference, type ReadOnlyTarget } from '../../../core/index.ts';
import {
  emptyLock,
  isOciEntry,
  type LockEntry,
  lockEntries,
  type OciSource,
  parseSpec,
  tagOf,
} from '../../../resolve/index.ts';
import type { OpenedSkill, SourcePool } from '../../../sources/index.ts';
import type { Store } from '../../../store/index.ts';
import type { Context } from '../../context.ts';
import { forAll } from '../../install/bring.ts';
import { atOnce } from '../../install/install.types.ts';
import { openHeld, openPinned, Packages } from '../../install/packages.ts';
import { openPick, type Pick } from '../../install/pick.ts';
import { solveTwice } from '../../install/solving.ts';
import { readState } from '../../install/state.ts';
import { typedWishes } from '../../install/wishes.ts';
import { namePlaces } from '../../naming.ts';

/** One skill that goes into a bundle. */
export interface BundleItem {
  readonly name: string;
  readonly version: string;
  /** What it is called in the bundle, with a registry and a tag. */
  readonly reference: string;
  readonly digest: Digest;
  readonly source: ReadOnlyTarget;
}

/** Where skills stand in a bundle that come from no registry: podman calls what was made on the machine so. */
export const localRegistry = 'localhost';

/** What is named, with all that it depends on, each in the newest version that satisfies. */
export async function solvedItems(
  context: Context,
  pool: SourcePool,
  store: Store,
  specs: readonly string[],
): Promise<readonly BundleItem[]> {
  const { offline } = context.settings;
  const options = { pool, store, pinned: emptyLock, offline, places: namePlaces(context), platformOf: () => undefined };
  const make = () => new Packages(options);
  const packages = make();
  const wishes = await typedWishes(context, { pool, packages, lock: emptyLock }, specs, {});
  const task = { wishes, moving: new Set<string>(), lock: emptyLock };
  const { solution, used } = await solveTwice(context, task, make, packages);
  const picks = await forAll([...solution.packages.values()], atOnce, (solved) => openPick(used, solved));
  return picks.map(pickedItem);
}

function pickedItem({ solved, name, version, opened }: Pick): BundleItem {
  const spec = parseSpec(solved.packageId);
  const place = spec.kind === 'oci' ? spec.reference : { registry: localRegistry, repository: name };
  return itemOf(name, version, place, opened);
}

/** Exactly what the project's lock says. From a registry each comes with what refers to it there. */
export function lockedItems(context: Context, pool: SourcePool, store: Store): Promise<readonly BundleItem[]> {
  const { lock } = readState(context.settings.root);
  return forAll(lockEntries(lock), atOnce, async (entry): Promise<BundleItem> => {
    if (isOciEntry(entry) && !context.settings.offline) return fromRegistry(context, entry, entry.source);
    const opened = (await openHeld(store, entry)) ?? (await openPinned(pool, entry));
    const version = entry.version ?? opened.artifact.version ?? '0.0.0';
    const place = isOciEntry(entry) ? entry.source : { registry: localRegistry, repository: entry.name };
    return itemOf(entry.name, version, place, opened);
  });
}

async function fromRegistry(
  context: Context,
  { name, version }: LockEntry,
  { registry, repository, tag, digest }: OciSource,
): Promise<BundleItem> {
  const source = (await context.registries())(registry).repository(repository);
  const reference = formatReference({ registry, repository, tag });
  return { name, version: version ?? tag, reference, digest, source };
}

function itemOf(
  name: string,
  version: string,
  { registry, repository }: { readonly registry: string; readonly repository: string },
  { artifact, target }: OpenedSkill,
): BundleItem {
  const reference = formatReference(parseReference(`${registry}/${repository}:${tagOf(version)}`));
  return { name, version, reference, digest: (artifact.index ?? artifact.descriptor).digest, source: target };
}
