import { type Descriptor, toSkillsError } from '../../core/index.ts';
import type { Scratch } from './scratch.ts';
import { no, type Seen, unknown, yes } from './types.ts';

/** What deleting brought, and what could not be removed. */
export interface Cleaned {
  readonly tags: Seen;
  readonly manifests: Seen;
  readonly blobs: Seen;
  /** In words: what stays in the registry. */
  readonly left: readonly string[];
}

const gone = (status: number) => status === 404 || (status >= 200 && status < 300);

/** Removes all that the probes wrote, and learns from it what can be removed. */
export async function cleanUp(scratch: Scratch): Promise<Cleaned> {
  const { manifests, blobs, name } = scratch;
  if (manifests.length === 0 && blobs.length === 0) {
    const nothing = unknown('nothing was pushed to be deleted');
    return { tags: nothing, manifests: nothing, blobs: nothing, left: [] };
  }
  const untagged = manifests.length > 0 ? await deleteOne(scratch, `manifests/${scratch.tag}`) : undefined;
  const manifestStatuses = await deleteEach(scratch, 'manifests', manifests);
  const blobStatuses = await deleteEach(scratch, 'blobs', blobs);
  const keptManifests = manifestStatuses.filter((status) => !gone(status)).length;
  const keptBlobs = blobStatuses.filter((status) => !gone(status)).length;
  return {
    tags: seen(untagged === undefined ? [] : [untagged], 'tags', 'a tag goes with its manifest only'),
    manifests: seen(manifestStatuses, 'manifests', 'what is published stays, unless the operator removes it'),
    blobs: seen(blobStatuses, 'blobs', 'the garbage collection of the registry removes what no manifest names'),
    left: [
      ...(keptManifests > 0 ? [`${keptManifests} of the probe's manifests in ${name}, one tagged ${scratch.tag}`] : []),
      ...(keptBlobs > 0 ? [`${keptBlobs} of the probe's blobs in ${name}, until garbage is collected`] : []),
      ...(keptManifests === 0 ? await emptyRepositories(scratch) : []),
    ],
  };
}

/** Repositories come into being by a push, and most registries keep them when all is gone from them. */
async function emptyRepositories(scratch: Scratch): Promise<readonly string[]> {
  const { registry } = scratch.probing;
  const left: string[] = [];
  for (const repository of scratch.repositories) {
    const path = `/v2/${repository}/tags/list`;
    const reply = await registry.ask({ method: 'GET', path, repository }).catch(() => undefined);
    if (reply?.status === 200) left.push(`the empty repository ${repository}`);
  }
  return left;
}

async function deleteEach(
  scratch: Scratch,
  kind: 'manifests' | 'blobs',
  descriptors: readonly Descriptor[],
): Promise<number[]> {
  const statuses: number[] = [];
  for (const { digest } of descriptors) statuses.push(await deleteOne(scratch, `${kind}/${digest}`));
  return statuses;
}

/** The status of the answer; 0 where there was none. */
async function deleteOne(scratch: Scratch, path: string): Promise<number> {
  try {
    return (await scratch.ask('DELETE', path)).status;
  } catch (error) {
    return Number(toSkillsError(error).data?.status ?? 0);
  }
}

function seen(statuses: readonly number[], what: string, hint: string): Seen {
  const refused = statuses.find((status) => !gone(status));
  if (statuses.length === 0) return unknown('not tried');
  return refused === undefined
    ? yes(`${what} can be deleted`)
    : no(`deleting ${what} is answered by ${refused || 'nothing'}`, hint);
}
