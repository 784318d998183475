import { type ByteStream, type Cancellable, type Descriptor, SkillsError, verified } from '../../core/index.ts';
import { bodyOf, isWebPage } from './body.ts';
import { deleteOnce } from './delete-once.ts';
import { askForContent } from './mirrors.ts';
import { type Place, placeName } from './place.ts';
import { isTransient, pauseBefore } from './retry.ts';
import { pull, remove } from './scopes.ts';
import { type Answer, discard } from './transport.ts';

/** What may come between two breaks so that they are counted as two, and not as one connection that does not hold. */
const progress = 1024 * 1024;

/**
 * A blob, checked as it passes. Where the connection breaks it goes on from there by a range request, and at the next
 * place where it breaks for good; size and digest are those of the whole all the same.
 *
 * @throws SkillsError ERR_BLOB_UNKNOWN
 */
export async function getBlob(
  places: readonly Place[],
  descriptor: Descriptor,
  options: Cancellable,
): Promise<ByteStream> {
  const begun = await askForContent(places, async (place) => ({
    place,
    first: await openFirst(place, descriptor, options),
  }));
  const tries = new Tries(begun.place, places.slice(places.indexOf(begun.place) + 1));
  const stream = resuming(begun.first, tries, descriptor, options);
  return verified(stream, descriptor, `${placeName(begun.place)}@${descriptor.digest}`);
}

async function openFirst(place: Place, descriptor: Descriptor, options: Cancellable): Promise<Opened> {
  const first = await openAt(place, descriptor, 0, options);
  if (isWebPage(first.answer, '') && Number(first.answer.headers['content-length']) !== descriptor.size) {
    first.answer.message.destroy();
    throw webPage(first.answer);
  }
  return first;
}

function webPage({ url }: Answer): SkillsError {
  return new SkillsError('ERR_REGISTRY', `${url.host} answered with a web page when asked for a blob`, {
    hint: 'a proxy or a login page may stand before the registry',
  });
}

/** The bytes from `start` to `end`, inclusive, unchecked. @throws SkillsError ERR_BLOB_UNKNOWN, ERR_REGISTRY */
export async function getBlobRange(
  place: Place,
  descriptor: Descriptor,
  start: number,
  end: number,
  options: Cancellable,
): Promise<ByteStream> {
  const answer = await place.client.call({
    ...blobCall(place, descriptor, options),
    method: 'GET',
    headers: { range: `bytes=${start}-${end}` },
    expect: [200, 206],
  });
  const stream = bodyOf(answer);
  const from = answer.status === 206 ? startOf(answer, descriptor) : 0;
  if (from > start) throw wrongRange(answer, descriptor);
  return slice(stream, start - from, end - start + 1);
}

/** The size of a blob; undefined where it is not held. */
export async function headBlob(
  place: Place,
  descriptor: Descriptor,
  options: Cancellable,
): Promise<number | undefined> {
  const answer = await place.client.call({
    ...blobCall(place, descriptor, options),
    method: 'HEAD',
    expect: [200, 404],
  });
  discard(answer);
  if (answer.status === 404) return undefined;
  const size = Number(answer.headers['content-length'] ?? Number.NaN);
  if (isWebPage(answer, '') && size !== descriptor.size) throw webPage(answer);
  return size;
}

/** The size of a blob in bytes. @throws SkillsError ERR_BLOB_UNKNOWN; ERR_REGISTRY where the registry does not tell */
export async function sizeOfBlob(place: Place, descriptor: Descriptor, options: Cancellable): Promise<number> {
  const size = await headBlob(place, descriptor, options);
  if (size !== undefined && Number.isSafeInteger(size)) return size;
  const { digest } = descriptor;
  if (size === undefined) throw new SkillsError('ERR_BLOB_UNKNOWN', `${placeName(place)} does not hold ${digest}`);
  throw new SkillsError('ERR_REGISTRY', `${placeName(place)} does not say how large ${digest} is`);
}

export async function deleteBlob(place: Place, descriptor: Descriptor, options: Cancellable): Promise<void> {
  await deleteOnce(place.client, {
    ...blobCall(place, descriptor, options),
    method: 'DELETE',
    content: false,
    scopes: [remove(place.name)],
    expect: [200, 202, 204],
  });
}

