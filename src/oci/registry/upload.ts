import {
  type ByteStream,
  type Cancellable,
  type ContentSource,
  type Descriptor,
  digestAlgorithm,
  SkillsError,
  verified,
} from '../../core/index.ts';
import type { Call } from './client.ts';
import { type Place, placeName } from './place.ts';
import { resolveLocation } from './redirect.ts';
import { pull, push } from './scopes.ts';
import { type Answer, discard } from './transport.ts';
import { sendChunks } from './upload-chunks.ts';

/** An upload session: where it goes on, and what the registry said of chunks. */
export interface Session {
  readonly location: URL;
  /** Bytes that a chunk must have at least (OCI-Chunk-Min-Length). */
  readonly leastChunk: number;
}

/**
 * Sends a blob: whole, or in chunks where the settings say so. A session that fails in passing is begun anew, for what
 * was read of the content is gone.
 *
 * @throws TrustError ERR_DIGEST_MISMATCH where the content is not what the descriptor promises; the upload is given up then.
 */
export async function pushBlob(
  place: Place,
  descriptor: Descriptor,
  content: ContentSource,
  options: Cancellable & { readonly session?: Session | undefined } = {},
): Promise<void> {
  let begun = options.session;
  await place.client.repeat(async () => {
    const session = begun ?? (await beginUpload(place, descriptor, options));
    begun = undefined;
    try {
      const chunked = descriptor.size > place.client.settings.chunkBytes;
      await (chunked ? sendChunks : sendWhole)(place, session, descriptor, content, options);
    } catch (error) {
      await abandon(place, session);
      throw error;
    }
  }, options);
}

/**
 * Takes a blob over from another repository of the registry. Where the registry does not, it has begun an upload
 * session instead, which is returned to be used or abandoned.
 */
export async function mountBlob(
  place: Place,
  descriptor: Descriptor,
  from: string,
  options: Cancellable,
): Promise<Session | true> {
  const url = place.client.url(place.name, 'blobs/uploads/');
  url.searchParams.set('mount', descriptor.digest);
  url.searchParams.set('from', from);
  const call = uploadCall(place, 'POST', url, descriptor, options);
  const answer = await place.client.call({ ...call, scopes: [...call.scopes, pull(from)], expect: [201, 202] });
  discard(answer);
  return answer.status === 201 ? true : sessionOf(place, answer);
}

export function uploadCall(
  place: Place,
  method: Call['method'],
  url: URL,
  descriptor: Descriptor,
  { signal }: Cancellable,
): Omit<Call, 'expect'> {
  const what = `the upload of ${descriptor.digest} to ${place.name}`;
  return { method, url, repository: place.name, scopes: [push(place.name)], what, signal };
}

/** The content, checked, its last piece held back until the digest is known: a wrong upload must not look complete. */
export async function* checkedContent(place: Place, descriptor: Descriptor, content: ContentSource): ByteStream {
  let held: Uint8Array | undefined;
  for await (const piece of verified(await content(), descriptor, `content for ${placeName(place)}`)) {
    if (held) yield held;
    held = piece;
  }
  if (held) yield held;
}

/** Where the next step of a session goes. @throws SkillsError ERR_REGISTRY, ERR_INSECURE */
export function sessionOf(place: Place, answer: Answer): Session {
  const location = answer.headers.location;
  if (location === undefined) {
    throw new SkillsError('ERR_REGISTRY', `${answer.url.host} began an upload without saying where it goes on`);
  }
  const least = Number(answer.headers['oci-chunk-min-length'] ?? 0);
  return { location: uploadUrl(location, answer.url, place), leastChunk: Number.isSafeInteger(least) ? least : 0 };
}

/** The closing URL: the session's, with the digest appended to whatever it holds. */
export function closingUrl({ location }: Session, descriptor: Descriptor): URL {
  const url = new URL(location);
  url.searchParams.set('digest', descriptor.digest);
  return url;
}

function uploadUrl(location: string, from: URL, place: Place): URL {
  const { base } = place.client.settings;
  const url = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  // Registries behind a proxy that ends TLS often think that they are spoken to over plain http.
  if (url && base.protocol === 'https:' && url.protocol === 'http:' && url.hostname === base.hostname) {
    return new URL(`${url.pathname}${url.search}`, base);
  }
  return resolveLocation(location, from, place.client.settings);
}

async function beginUpload(place: Place, descriptor: Descriptor, options: Cancellable): Promise<Session> {
  const url = place.client.url(place.name, 'blobs/uploads/');
  const algorithm = digestAlgorithm(descriptor.digest);
  if (algorithm !== 'sha256') url.searchParams.set('digest-algorithm', algorithm);
  const body = { size: 0, open: () => emptyStream() };
  const answer = await place.client.call({
    ...uploadCall(place, 'POST', url, descriptor, options),
    body,
    expect: [202],
  });
  discard(answer);
  return sessionOf(place, answer);
}

async function sendWhole(
  place: Place,
  session: Session,
  descriptor: Descriptor,
  content: ContentSource,
  options: Cancellable,
): Promise<void> {
  const answer = await place.client.call({
    ...uploadCall(place, 'PUT', closingUrl(session, descriptor), descriptor, options),
    headers: { 'content-type': 'application/octet-stream' },
    body: { size: descriptor.size, open: () => checkedContent(place, descriptor, content) },
    expect: [200, 201, 204],
  });
  discard(answer);
}

/** Tells the registry to forget a session; that it may not want to changes nothing. */
async function abandon(place: Place, session: Session): Promise<void> {
  const call = { method: 'DELETE', url: session.location, repository: place.name, scopes: [push(place.name)] } as const;
  const signal = AbortSignal.timeout(2_000);
  const answer = place.client.call({ ...call, what: 'an upload', expect: [200, 202, 204, 404], signal });
  await answer.then(discard, () => {});
}

async function* emptyStream(): ByteStream {}
