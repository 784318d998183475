import { isSkillsError, lastSegment, SkillsError } from '../../core/index.ts';
import {
  formatSpec,
  type Lockfile,
  lockEntries,
  lockedPackage,
  newestMatching,
  parseSpec,
  type Requirement,
  readSelector,
  type Spec,
  sourceOf,
  specOfEntry,
  versionAsked,
} from '../../resolve/index.ts';
import type { SourcePool } from '../../sources/index.ts';
import type { Context } from '../context.ts';
import { anchor, locate, openSpec } from '../naming.ts';
import type { InstallOptions } from '../types.ts';
import { collectionIn, collectionWishes, isSameWish } from './collected.ts';
import type { Packages } from './packages.ts';
import type { State } from './state.ts';
import type { Surroundings, TypedOptions, Wish } from './wish.types.ts';

export type { Wish } from './wish.types.ts';

/** What the project asks for already. */
export async function declaredWishes(context: Context, state: State, packages: Packages): Promise<readonly Wish[]> {
  return Promise.all(
    state.project.skills.map(async (entry) => {
      const spec = specOfEntry(entry);
      const id = await locate(context, spec);
      packages.introduce(id, spec);
      return { spec, asked: entry.version ?? '', fresh: false, requirement: requirementOf(id, entry.name, spec) };
    }),
  );
}

/** What was typed: specs with the options that go with them; a repository with several skills becomes several wishes. */
export async function typedWishes(
  context: Context,
  surroundings: Surroundings,
  texts: readonly string[],
  options: TypedOptions,
): Promise<readonly Wish[]> {
  const wishes: Wish[] = [];
  for (const text of texts) {
    const spec = anchor(context, withVersion(parseSpec(text), options.version));
    const meant = await wishesOf(context, surroundings, spec, options);
    wishes.push(...meant.filter((wish) => !wishes.some((other) => isSameWish(wish, other))));
  }
  return wishes;
}

/** What one spec stands for; that it is a collection shows when it is opened. */
async function wishesOf(
  context: Context,
  surroundings: Surroundings,
  spec: Spec,
  options: TypedOptions,
): Promise<readonly Wish[]> {
  const wishFor = (each: Spec) => typedWish(context, surroundings, each, options.registry);
  try {
    return await Promise.all((await expand(context, surroundings.pool, spec, options)).map(wishFor));
  } catch (error) {
    const members = collectionIn(error);
    if (!members) throw error;
    return collectionWishes(context, surroundings, spec, members, options, wishFor);
  }
}

async function typedWish(
  context: Context,
  { packages, lock }: Surroundings,
  spec: Spec,
  registry: string | undefined,
): Promise<Wish> {
  const id = await locate(context, spec, registry);
  packages.introduce(id, spec);
  const name = await nameOf(packages, lock, id, spec);
  return {
    spec,
    asked: versionAsked(spec),
    fresh: true,
    requirement: { ...requirementOf(id, name, spec), from: 'the command' },
  };
}

/**
 * A repository is named for its skill; a folder, a package or a git path says the name inside, or the lock knows it. Tools
 * that know no such rule put a skill into any repository: then it is the name inside that counts.
 */
async function nameOf(packages: Packages, lock: Lockfile, id: string, spec: Spec): Promise<string> {
  if ((spec.kind === 'oci' || spec.kind === 'layout') && spec.skill !== undefined) return spec.skill;
  const locked = lockEntries(lock).find((entry) => lockedPackage(entry) === id);
  if (locked && (spec.kind === 'git' || spec.kind === 'url' || spec.kind === 'oci' || spec.kind === 'name'))
    return locked.name;
  if (spec.kind === 'oci' || spec.kind === 'name') return (await foreignName(packages, id, spec)) ?? lastSegment(id);
  const opened = await packages.open(id, spec.kind === 'layout' ? await layoutKey(packages, id, spec) : '');
  return opened.artifact.manifest.name;
}

