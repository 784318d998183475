import {
  type ByteStream,
  type Cancellable,
  type ContentSource,
  type Descriptor,
  digestAlgorithm,
  isSkillsError,
} from '../../core/index.ts';
import type { Client } from './client.ts';
import { bodyOfBytes } from './manifests.ts';
import type { Place } from './place.ts';
import { pull, push } from './scopes.ts';
import { discard } from './transport.ts';
import { sendChunks } from './upload-chunks.ts';
import { checkedContent, closingUrl, type Session, sessionOf, uploadCall } from './upload-session.ts';

/** A chunk is kept in memory until it is there; a registry that wants larger ones gets the blob whole. Bytes. */
const largestChunk = 64 * 1024 * 1024;

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
      const chunked = descriptor.size > place.client.settings.chunkBytes && session.leastChunk <= largestChunk;
      await (chunked ? sendChunks : sendWhole)(place, session, descriptor, content, options);
    } catch (error) {
      await abandon(place, session);
      throw error;
    }
  }, options);
}

/** Bytes up to which a blob is sent along with the request that begins its upload. */
const smallBlob = 16 * 1024;
/** Registries that answered such a request by beginning an upload, or by a refusal. */
const twoSteps = new WeakSet<Client>();

/** Whether a blob is sent by one request ("Pushing a blob monolithically", Single POST), as far as is known of the registry. */
export function takesOneStep({ client }: Place, { size, digest }: Descriptor): boolean {
  const most = Math.min(smallBlob, client.settings.chunkBytes);
  return size > 0 && size <= most && digestAlgorithm(digest) === 'sha256' && !twoSteps.has(client);
}

/** True where the registry took it; else the upload that it began, or nothing: it is sent in the usual way then. */
export async function sendInOneStep(
  place: Place,
  descriptor: Descriptor,
  bytes: Uint8Array,
  options: Cancellable,
): Promise<Session | true | undefined> {
  const url = place.client.url(place.name, 'blobs/uploads/');
  url.searchParams.set('digest', descriptor.digest);
  const call = { ...uploadCall(place, 'POST', url, descriptor, options), body: bodyOfBytes(bytes), repeatable: true };
  const headers = { 'content-type': 'application/octet-stream' };
  try {
    const answer = await place.client.call({ ...call, headers, expect: [201, 202] });
    discard(answer);
    if (answer.status === 201) return true;
    twoSteps.add(place.client);
    return sessionOf(place, answer);
  } catch (error) {
    if (!isSkillsError(error, 'ERR_REGISTRY')) throw error;
    twoSteps.add(place.client);
    return undefined;
  }
}

/**
 * Takes a blob over from another repository of the registry; where none is named, from whichever the registry finds.
 * Where the registry does not, it has begun an upload session instead, which is returned to be used or abandoned.
 */
export async function mountBlob(
  place: Place,
  descriptor: Descriptor,
  from: string | undefined,
  options: Cancellable,
): Promise<Session | true> {
  const url = place.client.url(place.name, 'blobs/uploads/');
  url.searchParams.set('mount', descriptor.digest);
  if (from !== undefined) url.searchParams.set('from', from);
  const call = uploadCall(place, 'POST', url, descriptor, options);
  const scopes = from === undefined || from === place.name ? call.scopes : [...call.scopes, pull(from)];
  const answer = await place.client.call({ ...call, scopes, body: emptyBody, expect: [201, 202], repeatable: true });
  discard(answer);
  return answer.status === 201 ? true : sessionOf(place, answer);
}

async function beginUpload(place: Place, descriptor: Descriptor, options: Cancellable): Promise<Session> {
  const url = place.client.url(place.name, 'blobs/uploads/');
  const algorithm = digestAlgorithm(descriptor.digest);
  if (algorithm !== 'sha256') url.searchParams.set('digest-algorithm', algorithm);
  const answer = await place.client.call({
    ...uploadCall(place, 'POST', url, descriptor, options),
    body: emptyBody,
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

/** Some registries want the length of nothing to be stated. */
const emptyBody = { size: 0, open: () => emptyStream() };

async function* emptyStream(): ByteStream {}
