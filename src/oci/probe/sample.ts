import {
  type Cancellable,
  type Descriptor,
  isDigest,
  isIndexType,
  mediaTypes,
  parseIndex,
  parseManifest,
} from '../../core/index.ts';
import type { RemoteRegistry } from '../registry/index.ts';
import type { Sample } from './types.ts';

/** Repositories of the catalogue that are looked at for one with a tag. */
const mostCandidates = 5;
/** What may be sent for a tag: without it, some registries convert a manifest to what was usual in 2015, or hide it. */
export const accept = [
  mediaTypes.imageManifest,
  mediaTypes.imageIndex,
  mediaTypes.dockerManifest,
  mediaTypes.dockerManifestList,
].join(', ');

/** Finds something to look at: the prefix itself where it is a repository, else one below it that the catalogue shows. */
export async function findSample(
  registry: RemoteRegistry,
  prefix: string,
  options: Cancellable,
): Promise<Sample | undefined> {
  let empty: Sample | undefined;
  if (prefix !== '') {
    const own = await look(registry, prefix, options);
    if (own?.tag !== undefined) return own;
    empty = own;
  }
  for (const repository of await listCandidates(registry, prefix, options)) {
    const found = await look(registry, repository, options);
    if (found?.tag !== undefined) return found;
    empty ??= found;
  }
  return empty;
}

async function listCandidates(registry: RemoteRegistry, prefix: string, { signal }: Cancellable): Promise<string[]> {
  const { status, text } = await registry.ask({ method: 'GET', path: '/v2/_catalog?n=1000', signal });
  const names = status === 200 ? stringsOf(parseRecord(text).repositories) : [];
  return names.filter((name) => prefix === '' || name.startsWith(`${prefix}/`)).slice(0, mostCandidates);
}

/** A repository and its tags; undefined where it is not there, or not for us. */
async function look(
  registry: RemoteRegistry,
  repository: string,
  { signal }: Cancellable,
): Promise<Sample | undefined> {
  const path = `/v2/${repository}/tags/list`;
  const { status, text } = await registry.ask({ method: 'GET', path, repository, signal });
  if (status !== 200) return undefined;
  const tags = stringsOf(parseRecord(text).tags);
  const plain = tags.filter((name) => !/^sha\d+-[0-9a-f]{32}/.test(name));
  const tag = plain.includes('latest') ? 'latest' : plain.at(-1);
  if (tag === undefined) return { repository, tags };
  return { repository, tags, tag, ...(await readTag(registry, repository, tag, { signal })) };
}

async function readTag(registry: RemoteRegistry, repository: string, tag: string, { signal }: Cancellable) {
  const path = `/v2/${repository}/manifests/${tag}`;
  const answer = await registry.ask({ method: 'GET', path, repository, headers: { accept }, signal });
  const { status, text, headers } = answer;
  const digest = headers['docker-content-digest'];
  const mediaType = (headers['content-type'] ?? '').split(';')[0] ?? '';
  if (status !== 200 || !isDigest(digest)) return { status };
  const bytes = Buffer.from(text);
  const manifest: Descriptor = { mediaType, digest, size: bytes.length };
  const blob = isIndexType(mediaType) ? undefined : blobOf(bytes);
  return { status, manifest, ...(blob ? { blob } : {}) };
}

/** The smallest blob that has something to ask a part of. */
function blobOf(bytes: Uint8Array): Descriptor | undefined {
  try {
    const { config, layers } = parseManifest(bytes);
    return [config, ...layers].filter(({ size }) => size > 1).sort((a, b) => a.size - b.size)[0];
  } catch {
    return undefined;
  }
}

/** Entries of an image index in an answer; none where it is something else. */
export function indexEntries(text: string): readonly Descriptor[] {
  try {
    return parseIndex(Buffer.from(text)).manifests;
  } catch {
    return [];
  }
}

export function parseRecord(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

export function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
