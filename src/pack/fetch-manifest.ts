import {
  type Cancellable,
  canFetchReference,
  type Descriptor,
  fetchBytes,
  limits,
  type ReadOnlyTarget,
} from '../core/index.ts';

export interface FetchedManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/** A manifest or index by its tag or digest, in one request where the target can. */
export async function fetchManifest(
  target: ReadOnlyTarget,
  reference: string,
  options: Cancellable,
): Promise<FetchedManifest> {
  if (canFetchReference(target)) return target.fetchReference(reference, options);
  const descriptor = await target.resolve(reference, options);
  return { descriptor, bytes: await fetchBytes(target, descriptor, limits.manifestBytes, options) };
}
