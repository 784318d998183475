import { SkillsError } from '../../core/index.ts';
import {
  addSkill,
  checkAgreement,
  checkSource,
  editProject,
  findLocked,
  type LockEntry,
  lockEntries,
  lockedPackage,
  type ProjectEdit,
  rangeToSave,
  readProject,
  type Solution,
  sourceOf,
  updateLock,
} from '../../resolve/index.ts';
import type { SourcePool } from '../../sources/index.ts';
import { fillDest, type Store } from '../../store/index.ts';
import type { Context } from '../context.ts';
import { namePlaces } from '../naming.ts';
import type { InstallOptions, InstallReport, SkillPackage } from '../types.ts';
import { apply } from './apply.ts';
import { bringIn, forAll } from './bring.ts';
import { bringLocked } from './locked.ts';
import { notices } from './notices.ts';
import { Packages, withoutNames } from './packages.ts';
import { lockEntryOf, openPick, type Pick } from './pick.ts';
import { lockedPath, type Placed, placesOf } from './places.ts';
import { describeReport, type Outcome, type Told } from './report.ts';
import { agrees, namesOf, satisfiedByLock } from './satisfied.ts';
import { type PackagesOf, solveTwice } from './solving.ts';
import { readState, type State } from './state.ts';
import { declaredWishes, typedWishes, type Wish } from './wishes.ts';

const atOnce = 16;

/** Installs what was typed, or, where nothing was, what skills.json declares. */
export async function install(
  context: Context,
  specs: readonly string[],
  options: InstallOptions = {},
): Promise<InstallReport> {
  const started = performance.now();
  const outcome = await change(context, specs, { ...options, renew: [] });
  return describeReport(context, outcome, performance.now() - started);
}

/** Installs one skill. @throws SkillsError ERR_USAGE where the spec stands for several. */
export async function installOne(context: Context, spec: string, options: InstallOptions): Promise<SkillPackage> {
  const report = await install(context, [spec], options);
  const all = [...report.added, ...report.updated, ...report.unchanged];
  const state = readState(context.settings.root);
  const names = new Set(state.project.skills.map(({ name }) => name));
  const typed = report.typed.find((name) => names.has(name)) ?? report.typed[0];
  const skill = all.find(({ name }) => name === typed);
  if (skill) return { ...skill, dependencies: all.filter(({ requiredBy }) => requiredBy.includes(skill.name)) };
  throw new SkillsError('ERR_USAGE', `${spec} stands for several skills`, { hint: 'install them with installAll' });
}

export interface ChangeOptions extends InstallOptions {
  /** Names whose versions are looked for anew although the lock has some. */
  readonly renew: readonly string[];
  /** Only say what would change. */
  readonly check?: boolean | undefined;
}

/** One change of what is installed, alone in its project. */
export async function change(context: Context, specs: readonly string[], options: ChangeOptions): Promise<Outcome> {
  const store = await context.store();
  const { root } = context.settings;
  return store.lock(root, () => changeLocked(context, store, specs, options), {
    signal: context.signal,
    onWait: (holder) =>
      context.logger.warn({ holder }, `waiting for process ${holder ?? ''} that works on the same skills`),
  });
}

async function changeLocked(
  context: Context,
  store: Store,
  specs: readonly string[],
  options: ChangeOptions,
): Promise<Outcome> {
  const state = readState(context.settings.root);
  const offline = options.offline ?? context.settings.offline;
  await using pool = await context.sources(offline);
  if (options.frozen) {
    if (specs.length > 0) throw new SkillsError('ERR_USAGE', '--frozen installs what the lock says and takes no names');
    requireLock(context, state);
    checkAgreement(state.project, state.lock, namePlaces(context));
    return await fromLock(context, store, pool, state, options);
  }
  const packagesOf: PackagesOf = (lock) =>
    new Packages({
      pool,
      store,
      pinned: lock,
      offline,
      places: { ...namePlaces(context), overrides: overridesOf(state) },
    });
  const stays = withoutNames(state.lock, new Set(options.renew));
  const packages = packagesOf(stays);
  const declared = await declaredWishes(context, state, packages);
  const typed = await typedWishes(context, pool, packages, specs, options);
  checkBindings(state, typed, options.acceptSource ?? []);
  if (options.renew.length === 0 && !options.force && agrees(context, state, typed)) {
    return { ...(await fromLock(context, store, pool, state, options)), typed: namesOf(typed) };
  }
  const wishes = merge(declared, typed);
  const pinned = withoutNames(stays, new Set(namesOf(typed).filter((name) => !satisfiedByLock(state, typed, name))));
  const { solution, used } = await solveTwice(context, wishes, packagesOf, pinned, packages);
  const picks = await forAll([...solution.packages.values()], atOnce, (solved) => openPick(used, solved));
  return await finish(context, store, state, { wishes, typed, solution, picks }, options);
}