/** Asks nothing that solving would not ask: what fails here fails there, and is said there. */
async function foreignName(packages: Packages, id: string, spec: Spec): Promise<string | undefined> {
  try {
    const asked = versionAsked(spec);
    const selector = readSelector(asked);
    const named = selector.kind === 'digest' || selector.kind === 'tag';
    const key = named ? asked : newestMatching(asked, await packages.versions(id));
    const { artifact } = await packages.open(id, key ?? asked);
    return artifact.dialect === 'agentskills' ? undefined : artifact.manifest.name;
  } catch (error) {
    if (isSkillsError(error) && !collectionIn(error)) return undefined;
    throw error;
  }
}

async function layoutKey(packages: Packages, id: string, spec: Spec): Promise<string> {
  return versionAsked(spec) || (newestMatching('', await packages.versions(id)) ?? 'latest');
}

function requirementOf(packageId: string, name: string, spec: Spec): Requirement {
  const versioned = spec.kind === 'name' || spec.kind === 'oci' || spec.kind === 'layout';
  return versioned ? { packageId, name, range: versionAsked(spec) } : { packageId, name, range: '', key: '' };
}

/** Several skills of a git repository or an artifact, as the options choose; anything else is one skill. */
async function expand(
  context: Context,
  pool: SourcePool,
  spec: Spec,
  options: InstallOptions,
): Promise<readonly Spec[]> {
  const { skills, all } = options;
  if (!all && !skills?.length) return [spec];
  if (spec.kind === 'oci' || spec.kind === 'layout') {
    const offered = await skillsIn(context, pool, spec, options);
    // What holds one skill and is named for it needs no second name.
    if (offered.length === 1 && (spec.kind === 'layout' || offered[0] === lastSegment(spec.reference.repository))) {
      chooseFrom(spec, asOffered(offered), options);
      return [spec];
    }
    return chooseFrom(spec, asOffered(offered), options).map(({ name }) => ({ ...spec, skill: name }));
  }
  // A name may be a collection's: that shows when it is opened.
  if (spec.kind === 'name') await skillsIn(context, pool, spec, options);
  if (spec.kind !== 'git') {
    throw new SkillsError('ERR_USAGE', `${formatSpec(spec)} holds one skill; there is nothing to choose from`, {
      hint: '--skill and --all go with a git repository, a collection, or an artifact by its whole reference',
    });
  }
  const chosen = chooseFrom(spec, await pool.offered(spec), options);
  return chosen.map(({ path }) => (path ? { ...spec, path } : spec));
}

function asOffered(names: readonly string[]): readonly { readonly name: string; readonly path: string }[] {
  return names.map((name) => ({ name, path: name }));
}

function chooseFrom<T extends { readonly name: string; readonly path: string }>(
  spec: Spec,
  offered: readonly T[],
  { skills, all }: InstallOptions,
): readonly T[] {
  const chosen = all ? offered : offered.filter(({ name, path }) => skills?.includes(name) || skills?.includes(path));
  const missing = (skills ?? []).filter((skill) => !offered.some(({ name, path }) => name === skill || path === skill));
  if (missing.length === 0 && chosen.length > 0) return chosen;
  throw new SkillsError(
    'ERR_NOT_FOUND',
    `${sourceOf(spec)} offers no skill called ${missing.join(', ') || 'anything'}`,
    {
      hint: `it offers: ${offered.map(({ name }) => name).join(', ') || 'none'}`,
    },
  );
}

/** The skills that an artifact holds. */
async function skillsIn(
  context: Context,
  pool: SourcePool,
  spec: Spec,
  { platform }: InstallOptions,
): Promise<readonly string[]> {
  try {
    const { opened } = await openSpec(context, pool, spec, { platform });
    return [opened.artifact.manifest.name];
  } catch (error) {
    const offered = isSkillsError(error, 'ERR_ARTIFACT_INVALID') ? error.data?.offered : undefined;
    if (!Array.isArray(offered)) throw error;
    return offered.filter((name) => typeof name === 'string');
  }
}

function withVersion(spec: Spec, version: string | undefined): Spec {
  if (version === undefined) return spec;
  switch (spec.kind) {
    case 'name':
      return { ...spec, range: version };
    case 'oci': {
      const { registry, repository } = spec.reference;
      return { ...spec, reference: { registry, repository }, range: version };
    }
    case 'git':
      return { ...spec, ref: version };
    case 'layout':
      return { ...spec, key: version };
    default:
      throw new SkillsError('ERR_USAGE', `${formatSpec(spec)} has one version; none can be asked for`);
  }
}
