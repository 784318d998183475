import {
  type ByteStream,
  type Cancellable,
  type ContentSource,
  type Descriptor,
  SkillsError,
} from '../../core/index.ts';
import { bodyOfBytes } from './manifests.ts';
import type { Place } from './place.ts';
import { isTransient } from './retry.ts';
import { type Answer, discard } from './transport.ts';
import { checkedContent, closingUrl, type Session, sessionOf, uploadCall } from './upload-session.ts';

/** One chunk, and where in the blob it lies. */
interface Chunk {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** Sends a blob in chunks, one PATCH each (distribution-spec, "Pushing a blob in chunks"), and closes the session. */
export async function sendChunks(
  place: Place,
  session: Session,
  descriptor: Descriptor,
  content: ContentSource,
  options: Cancellable,
): Promise<void> {
  const size = Math.max(place.client.settings.chunkBytes, session.leastChunk);
  let current = session;
  let start = 0;
  for await (const bytes of inChunks(checkedContent(place, descriptor, content), size)) {
    current = await sendChunk(place, current, descriptor, { start, bytes }, options);
    start += bytes.byteLength;
  }
  const answer = await place.client.call({
    ...uploadCall(place, 'PUT', closingUrl(current, descriptor), descriptor, options),
    body: bodyOfBytes(new Uint8Array()),
    expect: [200, 201, 204],
  });
  discard(answer);
}

/** Sends a chunk; after 416 or a broken connection, what the registry says it lacks of it. */
async function sendChunk(
  place: Place,
  session: Session,
  descriptor: Descriptor,
  chunk: Chunk,
  options: Cancellable,
): Promise<Session> {
  let current = session;
  let rest = chunk;
  for (let attempt = 0; ; attempt++) {
    const answer = await patch(place, current, descriptor, rest, options);
    if (answer && answer.status !== 416) return sessionOf(place, answer);
    if (attempt >= place.client.settings.retries) throw outOfStep(place, descriptor);
    const state = await askProgress(place, current, descriptor, options);
    current = state.session;
    if (state.received === chunk.start + chunk.bytes.byteLength) return current;
    rest = restOf(place, descriptor, chunk, state.received);
  }
}

/** Undefined where the connection broke: the registry must be asked how far it got. */
async function patch(
  place: Place,
  { location }: Session,
  descriptor: Descriptor,
  { start, bytes }: Chunk,
  options: Cancellable,
): Promise<Answer | undefined> {
  const range = `${start}-${start + bytes.byteLength - 1}`;
  try {
    const answer = await place.client.call({
      ...uploadCall(place, 'PATCH', location, descriptor, options),
      headers: { 'content-type': 'application/octet-stream', 'content-range': range },
      body: bodyOfBytes(bytes),
      expect: [202, 204, 416],
    });
    discard(answer);
    return answer;
  } catch (error) {
    if (!isTransient(error)) throw error;
    return undefined;
  }
}

/** The bytes that the registry has: its Range header is `0-<last byte>`. */
async function askProgress(
  place: Place,
  session: Session,
  descriptor: Descriptor,
  options: Cancellable,
): Promise<{ session: Session; received: number }> {
  const answer = await place.client.call({
    ...uploadCall(place, 'GET', session.location, descriptor, options),
    expect: [204],
  });
  discard(answer);
  const last = /^(?:bytes=)?0-(\d+)$/.exec(String(answer.headers.range ?? ''))?.[1];
  const received = last === undefined || last === '0' ? 0 : Number(last) + 1;
  return { session: answer.headers.location === undefined ? session : sessionOf(place, answer), received };
}

function restOf(place: Place, descriptor: Descriptor, chunk: Chunk, received: number): Chunk {
  const skip = received - chunk.start;
  // Bytes before this chunk are not held any more: the session must begin anew.
  if (skip < 0 || skip > chunk.bytes.byteLength) throw outOfStep(place, descriptor);
  return { start: received, bytes: chunk.bytes.subarray(skip) };
}

function outOfStep(place: Place, descriptor: Descriptor): SkillsError {
  const { host } = place.client.settings;
  return new SkillsError('ERR_REGISTRY', `${host} lost track of the upload of ${descriptor.digest}`, {
    hint: 'try again; leave the upload in chunks out if it happens again',
    data: { transient: true },
  });
}

/** Pieces of exactly `size` bytes; the last may be smaller. */
async function* inChunks(stream: ByteStream, size: number): ByteStream {
  let waiting: Uint8Array[] = [];
  let count = 0;
  for await (const piece of stream) {
    let rest = piece;
    while (count + rest.byteLength >= size) {
      const cut = size - count;
      yield Buffer.concat([...waiting, rest.subarray(0, cut)], size);
      rest = rest.subarray(cut);
      waiting = [];
      count = 0;
    }
    if (rest.byteLength > 0) waiting.push(rest);
    count += rest.byteLength;
  }
  if (count > 0) yield Buffer.concat(waiting, count);
}
