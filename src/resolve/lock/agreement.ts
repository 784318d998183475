import { SkillsError } from '../../core/index.ts';
import type { ProjectSkill, SkillsProject } from '../project/model.ts';
import { type NamePlaces, placeSpec } from '../project/place.ts';
import { specOfEntry } from '../project/read.ts';
import { normaliseRange, readSelector, satisfiesRange } from '../versions/ranges.ts';
import {
  findLocked,
  isOciEntry,
  type LockEntry,
  type LockedDependency,
  type Lockfile,
  lockEntries,
  lockedPackage,
} from './model.ts';

/**
 * Whether the lock still says what skills.json asks for; nothing is resolved for it.
 *
 * @param places what bare names mean, where the project's own `registries` and `scopes` do not say
 * @returns one sentence a difference, sorted by skill; none where they agree
 */
export function findDifferences(
  project: SkillsProject,
  lock: Lockfile,
  places: NamePlaces = project,
): readonly string[] {
  const asked = new Map(project.skills.map((skill) => [skill.name, skill]));
  const needed = reachable(lock, asked.keys());
  const differences = [
    ...project.skills.flatMap((skill) => compareSkill(skill, findLocked(lock, skill.name), places)),
    ...lockEntries(lock).flatMap((entry) => compareEntry(entry, asked.has(entry.name), needed)),
    ...lockEntries(lock).flatMap((entry) => compareDependencies(entry, lock)),
  ];
  return differences.sort();
}

/** @throws SkillsError ERR_LOCK_OUTDATED that names each difference. */
export function checkAgreement(project: SkillsProject, lock: Lockfile, places: NamePlaces = project): void {
  const differences = findDifferences(project, lock, places);
  if (differences.length === 0) return;
  throw new SkillsError(
    'ERR_LOCK_OUTDATED',
    `skills.lock.json does not agree with skills.json:\n${differences.map((line) => `  ${line}`).join('\n')}`,
    {
      hint: 'run skills install without --frozen, look at the change of the lock, and commit it',
      data: { differences },
    },
  );
}

/** The names that `names` need, by the dependencies in the lock, themselves among them. */
export function reachable(lock: Lockfile, names: Iterable<string>): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const entry = found.has(name) ? undefined : findLocked(lock, name);
    if (!entry) continue;
    found.add(name);
    open.push(...entry.dependencies.map(heldName));
  }
  return found;
}

/** The locked skill that answers a dependency: its stand-in, or the last segment of its name (`@scope/name`, `owner/repo/name`). */
function heldName({ name, providedBy }: LockedDependency): string {
  return providedBy ?? name.slice(name.lastIndexOf('/') + 1);
}

function compareSkill(skill: ProjectSkill, entry: LockEntry | undefined, places: NamePlaces): readonly string[] {
  const { name } = skill;
  if (!entry) return [`${name} is in skills.json and not in the lock`];
  const source = placeSpec(specOfEntry(skill), places);
  if (source !== lockedPackage(entry)) {
    return [`${name} comes from ${source} in skills.json, and from ${lockedPackage(entry)} in the lock`];
  }
  const asked = normaliseRange(skill.version);
  if (entry.range === undefined ? isWithin(entry, asked) : normaliseRange(entry.range) === asked) return [];
  return [`${name} is asked for as ${asked} in skills.json, and as ${lockedAs(entry)} in the lock`];
}

/** For locks of other tools, which do not say what was asked for. */
function isWithin(entry: LockEntry, asked: string): boolean {
  if (!isOciEntry(entry)) return asked === '*' || asked === entry.source.ref || asked === entry.source.tag;
  const selector = readSelector(asked);
  if (selector.kind === 'digest') return entry.source.digest === selector.digest;
  if (selector.kind === 'tag') return entry.source.tag === selector.tag;
  return asked === '*' || (entry.version !== undefined && satisfiesRange(entry.version, asked));
}

function lockedAs(entry: LockEntry): string {
  return entry.range ?? (isOciEntry(entry) ? entry.source.tag : entry.version) ?? 'something else';
}

function compareEntry(entry: LockEntry, asked: boolean, needed: ReadonlySet<string>): readonly string[] {
  if (asked) return [];
  if (entry.range !== undefined) return [`${entry.name} is in the lock as asked for, and not in skills.json`];
  return needed.has(entry.name) ? [] : [`${entry.name} is in the lock, and nothing requires it`];
}

function compareDependencies(entry: LockEntry, lock: Lockfile): readonly string[] {
  return entry.dependencies.flatMap((dependency) => {
    const { name, range, optional, providedBy } = dependency;
    const held = findLocked(lock, heldName(dependency));
    if (optional) return [];
    if (!held) return [`${entry.name} requires ${name} ${range}, which is not in the lock`];
    if (providedBy !== undefined || held.version === undefined || readSelector(range).kind !== 'range') return [];
    return satisfiesRange(held.version, range)
      ? []
      : [`${entry.name} requires ${name} ${range}, and ${held.version} is locked`];
  });
}
