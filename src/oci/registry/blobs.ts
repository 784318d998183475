import { type ByteStream, type Cancellable, type Descriptor, SkillsError, verified } from '../../core/index.ts';
import { bodyOf, isWebPage } from './body.ts';
import { type Place, placeName } from './place.ts';
import { isTransient } from './retry.ts';
import { pull, remove } from './scopes.ts';
import { type Answer, discard } from './transport.ts';

/**
 * A blob, checked as it passes. Where the connection breaks it goes on from there by a range request; size and digest are
 * those of the whole all the same.
 *
 * @throws SkillsError ERR_BLOB_UNKNOWN
 */
export async function getBlob(place: Place, descriptor: Descriptor, options: Cancellable): Promise<ByteStream> {
  const first = await openAt(place, descriptor, 0, options);
  if (isWebPage(first.answer, '') && Number(first.answer.headers['content-length']) !== descriptor.size) {
    first.answer.message.destroy();
    throw new SkillsError('ERR_REGISTRY', `${first.answer.url.host} answered with a web page when asked for a blob`, {
      hint: 'a proxy or a login page may stand before the registry',
    });
  }
  return verified(resuming(place, descriptor, first, options), descriptor, `${placeName(place)}@${descriptor.digest}`);
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
  return answer.status === 200 ? Number(answer.headers['content-length'] ?? Number.NaN) : undefined;
}

export async function deleteBlob(place: Place, descriptor: Descriptor, options: Cancellable): Promise<void> {
  const answer = await place.client.call({
    ...blobCall(place, descriptor, options),
    method: 'DELETE',
    scopes: [remove(place.name)],
    expect: [200, 202, 204],
    repeatable: true,
  });
  discard(answer);
}

interface Opened {
  readonly answer: Answer;
  readonly stream: ByteStream;
  /** Where in the blob the stream begins. */
  readonly start: number;
}

async function openAt(place: Place, descriptor: Descriptor, offset: number, options: Cancellable): Promise<Opened> {
  const call = { ...blobCall(place, descriptor, options), method: 'GET' } as const;
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

async function* resuming(place: Place, descriptor: Descriptor, first: Opened, options: Cancellable): ByteStream {
  let position = 0;
  let broken: SkillsError | undefined;
  for (let attempt = 0; attempt <= place.client.settings.retries; attempt++) {
    try {
      const { stream, start } = attempt === 0 ? first : await openAt(place, descriptor, position, options);
      for await (const piece of position > start ? skip(stream, position - start) : stream) {
        position += piece.byteLength;
        yield piece;
      }
      return;
    } catch (error) {
      if (!isTransient(error)) throw error;
      if (position >= descriptor.size) return;
      broken = error;
    }
  }
  throw broken;
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
    signal,
  } as const;
}
