import type { Descriptor } from './descriptor.ts';
import { Digester, digestAlgorithm } from './digest.ts';
import { SkillsError, TrustError } from './errors.ts';

/** Bytes that come in pieces of any length. Node's Readable is one. */
export type ByteStream = AsyncIterable<Uint8Array>;

/** Streams that check themselves, and for what. Only `verified` and `passOn` write here. */
const checking = new WeakMap<ByteStream, string>();

/**
 * Passes `stream` through and checks it: fails with ERR_DIGEST_MISMATCH as soon as it is longer than promised, or at its
 * end when it is shorter or has another digest. A reader must therefore run to the end before it believes what it read.
 * A stream that is checked for the same digest and size already is returned as it is: nothing is hashed twice on its way.
 *
 * @param where names the origin in the error: a URL, a file.
 */
export function verified(stream: ByteStream, descriptor: Descriptor, where: string): ByteStream {
  const promise = `${descriptor.digest} ${descriptor.size}`;
  if (checking.get(stream) === promise) return stream;
  const checked = check(stream, descriptor, where);
  checking.set(checked, promise);
  return checked;
}

/** `wrapper` gives the pieces of `original`, all and unchanged: where one is checked, so is the other. */
export function passOn(original: ByteStream, wrapper: ByteStream): ByteStream {
  const promise = checking.get(original);
  if (promise !== undefined) checking.set(wrapper, promise);
  return wrapper;
}

async function* check(stream: ByteStream, descriptor: Descriptor, where: string): ByteStream {
  const digester = new Digester(digestAlgorithm(descriptor.digest));
  for await (const chunk of stream) {
    if (digester.size + chunk.byteLength > descriptor.size) throw wrongSize(descriptor, where, 'more');
    digester.update(chunk);
    yield chunk;
  }
  if (digester.size < descriptor.size) throw wrongSize(descriptor, where, `only ${digester.size}`);
  const actual = digester.digest();
  if (actual !== descriptor.digest) {
    throw new TrustError(
      'ERR_DIGEST_MISMATCH',
      `${where}: the content has the digest ${actual}, not ${descriptor.digest}`,
      {
        hint: 'the content was altered or damaged on its way or where it is stored; nothing of it was kept',
        data: { expected: descriptor.digest, actual },
      },
    );
  }
}

function wrongSize(descriptor: Descriptor, where: string, got: string): TrustError {
  return new TrustError(
    'ERR_DIGEST_MISMATCH',
    `${where}: ${got} bytes came for ${descriptor.digest}, which has ${descriptor.size}`,
    { hint: 'the content was cut off or altered; nothing of it was kept' },
  );
}

/** A stream of one piece. */
export async function* streamOf(...pieces: Uint8Array[]): ByteStream {
  yield* pieces;
}

/**
 * All bytes of a stream.
 *
 * @throws SkillsError ERR_ARTIFACT_INVALID where there are more than `limit`.
 */
export async function readAll(stream: ByteStream, limit: number, what = 'content'): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of stream) {
    size += piece.byteLength;
    if (size > limit) {
      throw new SkillsError('ERR_ARTIFACT_INVALID', `${what} is larger than the ${limit} bytes that are accepted`);
    }
    pieces.push(piece);
  }
  return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces, size);
}
