import { type Descriptor, isSkillName, SkillsError } from '../../core/index.ts';
import { collectionEntry } from '../../pack/index.ts';
import { tagOf } from '../../resolve/index.ts';
import { type Endpoint, openEndpoint } from '../artifacts/endpoint.ts';
import { publishedVersions } from '../authors/published.ts';
import type { Context } from '../context.ts';
import { openMembers, readTyped } from './members.ts';
import { chooseVersion, newestOf } from './next-version.ts';
import { collectionAt, putCollection, versionOfEndpoint } from './put.ts';
import type { CollectionPushReport, CollectionWords } from './types.ts';

/** Makes a collection of what is typed, and stores it with its skills. */
export async function pushCollection(
  context: Context,
  reference: string,
  typed: readonly string[],
  options: CollectionWords = {},
): Promise<CollectionPushReport> {
  const destination = await openEndpoint(context, reference, { writes: true });
  const asked = askedVersion(destination, options.version);
  const { words, specs } = await readTyped(context, typed);
  if (specs.length === 0) throw noSkills();
  await using pool = await context.sources();
  const candidates = await openMembers(context, pool, specs);
  const entries = candidates.map(({ member }) => collectionEntry(member));
  const origins = new Map(candidates.map(({ member, origin }) => [member.descriptor.digest, origin]));
  const newest = newestOf(await publishedVersions(destination.target, 'agentskills'));
  const before = await collectionAt(context, destination.target, newest && tagOf(newest));
  const said = { ...pick(words), ...pick(options), name: nameFor(destination, options.name ?? words.name) };
  const version = asked ?? words.version ?? chooseVersion(before, { facts: said, entries, newest });
  const open = async ({ digest }: Descriptor) => origins.get(digest) ?? { target: destination.target };
  return await putCollection(context, destination, { facts: { ...said, version }, entries, before, open }, options);
}

/** @throws SkillsError ERR_USAGE where the tag and --version say different versions */
function askedVersion(destination: Endpoint, version: string | undefined): string | undefined {
  const tagged = versionOfEndpoint(destination);
  if (version === undefined || tagged === undefined || tagOf(version) === tagOf(tagged)) return version ?? tagged;
  throw new SkillsError('ERR_USAGE', `the tag says version ${tagged}, --version says ${version}`, {
    hint: 'leave one of them out',
  });
}

/** What a collection says of itself in words that are there. */
export function pick({ title, description, source, revision }: CollectionWords) {
  return Object.fromEntries(
    Object.entries({ title, description, source, revision }).filter(([, value]) => value !== undefined),
  );
}

function nameFor({ leaf }: Endpoint, given: string | undefined): string {
  const name = given ?? leaf;
  if (name !== undefined && isSkillName(name)) return name;
  if (name === undefined) {
    throw new SkillsError('ERR_USAGE', 'a layout does not say what the collection is called', {
      hint: 'say it with --name, or in the collection file',
    });
  }
  throw new SkillsError('ERR_REFERENCE_INVALID', `"${name}" is no name for a collection`, {
    hint: 'lower-case letters and digits, joined by single hyphens; say it with --name',
  });
}

function noSkills(): SkillsError {
  return new SkillsError('ERR_USAGE', 'a collection without skills is none', {
    hint: 'name the skills, or a file that lists them: skills collection push host/path/office:1.0.0 collection.yaml',
  });
}
