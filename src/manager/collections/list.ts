import { isSkillsError, type ReadOnlyTarget } from '../../core/index.ts';
import { type CollectionMember, readArtifact } from '../../pack/index.ts';
import { type Endpoint, openEndpoint } from '../artifacts/endpoint.ts';
import type { Context } from '../context.ts';
import { describeCollection, describeMembers } from './describe.ts';
import { readExisting } from './existing.ts';
import type { CollectionReport } from './types.ts';

/** Reads a collection; its skills are not looked at. */
export async function listCollection(context: Context, reference: string): Promise<CollectionReport> {
  const endpoint = await openEndpoint(context, reference);
  try {
    const collection = await readExisting(context, endpoint);
    const { digest } = collection.descriptor;
    const place = { reference: endpoint.describe(endpoint.key ?? digest), digest };
    const name = collection.name === '' ? (endpoint.leaf ?? '') : collection.name;
    return describeCollection({ ...collection, name }, collection.index.manifests, place);
  } catch (error) {
    const isNone = isSkillsError(error, 'ERR_ARTIFACT_INVALID') && error.data?.reason === 'no-collection';
    const other = isNone ? await listOther(context, endpoint) : undefined;
    if (other) return other;
    throw error;
  }
}

/** A collection that is no index, as skillctl writes them: whoever wants to read one skill of it is told what it lists. */
async function listOther(context: Context, endpoint: Endpoint): Promise<CollectionReport | undefined> {
  const { target, key, leaf = '', describe } = endpoint;
  if (key === undefined) return undefined;
  const found = await membersIn(target, key, context);
  if (!found) return undefined;
  const { digest } = await target.resolve(key, { signal: context.signal });
  return { name: found.name ?? leaf, reference: describe(key), digest, skills: describeMembers(found.members) };
}

async function membersIn(target: ReadOnlyTarget, key: string, { signal }: Context) {
  try {
    await readArtifact(target, key, { signal });
    return undefined;
  } catch (error) {
    if (!isSkillsError(error, 'ERR_ARTIFACT_INVALID') || error.data?.reason !== 'collection') return undefined;
    return error.data as { readonly name?: string; readonly members: readonly CollectionMember[] };
  }
}