/** A missing lock, or the wrong folder, must not look like a success in CI. */
function requireLock({ settings }: Context, { lockText }: State): void {
  if (lockText !== undefined) return;
  throw new SkillsError('ERR_LOCK_OUTDATED', `${settings.root} has no skills.lock.json, which --frozen installs`, {
    hint: 'run it in the project, or make the lock with "skills install" and commit it',
  });
}

interface Solved {
  readonly wishes: readonly Wish[];
  readonly typed: readonly Wish[];
  readonly solution: Solution;
  readonly picks: readonly Pick[];
}

async function finish(
  context: Context,
  store: Store,
  state: State,
  solved: Solved,
  options: ChangeOptions,
): Promise<Outcome> {
  const { picks, solution, typed } = solved;
  const told = { typed: namesOf(typed), notices: notices(picks, solution), before: state.lock };
  if (options.check) return { ...told, placed: [], removed: [], plan: undefined, picks };
  const edits = projectEdits(solved);
  const projectText = edits.length > 0 ? editProject(state.projectText, edits) : state.projectText;
  const asked = new Map(readProject(projectText).skills.map((skill) => [skill.name, skill.version]));
  let done = 0;
  const placed = await forAll(picks, atOnce, async (pick): Promise<Placed> => {
    const scope = scopeOf(context, pick.solved.packageId, pick.name);
    const tree = await bringIn(context, store, { ...pick, scope });
    context.report({ phase: 'fetch', name: pick.name, done: ++done, total: picks.length });
    const places = options.dest ? [] : placesOf(context, pick.name, tree, additionalPaths(state, pick.name));
    const path = lockedPath(context, places, tree);
    return { entry: lockEntryOf(pick, tree, { path, asked: asked.get(pick.name), solution }), tree, places };
  });
  if (options.dest) return fill(placed, options.dest, told);
  const kept = new Set(placed.map(({ entry }) => entry.name));
  const removed = lockEntries(state.lock).filter(({ name }) => !kept.has(name));
  const withPaths = placed.map((skill) => ({ ...skill, entry: withAdditionalPaths(context, skill) }));
  const plan = await apply(context, store, state, {
    projectText,
    lock: updateLock(
      state.lock,
      withPaths.map(({ entry }) => entry),
    ),
    placed: withPaths,
    removed,
    force: options.force ?? false,
    keep: options.keep,
  });
  return { ...told, placed: withPaths, removed, plan };
}

/** Installs the lock as it is: nothing is resolved, and no tag is looked at. */
async function fromLock(
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

async function fill(placed: readonly Placed[], dest: string, told: Told): Promise<Outcome> {
  const filled = await fillDest(
    dest,
    placed.map(({ tree }) => tree),
  );
  return { ...told, placed, removed: [], plan: undefined, dest: { folder: dest, ...filled } };
}

/** What was typed replaces what skills.json says of the same name. */
function merge(declared: readonly Wish[], typed: readonly Wish[]): readonly Wish[] {
  const names = new Set(namesOf(typed));
  return [...declared.filter(({ requirement }) => !names.has(requirement.name)), ...typed];
}

function checkBindings(state: State, typed: readonly Wish[], accepted: readonly string[]): void {
  for (const { requirement } of typed) {
    if (accepted.includes(requirement.name)) continue;
    const entry = findLocked(state.lock, requirement.name);
    checkSource(requirement.name, entry && lockedPackage(entry), requirement.packageId);
  }
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

function overridesOf({ project, lock }: State): ReadonlyMap<string, string> {
  const bound = project.skills.flatMap(({ name }) => {
    const entry = findLocked(lock, name);
    return entry ? [[name, lockedPackage(entry)] as const] : [];
  });
  return new Map(bound);
}

function scopeOf(context: Context, id: string, name: string): string | undefined {
  return [...context.settings.scopes].find(([, prefix]) => id === `${prefix}/${name}`)?.[0];
}

function additionalPaths({ project, lock }: State, name: string): readonly string[] {
  const bases = project.skills.find((skill) => skill.name === name)?.additionalBasePaths ?? [];
  return [
    ...bases.map((base) => `${base.replace(/\/+$/, '')}/${name}`),
    ...(findLocked(lock, name)?.additionalPaths ?? []),
  ];
}

function withAdditionalPaths(context: Context, { entry, places }: Placed): LockEntry {
  const { scope, root } = context.settings;
  if (scope !== 'project') return entry;
  const further = places.slice(1).map(({ path }) => path.slice(root.length + 1).replaceAll('\\', '/'));
  return { ...entry, additionalPaths: further };
}
