import { dirname, join, relative, resolve } from 'node:path';
import { findLocked, isOciEntry, type LockEntry, type Lockfile, lockedPackage } from '../../resolve/index.ts';
import { describeAgents, detectAgents, type FillReport } from '../../store/index.ts';
import type { Context } from '../context.ts';
import type { Installed, InstallReport } from '../types.ts';
import type { Pick } from './pick.ts';
import type { Placed, PlacePlan } from './places.ts';
import { exactSpec, installCommand } from './way-back.ts';

/** What is known of a change before it is made. */
export interface Told {
  readonly typed: readonly string[];
  readonly notices: readonly string[];
  readonly before: Lockfile;
}

/** What a change came to. */
export interface Outcome extends Told {
  readonly placed: readonly Placed[];
  readonly removed: readonly LockEntry[];
  /** Absent where no agent's folder was looked at. */
  readonly plan: PlacePlan | undefined;
  readonly dest?: FillReport & { readonly folder: string };
  /** What `--check` found and did not install. */
  readonly picks?: readonly Pick[];
}

/** @param took milliseconds */
export function describeReport(context: Context, outcome: Outcome, took: number): InstallReport {
  const all = outcome.placed.map((placed) => ({ placed, kind: kindOf(outcome, placed) }));
  const of = (kind: string) => all.filter((item) => item.kind === kind).map(({ placed }) => describe(outcome, placed));
  const added = of('added');
  const updated = of('updated');
  const { advice, ...agents } = agentsOf(context, outcome);
  return {
    typed: outcome.typed,
    added,
    updated,
    removed: outcome.removed.map(({ name, version }) => ({ name, version: version ?? '' })),
    unchanged: of('unchanged'),
    warnings: (outcome.plan?.edited ?? []).map(
      ({ name, path }) => `${name} was edited in ${path}; it is left as it is (--force restores it)`,
    ),
    notices: [...outcome.notices, ...advice],
    agents,
    undo: undoOf(context, outcome, added, updated),
    target: targetOf(context, outcome),
    took: Math.round(took),
  };
}

/** The user's own skills lie in the store; where they are looked for is the folder that agents read. */
function targetOf({ settings }: Context, { dest, placed }: Outcome): string {
  if (dest) return resolve(settings.cwd, dest.folder);
  const [place] = settings.scope === 'global' ? placed.flatMap(({ places }) => places) : [];
  return place ? dirname(place.path) : settings.root;
}

function kindOf({ before, plan, dest }: Outcome, { entry }: Placed): 'added' | 'updated' | 'unchanged' {
  if (dest)
    return dest.added.includes(entry.name) ? 'added' : dest.replaced.includes(entry.name) ? 'updated' : 'unchanged';
  const old = findLocked(before, entry.name);
  if (!old) return 'added';
  if (old.contentDigest !== entry.contentDigest || old.version !== entry.version) return 'updated';
  return plan?.touched.has(entry.name) ? 'added' : 'unchanged';
}

function describe({ before, dest }: Outcome, { entry, tree, places }: Placed): Installed {
  const old = findLocked(before, entry.name);
  const previous = old?.version !== undefined && old.version !== tree.version ? { previous: old.version } : {};
  return {
    name: entry.name,
    version: tree.version,
    ...previous,
    source: lockedPackage(entry),
    digest: isOciEntry(entry) ? entry.source.digest : (entry.source.digest ?? tree.contentDigest),
    contentDigest: tree.contentDigest,
    requiredBy: entry.requiredBy,
    path: dest ? join(resolve(dest.folder), entry.name) : (places[0]?.path ?? tree.path),
    files: tree.files.length,
    size: tree.files.reduce((sum, { size }) => sum + size, 0),
  };
}

type Agents = InstallReport['agents'] & { readonly advice: readonly string[] };

/** Which agents see the skills, and what to do about those that do not. */
function agentsOf({ settings }: Context, { placed, plan, dest }: Outcome): Agents {
  if (dest || !plan || placed.length === 0 || settings.scope === 'store') return { sees: [], restart: [], advice: [] };
  const inProject = settings.scope === 'project';
  const detected = detectAgents({ env: settings.env, project: inProject ? settings.root : undefined });
  const dirs = [...new Set(placed.flatMap(({ places }) => places.map(({ path }) => folderOf(settings.root, path))))];
  const { sees, restart, unreached } = describeAgents(detected, inProject ? dirs : undefined);
  if (!inProject || plan.changes.length === 0) return { sees, restart, advice: [] };
  if (detected.length === 0) {
    return {
      sees,
      restart,
      advice: ['no agent was found on this machine; those that read .agents/skills will see them'],
    };
  }
  const advice = unreached.map(
    ({ title, dir }) =>
      `${title} reads ${dir}: add "additionalBasePaths": ["${dir}"] to the skill in skills.json to reach it`,
  );
  return { sees, restart, advice };
}

function folderOf(root: string, path: string): string {
  return relative(root, dirname(path)).replaceAll('\\', '/');
}

/** The command that takes the change back. */
function undoOf(
  { settings }: Context,
  { typed, dest, before }: Outcome,
  added: readonly Installed[],
  updated: readonly Installed[],
): string {
  if (dest) return '';
  const flag = settings.scope === 'global' ? ' -g' : '';
  const direct = added
    .filter(({ name, requiredBy }) => typed.includes(name) || requiredBy.length === 0)
    .map(({ name }) => name);
  const uninstall = direct.length ? [`skills uninstall${flag} ${direct.join(' ')}`] : [];
  const back = updated.flatMap(({ name, requiredBy }) => {
    const old = findLocked(before, name);
    return (old && requiredBy.length === 0 && exactSpec(old)) || [];
  });
  const reinstall = installCommand(back, settings.scope === 'global');
  return [...uninstall, ...(reinstall ? [reinstall] : [])].join(' && ');
}
