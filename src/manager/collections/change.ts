import { type Descriptor, SkillsError } from '../../core/index.ts';
import { type Collection, collectionEntry } from '../../pack/index.ts';
import { openEndpoint } from '../artifacts/endpoint.ts';
import { publishedVersions } from '../authors/published.ts';
import type { Context } from '../context.ts';
import { readExisting } from './existing.ts';
import { openMembers, readTyped } from './members.ts';
import { chooseVersion, newestOf } from './next-version.ts';
import { pick } from './push.ts';
import { nameOf, putCollection } from './put.ts';
import { openOrigin } from './store-collection.ts';
import type { CollectionOptions, CollectionPushReport, CollectionWords } from './types.ts';

/** Puts skills into a collection, or newer versions of them: the next version of it, the one before stays. */
export async function addToCollection(
  context: Context,
  reference: string,
  typed: readonly string[],
  options: CollectionWords = {},
): Promise<CollectionPushReport> {
  const endpoint = await openEndpoint(context, reference, { writes: true });
  const before = await readExisting(context, endpoint);
  const { words, specs } = await readTyped(context, typed);
  await using pool = await context.sources();
  const candidates = await openMembers(context, pool, specs);
  const added = candidates.map(({ member }) => collectionEntry(member));
  const names = new Set(added.map(nameOf));
  const entries = [...before.index.manifests.filter((entry) => !names.has(nameOf(entry))), ...added];
  const origins = new Map(candidates.map(({ member, origin }) => [member.descriptor.digest, origin]));
  const open = async (entry: Descriptor) =>
    origins.get(entry.digest) ?? openOrigin(context, entry, endpoint.repository);
  const said = { ...before, ...pick(words), ...pick(options) };
  const newest = newestOf(await publishedVersions(endpoint.target, 'agentskills'));
  const version = options.version ?? chooseVersion(before, { facts: said, entries, newest });
  return await putCollection(context, endpoint, { facts: { ...said, version }, entries, before, open }, options);
}

/** Takes skills out of a collection. @throws SkillsError ERR_NOT_FOUND for one that is not in it */
export async function removeFromCollection(
  context: Context,
  reference: string,
  names: readonly string[],
  options: CollectionOptions = {},
): Promise<CollectionPushReport> {
  const endpoint = await openEndpoint(context, reference, { writes: true });
  const before = await readExisting(context, endpoint);
  const there = before.index.manifests.map(nameOf);
  const missing = names.filter((name) => !there.includes(name));
  if (missing.length > 0) throw notInIt(before, missing, there);
  const entries = before.index.manifests.filter((entry) => !names.includes(nameOf(entry)));
  if (entries.length === 0) {
    throw new SkillsError('ERR_USAGE', 'nothing would be left of the collection', {
      hint: `to be rid of it: skills delete ${endpoint.describe(before.descriptor.digest)}`,
    });
  }
  const newest = newestOf(await publishedVersions(endpoint.target, 'agentskills'));
  const version = options.version ?? chooseVersion(before, { facts: before, entries, newest, removed: true });
  const open = (entry: Descriptor) => openOrigin(context, entry, endpoint.repository);
  return putCollection(context, endpoint, { facts: { ...before, version }, entries, before, open }, options);
}

function notInIt({ name }: Collection, missing: readonly string[], there: readonly string[]): SkillsError {
  return new SkillsError('ERR_NOT_FOUND', `${missing.join(', ')} is not in the collection ${name}`, {
    hint: `it has: ${there.join(', ')}`,
    data: { missing },
  });
}
