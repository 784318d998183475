import { SkillsError } from '../../core/index.ts';
import {
  addSkill,
  checkAgreement,
  editProject,
  emptyLock,
  lockEntries,
  type ProjectEdit,
  rangeToSave,
  readProject,
  type Solution,
  sourceOf,
  updateLock,
} from '../../resolve/index.ts';
import type { Store } from '../../store/index.ts';
import type { Context } from '../context.ts';
import { namePlaces, scopeOf } from '../naming.ts';
import type { InstallOptions, InstallReport, SkillPackage } from '../types.ts';
import { apply } from './apply.ts';
import { checkBindings, overridesOf } from './bindings.ts';
import { bringIn, forAll } from './bring.ts';
import { fill, fromLock, requireLock } from './from-lock.ts';
import type { ChangeOptions } from './install.types.ts';
import { notices } from './notices.ts';
import { Packages } from './packages.ts';
import { lockEntryOf, openPick, type Pick } from './pick.ts';
import { additionalPaths, lockedPath, type Placed, placesOf, withAdditionalPaths } from './places.ts';
import { describeReport, type Outcome } from './report.ts';
import { agrees, movedNames, namesOf } from './satisfied.ts';
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
  const places = { ...namePlaces(context), overrides: overridesOf(state) };
  const packagesOf: PackagesOf = (pinned) => new Packages({ pool, store, pinned, offline, places });
  const fresh = packagesOf(emptyLock);
  const declared = await declaredWishes(context, state, fresh);
  const typed = await typedWishes(context, { pool, packages: fresh, lock: state.lock }, specs, options);
  const wishes = merge(declared, typed);
  const accepted = options.acceptSource ?? [];
  checkBindings(
    state.lock,
    wishes.map(({ requirement }) => requirement),
    accepted,
  );
  if (options.renew.length === 0 && !options.force && agrees(context, state, typed)) {
    return { ...(await fromLock(context, store, pool, state, options)), typed: namesOf(typed) };
  }
  const moving = new Set([...options.renew, ...movedNames(state, declared, typed)]);
  const { solution, used } = await solveTwice(context, { wishes, moving, lock: state.lock }, packagesOf, fresh);
  checkBindings(state.lock, [...solution.packages.values()], accepted);
  const picks = await forAll([...solution.packages.values()], atOnce, (solved) => openPick(used, solved));
  return await finish(context, store, state, { typed, solution, picks }, options);
}

interface Solved {
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