interface Opened {
  readonly answer: Answer;
  readonly stream: ByteStream;
  /** Where in the blob the stream begins. */
  readonly start: number;
}

async function openAt(place: Place, descriptor: Descriptor, offset: number, options: Cancellable): Promise<Opened> {
  // who goes on after a break counts the attempts itself
  const call = { ...blobCall(place, descriptor, options), method: 'GET', repeatable: offset === 0 } as const;
  if (offset > 0) {
    const headers = { range: `bytes=${offset}-` };
    const answer = await place.client.call({ ...call, headers, expect: [200, 206, 416] });
    if (answer.status === 200) return { answer, stream: bodyOf(answer), start: 0 };
    if (answer.status === 206 && startOf(answer, descriptor) === offset) {
      return { answer, stream: bodyOf(answer), start: offset };
    }
    discard(answer);
  }
  const answer = await place.client.call(call);
  return { answer, stream: bodyOf(answer), start: 0 };
}

async function* resuming(first: Opened, tries: Tries, descriptor: Descriptor, options: Cancellable): ByteStream {
  let position = 0;
  let opened: Opened | undefined = first;
  for (;;) {
    try {
      opened ??= await openAt(tries.place, descriptor, position, options);
      const { stream, start } = opened;
      for await (const piece of position > start ? skip(stream, position - start) : stream) {
        position += piece.byteLength;
        yield piece;
      }
      return;
    } catch (error) {
      if (!isTransient(error)) throw error;
      if (position >= descriptor.size) return;
      opened = undefined;
      await tries.next(error, position, options);
    }
  }
}

/** How often a download may break, and where it goes on then. */
class Tries {
  place: Place;
  readonly #others: Place[];
  #attempt = 0;
  #reached = 0;

  constructor(place: Place, others: readonly Place[]) {
    this.place = place;
    this.#others = [...others];
  }

  /** Waits until it may go on. @throws `error` where it may not. */
  async next(error: SkillsError, position: number, options: Cancellable): Promise<void> {
    if (position - this.#reached >= progress) this.#attempt = 0;
    this.#reached = position;
    const { retries, retryDelay } = this.place.client.settings;
    if (this.#attempt < retries) {
      await pauseBefore(this.#attempt++, error, { ...options, retryDelay });
      return;
    }
    const other = this.#others.shift();
    if (!other) throw error;
    this.place = other;
    this.#attempt = 0;
  }
}

/** Leaves out what was given already: where a registry starts again, the digest still decides whether it is the same. */
async function* skip(stream: ByteStream, count: number): ByteStream {
  let left = count;
  for await (const piece of stream) {
    if (left >= piece.byteLength) {
      left -= piece.byteLength;
    } else {
      yield left > 0 ? piece.subarray(left) : piece;
      left = 0;
    }
  }
}

async function* slice(stream: ByteStream, from: number, count: number): ByteStream {
  let left = count;
  for await (const piece of skip(stream, from)) {
    yield piece.subarray(0, left);
    left -= piece.byteLength;
    if (left <= 0) return;
  }
}

function startOf(answer: Answer, descriptor: Descriptor): number {
  const start = /^bytes\s+(\d+)-/i.exec(answer.headers['content-range'] ?? '')?.[1];
  if (start === undefined) throw wrongRange(answer, descriptor);
  return Number(start);
}

function wrongRange(answer: Answer, descriptor: Descriptor): SkillsError {
  answer.message.destroy();
  return new SkillsError('ERR_REGISTRY', `${answer.url.host} answered with another range of ${descriptor.digest}`);
}

function blobCall(place: Place, descriptor: Descriptor, { signal }: Cancellable) {
  return {
    url: place.client.url(place.name, `blobs/${descriptor.digest}`),
    repository: place.name,
    scopes: [pull(place.name)],
    expect: [200],
    what: `the blob ${descriptor.digest} of ${place.name}`,
    missing: 'ERR_BLOB_UNKNOWN',
    content: true,
    signal,
  } as const;
}
