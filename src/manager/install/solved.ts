import {
  addSkill,
  editProject,
  emptyLock,
  lockEntries,
  lockedPackage,
  type ProjectEdit,
  rangeToSave,
  readProject,
  type Solution,
  sourceOf,
  updateLock,
} from '../../resolve/index.ts';
import { namePlaces, scopeOf } from '../naming.ts';
import { apply } from './apply.ts';
import { checkBindings, overridesOf } from './bindings.ts';
import { bringIn, forAll } from './bring.ts';
import { fill, fromLock } from './from-lock.ts';
import { atOnce, type Work } from './install.types.ts';
import { notices } from './notices.ts';
import { Packages } from './packages.ts';
import { lockEntryOf, openPick, type Pick } from './pick.ts';
import { additionalPaths, lockedPath, type Placed, placerOf, withAdditionalPaths } from './places.ts';
import type { Outcome } from './report.ts';
import { agrees, movedNames, namesOf } from './satisfied.ts';
import { type PackagesOf, solveTwice } from './solving.ts';
import { declaredWishes, typedWishes, type Wish } from './wishes.ts';

interface Solved {
  readonly typed: readonly Wish[];
  readonly solution: Solution;
  readonly picks: readonly Pick[];
}

/** Installs what was typed with what skills.json asks for; where the lock holds all that already, it is installed as it is. */
export async function installSolved(work: Work, specs: readonly string[]): Promise<Outcome> {
  const { context, store, pool, state, options, offline } = work;
  const places = { ...namePlaces(context), overrides: overridesOf(state) };
  const typedIds = new Set<string>();
  const platformOf = platforms(work, typedIds);
  const packagesOf: PackagesOf = (pinned) => new Packages({ pool, store, pinned, offline, places, platformOf });
  const fresh = packagesOf(emptyLock);
  const declared = await declaredWishes(context, state, fresh);
  const typed = await typedWishes(context, { pool, packages: fresh, lock: state.lock }, specs, options);
  for (const { requirement } of typed) typedIds.add(requirement.packageId);
  const wishes = merge(declared, typed);
  const bind = (wanted: Iterable<{ name: string; packageId: string }>) =>
    checkBindings(state.lock, [...wanted], options.acceptSource ?? []);
  bind(wishes.map(({ requirement }) => requirement));
  if (options.renew.length === 0 && !options.force && agrees(context, state, typed, options.platform)) {
    return { ...(await fromLock(work)), typed: namesOf(typed) };
  }
  const moving = new Set([...options.renew, ...movedNames(state, declared, typed, options.platform)]);
  const { solution, used } = await solveTwice(context, { wishes, moving, lock: state.lock }, packagesOf, fresh);
  bind(solution.packages.values());
  const picks = await forAll([...solution.packages.values()], atOnce, (solved) => openPick(used, solved));
  return finish(work, { typed, solution, picks });
}

/** The flag decides for what is typed and for what is new, the lock for what it has. */
function platforms({ state, options }: Work, typed: ReadonlySet<string>): (id: string) => string | undefined {
  const locked = new Map(lockEntries(state.lock).map((entry) => [lockedPackage(entry), entry.source.platform]));
  return (id) => (typed.has(id) ? (options.platform ?? locked.get(id)) : (locked.get(id) ?? options.platform));
}

/** Brings what was solved into the store, and makes the project so. */
async function finish(work: Work, solved: Solved): Promise<Outcome> {
  const { context, store, state, options } = work;
  const { picks, solution, typed } = solved;
  const told = { typed: namesOf(typed), notices: notices(picks, solution), before: state.lock };
  if (options.check) return { ...told, placed: [], removed: [], plan: undefined, picks };
  const edits = projectEdits(solved);
  const projectText = edits.length > 0 ? editProject(state.projectText, edits) : state.projectText;
  const placed = await bringAll(work, solved, projectText);
  if (options.dest) return fill(context, placed, options.dest, told);
  const entries = placed.map(({ entry }) => entry);
  const kept = new Set(entries.map(({ name }) => name));
  const removed = lockEntries(state.lock).filter(({ name }) => !kept.has(name));
  const plan = await apply(context, store, state, {
    projectText,
    lock: updateLock(state.lock, entries),
    placed,
    removed,
    force: options.force ?? false,
    keep: options.keep,
  });
  return { ...told, placed, removed, plan };
}

function bringAll(
  { context, store, state, options }: Work,
  { picks, solution }: Solved,
  projectText: string | undefined,
): Promise<readonly Placed[]> {
  const asked = new Map(readProject(projectText).skills.map((skill) => [skill.name, skill.version]));
  const placesOf = options.dest ? () => [] : placerOf(context);
  let done = 0;
  return forAll(picks, atOnce, async (pick): Promise<Placed> => {
    const scope = scopeOf(context, pick.solved.packageId, pick.name);
    const tree = await bringIn(context, store, { ...pick, scope });
    context.report({ phase: 'fetch', name: pick.name, done: ++done, total: picks.length });
    const places = placesOf(pick.name, tree, additionalPaths(state, pick.name));
    const path = lockedPath(context, places, tree);
    const entry = lockEntryOf(pick, tree, { path, asked: asked.get(pick.name), solution });
    return { entry: withAdditionalPaths(context, entry, places), tree, places };
  });
}

/** What was typed replaces what skills.json says of the same name. */
function merge(declared: readonly Wish[], typed: readonly Wish[]): readonly Wish[] {
  const names = new Set(namesOf(typed));
  return [...declared.filter(({ requirement }) => !names.has(requirement.name)), ...typed];
}

function projectEdits({ typed, picks }: Solved): ProjectEdit[] {
  return typed.map(({ requirement, spec, asked }) => {
    const pick = picks.find(({ solved }) => solved.packageId === requirement.packageId);
    const versioned = spec.kind === 'name' || spec.kind === 'oci' || spec.kind === 'layout';
    const version = versioned ? rangeToSave(asked, pick?.version) : asked || undefined;
    return addSkill({
      name: requirement.name,
      source: spec.kind === 'name' && spec.scope ? sourceOf(spec) : requirement.packageId,
      version,
    });
  });
}
