import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { SkillsError } from '../../core/index.ts';
import { findLocked, type LockEntry, type Lockfile } from '../../resolve/index.ts';
import {
  type AgentPlace,
  chooseAgents,
  globalPlaces,
  type PlaceChange,
  type PlaceState,
  projectPlacer,
  requireInside,
  type Store,
  type StoredTree,
} from '../../store/index.ts';
import type { Context } from '../context.ts';
import type { State } from './state.ts';

/** Tells the folders that a skill is to be seen in; further ones are relative to the project. */
export type Placer = (
  name: string,
  tree: StoredTree | undefined,
  additional?: readonly string[],
) => readonly AgentPlace[];

/**
 * The folders of agents that skills are to be seen in: none where only the store is worked on. Made once for a command:
 * looking for agents takes longer than anything else that is done for a skill which is there already.
 */
export function placerOf({ settings }: Context): Placer {
  const { scope, root, env } = settings;
  if (scope === 'store') return () => [];
  const agents = chooseAgents({ env, project: scope === 'project' ? root : undefined });
  if (scope === 'global') return (name, tree) => globalPlaces(tree ?? { name, path: join(root, name) }, agents, env);
  const place = projectPlacer(root, agents);
  // Hundreds of skills lie in a few folders: each is looked at once.
  const inside = new Set<string>();
  return (name, _tree, additional = []) => {
    const places = place(name);
    const further = additional.map((path) => resolve(root, path));
    for (const folder of further.map(dirname)) {
      if (!inside.has(folder)) requireInside(root, folder);
      inside.add(folder);
    }
    return [...places, ...further.flatMap((path) => furtherLink(places, path))];
  };
}

/** Where a removed skill may still be seen: what an application uninstalls may have been linked by `-g`, which shares its lock. */
export function formerPlacerOf(context: Context): Placer {
  const { scope, root, env } = context.settings;
  if (scope !== 'store') return placerOf(context);
  const agents = chooseAgents({ env, project: undefined });
  return (name) => globalPlaces({ name, path: join(root, name) }, agents, env);
}

function furtherLink(places: readonly AgentPlace[], path: string): AgentPlace[] {
  if (places.some((place) => place.path === path)) return [];
  return [{ kind: 'link', path, target: relative(join(path, '..'), places[0]?.path ?? path) }];
}

/** What the lock says of where a skill's files lie: the first of its places, or its tree. */
export function lockedPath(context: Context, places: readonly AgentPlace[], tree: StoredTree): string {
  const { scope, root } = context.settings;
  const path = scope === 'project' ? (places[0]?.path ?? tree.path) : tree.path;
  return relative(root, path).replaceAll('\\', '/');
}

/** A skill with the places that it should have. */
export interface Placed {
  readonly entry: LockEntry;
  readonly tree: StoredTree;
  readonly places: readonly AgentPlace[];
}

export interface PlaceOptions {
  /** Read every file, whatever the stamps say. */
  readonly hash: boolean;
  /** Local edits may be lost. */
  readonly force: boolean;
}

/** What has to happen in the agents' folders, and what was edited there and is left alone. */
export interface PlacePlan {
  readonly changes: readonly PlaceChange[];
  readonly edited: readonly { readonly name: string; readonly path: string }[];
  /** Skills of which some place changes. */
  readonly touched: ReadonlySet<string>;
}

/**
 * Compares all places with what should be there.
 *
 * An edited place of a skill that stays at its version is left alone and named; where its version changes, edits would be
 * lost and the plan fails unless forced.
 *
 * @throws SkillsError ERR_CONFLICT, ERR_NOT_OURS
 */
export function planPlaces(
  store: Store,
  before: Lockfile,
  placed: readonly Placed[],
  { hash, force }: PlaceOptions,
): PlacePlan {
  const wanted = placed.flatMap((skill) => skill.places.map((place) => ({ skill, place })));
  const states = store.checkPlaces(
    wanted.map(({ skill, place }) => expectation(before, skill, place)),
    { hash },
  );
  const changes: PlaceChange[] = [];
  const edited: { name: string; path: string }[] = [];
  const touched = new Set<string>();
  wanted.forEach(({ skill, place }, index) => {
    const state = states[index] ?? 'missing';
    const { name } = skill.entry;
    if (state === 'same') return;
    const old = findLocked(before, name);
    if (state === 'changed' && !force) {
      if (old?.contentDigest !== skill.entry.contentDigest) throw wouldLose(name, place.path);
      edited.push({ name, path: place.path });
      return;
    }
    refuseForeign(state, place.path);
    touched.add(name);
    changes.push({ ...toChange(place, skill.tree), ours: old !== undefined, was: old?.contentDigest, force });
  });
  return { changes, edited, touched };
}

function expectation(before: Lockfile, { entry, tree }: Placed, place: AgentPlace) {
  const old = findLocked(before, entry.name);
  const facts = { path: place.path, ours: old !== undefined, was: old?.contentDigest };
  return place.kind === 'copy'
    ? { ...facts, kind: 'copy' as const, contentDigest: tree.contentDigest, files: tree.files }
    : { ...facts, kind: 'link' as const, target: place.target };
}

function toChange(place: AgentPlace, tree: StoredTree): PlaceChange {
  return place.kind === 'copy'
    ? { kind: 'copy', path: place.path, tree }
    : { kind: 'link', path: place.path, target: place.target };
}

function refuseForeign(state: PlaceState, path: string): void {
  if (state !== 'foreign') return;
  throw new SkillsError('ERR_NOT_OURS', `${path} is there already and was not installed by skills; it is left alone`, {
    hint: 'move it away or rename it, then repeat the command',
    data: { path },
  });
}

function wouldLose(name: string, path: string): SkillsError {
  return new SkillsError('ERR_CONFLICT', `${name} was edited in ${path}; another version would lose the edits`, {
    hint: 'keep a copy of your edits, then repeat the command with --force',
    data: { name, path },
  });
}

/** Further folders that a skill is to be linked into: those that skills.json names, and those that the lock has. */
export function additionalPaths({ project, lock }: State, name: string): readonly string[] {
  const bases = project.skills.find((skill) => skill.name === name)?.additionalBasePaths ?? [];
  for (const base of bases) refuseOutside(name, base);
  return [
    ...bases.map((base) => `${base.replace(/\/+$/, '')}/${name}`),
    ...(findLocked(lock, name)?.additionalPaths ?? []),
  ];
}

/** skills.json comes with a clone: it must not place anything outside of it. */
function refuseOutside(name: string, base: string): void {
  if (!isAbsolute(base) && !base.split(/[\\/]/).includes('..')) return;
  throw new SkillsError(
    'ERR_LOCK_INVALID',
    `skills.json: ${name} has the path "${base}", which leads out of the project`,
    {
      hint: 'paths in additionalBasePaths are relative, and without ".."',
    },
  );
}

/** The entry with the places that it got besides its first. */
export function withAdditionalPaths(context: Context, entry: LockEntry, places: readonly AgentPlace[]): LockEntry {
  const { scope, root } = context.settings;
  if (scope !== 'project') return entry;
  return { ...entry, additionalPaths: places.slice(1).map(({ path }) => relative(root, path).replaceAll('\\', '/')) };
}
