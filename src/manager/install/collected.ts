import { isDigest, isSkillName, isSkillsError, parseReference, SkillsError } from '../../core/index.ts';
import { type CollectionMember, countSkills } from '../../pack/index.ts';
import {
  findLocked,
  formatSpec,
  isOfThisMachine,
  lockedPackage,
  parseSpec,
  type Spec,
  sourceOf,
} from '../../resolve/index.ts';
import type { OpenedSkill } from '../../sources/index.ts';
import type { Context } from '../context.ts';
import { locate } from '../naming.ts';
import type { Packages } from './packages.ts';
import type { Surroundings, TypedOptions, Wish } from './wish.types.ts';

/** The skills of the collection that somebody found who looked for one skill; undefined for any other failure. */
export function collectionIn(error: unknown): readonly CollectionMember[] | undefined {
  if (!isSkillsError(error, 'ERR_ARTIFACT_INVALID') || error.data?.reason !== 'collection') return undefined;
  return error.data.members as readonly CollectionMember[];
}

type Named = CollectionMember & { readonly name: string };

/**
 * The wishes that a collection stands for: all its skills, or those that were chosen, each at exactly the content that the
 * collection lists.
 *
 * @param wishFor what a skill comes to that the collection names by a reference alone.
 * @throws SkillsError ERR_NOT_FOUND for a chosen skill that is not in it, or one that no place has; ERR_USAGE where one skill
 * was asked for.
 */
export async function collectionWishes(
  context: Context,
  surroundings: Surroundings,
  spec: Spec,
  members: readonly CollectionMember[],
  options: TypedOptions,
  wishFor: (spec: Spec) => Promise<Wish>,
): Promise<readonly Wish[]> {
  const what = formatSpec(spec);
  if (options.single) {
    throw new SkillsError('ERR_USAGE', `${what} is a collection of ${countSkills(members)}`, {
      hint: 'install it with installAll',
    });
  }
  const collection = await locate(context, spec, options.registry);
  const chosen = choose(what, members.map(withName), options.skills);
  for (const { name, digest } of chosen) if (digest !== undefined && !isSkillName(name)) throw badName(what, name);
  return Promise.all(chosen.map((member) => memberWish(surroundings, { collection, what, wishFor }, member)));
}

function withName(member: CollectionMember): Named {
  const { name, reference, digest } = member;
  const inReference = /([^/:@]+)(?::[^/@]+)?(?:@.*)?$/.exec(reference ?? '')?.[1];
  return { ...member, name: name ?? inReference ?? digest ?? '' };
}

function choose(what: string, members: readonly Named[], skills: readonly string[] | undefined): readonly Named[] {
  if (!skills?.length) return members;
  const missing = skills.filter((skill) => !members.some(({ name }) => name === skill));
  if (missing.length === 0) return members.filter(({ name }) => skills.includes(name));
  throw new SkillsError('ERR_NOT_FOUND', `the collection ${what} has no skill called ${missing.join(', ')}`, {
    hint: `it has: ${members.map(({ name }) => name).join(', ')}`,
  });
}

/** A name becomes a folder, and an entry of skills.json. */
function badName(what: string, name: string): SkillsError {
  return new SkillsError(
    'ERR_ARTIFACT_INVALID',
    `the collection ${what} lists ${JSON.stringify(name)}, which is not a skill's name`,
    {
      hint: 'choose the others with --skill, or ask whoever keeps the collection to mend it',
    },
  );
}

interface Place {
  /** packageId of the collection. */
  readonly collection: string;
  readonly what: string;
  readonly wishFor: (spec: Spec) => Promise<Wish>;
}

/** One that is named by a reference alone is what that stands for. */
async function memberWish(
  surroundings: Surroundings,
  place: Place,
  { name, version, reference, digest }: Named,
): Promise<Wish> {
  const from = `the collection ${place.what}`;
  if (digest === undefined) {
    const spec = parseSpec(reference ?? name);
    if (isOfThisMachine(spec)) throw namesThisMachine(place.what, formatSpec(spec));
    return place.wishFor(spec);
  }
  const locked = findLocked(surroundings.lock, name);
  if (locked?.source.digest === digest && locked.version !== undefined) {
    const packageId = lockedPackage(locked);
    const asked = packageId.includes('#') ? digest : locked.version;
    return { spec: parseSpec(packageId), asked, fresh: true, requirement: { packageId, name, range: digest, from } };
  }
  const { packageId, opened } = await find(surroundings.packages, place, { name, reference, digest });
  const asked = packageId.includes('#') ? digest : (opened.artifact.version ?? version ?? digest);
  return { spec: parseSpec(packageId), asked, fresh: true, requirement: { packageId, name, range: digest, from } };
}

/** A collection in a registry would have files of whoever installs it put into his project. */
function namesThisMachine(what: string, member: string): SkillsError {
  return new SkillsError(
    'ERR_ARTIFACT_INVALID',
    `the collection ${what} names "${member}", which lies on this machine`,
    {
      hint: 'collections list skills of registries and of git repositories elsewhere; to install yours, name it yourself',
      data: { member },
    },
  );
}

/**
 * Where a skill of a collection is had from. That it is from the repository which the collection names is a claim: only
 * that repository can prove it, by holding the very digest. Where it does not, or cannot be asked, the skill is the
 * collection's own: `<collection>#<name>`.
 */
async function find(
  packages: Packages,
  { collection, what }: Place,
  {
    name,
    reference,
    digest,
  }: { readonly name: string; readonly reference?: string | undefined; readonly digest: string },
): Promise<{ readonly packageId: string; readonly opened: OpenedSkill }> {
  const origin = repositoryOf(reference);
  const own = withSkill(collection, name);
  let failure: SkillsError | undefined;
  for (const packageId of [origin, own]) {
    if (packageId === undefined) continue;
    try {
      return { packageId, opened: await packages.open(packageId, digest) };
    } catch (error) {
      if (!isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN', 'ERR_UNAUTHORISED', 'ERR_NETWORK')) throw error;
      failure ??= error;
    }
  }
  throw new SkillsError(
    failure?.code ?? 'ERR_NOT_FOUND',
    `${name} of the collection ${what} cannot be had: neither ${origin ?? 'a repository of its own'} nor the collection's has ${digest}`,
    {
      cause: failure,
      hint: 'ask whoever keeps the collection to push it again, with its skills',
      data: { name, digest },
    },
  );
}

/** What is no reference to a registry names no repository. */
function repositoryOf(reference: string | undefined): string | undefined {
  if (reference === undefined) return undefined;
  try {
    const { registry, repository } = parseReference(reference);
    return `${registry}/${repository}`;
  } catch (error) {
    if (isSkillsError(error, 'ERR_REFERENCE_INVALID')) return undefined;
    throw error;
  }
}

function withSkill(collection: string, skill: string): string {
  const spec = parseSpec(collection);
  return spec.kind === 'oci' || spec.kind === 'layout' ? sourceOf({ ...spec, skill }) : collection;
}

/** Whether a requirement is the one that another is: two collections may list the same. */
export function isSameWish(a: Wish, b: Wish): boolean {
  const [one, other] = [a.requirement, b.requirement];
  return one.packageId === other.packageId && one.range === other.range && isDigest(one.range);
}
