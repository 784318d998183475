import { openEndpoint } from '../artifacts/endpoint.ts';
import type { Context } from '../context.ts';
import { describeCollection } from './describe.ts';
import { readExisting } from './existing.ts';
import type { CollectionReport } from './types.ts';

/** Reads a collection; its skills are not looked at. */
export async function listCollection(context: Context, reference: string): Promise<CollectionReport> {
  const endpoint = await openEndpoint(context, reference);
  const collection = await readExisting(context, endpoint);
  const { digest } = collection.descriptor;
  const place = { reference: endpoint.describe(endpoint.key ?? digest), digest };
  const name = collection.name === '' ? (endpoint.leaf ?? '') : collection.name;
  return describeCollection({ ...collection, name }, collection.index.manifests, place);
}
