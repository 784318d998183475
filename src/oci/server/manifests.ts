import type { IncomingMessage } from 'node:http';
import {
  type Descriptor,
  Digester,
  digestAlgorithm,
  isDigest,
  isManifestType,
  isTag,
  limits,
  linksOf,
  manifestTypeOf,
  streamOf,
} from '../../core/index.ts';
import { mayBeElsewhere } from '../layout/index.ts';
import { type Answer, refuse, unknownName } from './answer.ts';
import { bodyOf, matchesTag, mediaTypeOf, type RepositoryExchange } from './exchange.ts';

/** end-3: GET and HEAD of a manifest. */
export function getManifest({ request, layout, name, key }: RepositoryExchange): Answer {
  if (!layout.present) return unknownName(name);
  const descriptor = layout.find(key);
  const held = descriptor && (!isDigest(key) || isManifestType(descriptor.mediaType));
  const size = held ? layout.sizeOf(descriptor.digest) : undefined;
  if (!descriptor || size === undefined) return unknownManifest(key);
  const headers = {
    'Content-Type': descriptor.mediaType,
    'Docker-Content-Digest': descriptor.digest,
    ETag: `"${descriptor.digest}"`,
  };
  if (matchesTag(request, headers.ETag)) return { status: 304, headers };
  return { status: 200, headers, body: { path: layout.pathOf(descriptor.digest), start: 0, end: size - 1 } };
}

/** end-7a and 7b: PUT of a manifest under a tag, or under its digest with any number of tags. */
export async function putManifest(exchange: RepositoryExchange): Promise<Answer> {
  const { layout, key, query } = exchange;
  const tags = [...(isDigest(key) ? [] : [key]), ...query.getAll('tag')];
  const bad = tags.find((tag) => !isTag(tag));
  if (bad !== undefined) return refuse('MANIFEST_INVALID', `"${bad}" is neither a tag nor a digest`);
  const bytes = await readManifest(exchange.request);
  if (!bytes) return tooLarge();
  const descriptor = describe(exchange, bytes);
  if ('status' in descriptor) return descriptor;
  const { content, subject } = linksOf(descriptor, bytes);
  const missing = content.filter((child) => !isThere(exchange, child));
  if (missing.length > 0) return childrenMissing(missing);
  await layout.put(descriptor, () => streamOf(bytes), tags);
  return created(exchange, descriptor, query.getAll('tag'), subject);
}

/** end-9: takes a tag away, or a manifest with all its tags. */
export async function deleteManifest({ layout, name, key }: RepositoryExchange): Promise<Answer> {
  if (!layout.present) return unknownName(name);
  const descriptor = layout.find(key);
  if (!descriptor || (isDigest(key) && !isManifestType(descriptor.mediaType))) return unknownManifest(key);
  await (isDigest(key) ? layout.delete(descriptor) : layout.untag(key));
  return { status: 202 };
}

function describe({ request, key }: RepositoryExchange, bytes: Uint8Array): Descriptor | Answer {
  const stated = manifestTypeOf(bytes);
  const mediaType = mediaTypeOf(request) || stated;
  if (!isManifestType(mediaType)) return refuse('MANIFEST_INVALID', `"${mediaType}" is no type of a manifest`);
  if (stated !== mediaType) {
    return refuse('MANIFEST_INVALID', `the Content-Type is "${mediaType}", the manifest says "${stated}"`);
  }
  const digest = new Digester(isDigest(key) ? digestAlgorithm(key) : 'sha256').update(bytes).digest();
  if (isDigest(key) && key !== digest) return refuse('DIGEST_INVALID', `the manifest has the digest ${digest}`);
  return { mediaType, digest, size: bytes.byteLength };
}

function isThere({ layout }: RepositoryExchange, child: Descriptor): boolean {
  const held = layout.sizeOf(child.digest);
  return held === undefined ? mayBeElsewhere(child) : child.size === held || child.size === 0;
}

/** Undefined where it is larger than a manifest may be; the rest is not kept. */
async function readManifest(request: IncomingMessage): Promise<Uint8Array | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > limits.manifestBytes) return undefined;
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of bodyOf(request)) {
    size += piece.byteLength;
    if (size > limits.manifestBytes) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces, size);
}

function created(
  { name }: RepositoryExchange,
  { digest }: Descriptor,
  tags: readonly string[],
  subject: Descriptor | undefined,
): Answer {
  return {
    status: 201,
    headers: {
      Location: `/v2/${name}/manifests/${digest}`,
      'Docker-Content-Digest': digest,
      ...(tags.length > 0 ? { 'OCI-Tag': tags.join(', ') } : {}),
      ...(subject ? { 'OCI-Subject': subject.digest } : {}),
    },
  };
}

function childrenMissing(missing: readonly Descriptor[]): Answer {
  const digests = missing.map(({ digest }) => digest);
  return refuse('MANIFEST_BLOB_UNKNOWN', `the repository does not hold ${digests.join(', ')}`, { detail: { digests } });
}

function tooLarge(): Answer {
  return refuse('SIZE_INVALID', `a manifest has at most ${limits.manifestBytes} bytes`, { status: 413 });
}

function unknownManifest(key: string): Answer {
  if (isDigest(key) || isTag(key)) return refuse('MANIFEST_UNKNOWN', `manifest unknown to registry: ${key}`);
  const code = key.includes(':') ? 'DIGEST_INVALID' : 'MANIFEST_UNKNOWN';
  return refuse(code, `"${key}" is neither a tag nor a digest`);
}
