import { SkillsError } from '../../core/index.ts';
import { isOciEntry, type LockEntry, lockEntries, lockedPackage } from '../../resolve/index.ts';
import type { IndexEntry, Store } from '../../store/index.ts';
import type { Context } from '../context.ts';
import { readState } from '../install/state.ts';
import { scopeOf } from '../naming.ts';
import type { InstalledSkill } from '../types.ts';
import { type Home, homeOfEntry, manifestAt } from './home.ts';
import { checkEntries } from './state.ts';

/** What is installed here: what the lock pins; in the store alone also what was pulled. */
export async function listInstalled(context: Context): Promise<readonly InstalledSkill[]> {
  const { root, scope } = context.settings;
  const state = readState(root);
  const entries = lockEntries(state.lock);
  if (entries.length === 0 && scope === 'project') return [];
  const store = await context.store();
  // what is wrong with the list of all must not look like "none"
  if (scope === 'global') store.index.read();
  const states = checkEntries(context, store, entries);
  const locked = entries.map(async (entry, index) => {
    const declared = state.project.skills.find(({ name }) => name === entry.name);
    return describeLocked(homeOfEntry(context, store, entry), entry, {
      scope,
      direct: declared !== undefined,
      ...(declared?.version ? { range: declared.version } : {}),
      state: states[index]?.state ?? 'missing',
    });
  });
  const rest = scope === 'store' ? pulled(store, entries) : [];
  return (await Promise.all([...locked, ...rest])).flat();
}

/** @throws SkillsError ERR_NOT_INSTALLED, with names that are like it */
export async function findInstalled(context: Context, name: string): Promise<InstalledSkill> {
  const installed = await listInstalled(context);
  const found =
    installed.find((skill) => isCalled(context, skill, name)) ?? (await findByAlias(context, installed, name));
  if (found) return found;
  throw notInstalled(
    name,
    installed.map((skill) => skill.name),
  );
}

/** Whether a skill has this name: `name`, or `@scope/name` where it stands in that scope. */
export function isCalled(context: Context, { name, source }: InstalledSkill, asked: string): boolean {
  return asked === name || (asked.startsWith('@') && asked === `${scopeOf(context, source, name) ?? ''}/${name}`);
}

export function notInstalled(name: string, installed: readonly string[]): SkillsError {
  const near = installed.filter((other) => other.includes(name) || name.includes(other));
  return new SkillsError('ERR_NOT_INSTALLED', `${name} is not installed here`, {
    hint: near.length ? `did you mean ${near.join(' or ')}?` : `install it: skills install ${name}`,
  });
}

async function findByAlias(
  context: Context,
  installed: readonly InstalledSkill[],
  name: string,
): Promise<InstalledSkill | undefined> {
  const manifests = await Promise.all(installed.map(({ path }) => manifestAt(path)));
  const matching = installed.filter((_, index) => manifests[index]?.aliases.includes(name));
  const names = new Set(matching.map((skill) => skill.name));
  if (names.size > 1) {
    throw new SkillsError('ERR_CONFLICT', `"${name}" is an alias of ${[...names].join(' and ')}`, {
      hint: 'use the name',
    });
  }
  context.logger.debug({ name }, 'looked up as an alias');
  return matching[0];
}

async function describeLocked(
  home: Home,
  entry: LockEntry,
  facts: Pick<InstalledSkill, 'scope' | 'direct' | 'range' | 'state'>,
): Promise<InstalledSkill> {
  const contentDigest = entry.contentDigest ?? home.contentDigest;
  return {
    name: entry.name,
    version: entry.version ?? (isOciEntry(entry) ? entry.source.tag : ''),
    description: (await manifestAt(home.path))?.description ?? '',
    source: lockedPackage(entry),
    digest: isOciEntry(entry) ? entry.source.digest : (entry.source.digest ?? contentDigest),
    contentDigest,
    path: home.path,
    requiredBy: entry.requiredBy,
    ...facts,
  };
}

function pulled(store: Store, locked: readonly LockEntry[]): Promise<InstalledSkill[]>[] {
  const isLocked = ({ name, version }: IndexEntry) =>
    locked.some((entry) => entry.name === name && entry.version === version);
  return store.index.entries.filter((entry) => !isLocked(entry)).map((entry) => describePulled(store, entry));
}

async function describePulled(
  store: Store,
  { name, version, scope, contentDigest, digest, source }: IndexEntry,
): Promise<InstalledSkill[]> {
  const tree = store.findTree({
    name,
    version,
    ...(scope ? { scope } : {}),
    ...(contentDigest ? { contentDigest } : {}),
  });
  if (!tree) return [];
  const description = (await manifestAt(tree.path))?.description ?? '';
  return [
    {
      name,
      version,
      description,
      source,
      digest: digest ?? tree.contentDigest,
      contentDigest: tree.contentDigest,
      path: tree.path,
      requiredBy: [],
      direct: true,
      scope: 'store',
      state: 'same',
    },
  ];
}
