import { createGunzip, createZstdDecompress, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { tarBlockSize } from '../../core/index.ts';
import { brokenArchive } from '../refusals.ts';
import { isZeroBlock } from '../tar/read-header.ts';
import type { Growth } from './limits.ts';

/** Node's own 16 KiB pieces make decompression almost four times slower (measured; reference/performance.md B.2). */
const chunkSize = 1 << 20;
/** Archives up to this size are decompressed in one step, without the thread pool and its streams. */
const smallArchive = 256 * 1024;
const smallResult = 8 * 1024 * 1024;

/** A compression by which layers come. */
interface Codec {
  readonly name: string;
  readonly create: (options: { readonly chunkSize: number }) => Decompressor;
  readonly sync: (bytes: Buffer, options: { readonly info: boolean; readonly maxOutputLength: number }) => unknown;
}

type Decompressor = ReturnType<typeof createGunzip>;

const gzip: Codec = { name: 'gzip', create: createGunzip, sync: gunzipSync };
const zstd: Codec = {
  name: 'zstd',
  create: (options) => createZstdDecompress(options) as unknown as Decompressor,
  sync: zstdDecompressSync,
};

/**
 * Decompresses a stream piece by piece, with back-pressure: gzip or zstd, told by its first bytes; anything else is taken
 * for a tar without compression and passed on.
 *
 * The source is read by its iterator and not closed when this fails, so that the caller may read the rest of it: whether
 * its digest holds tells damage on the way from an archive that was made so.
 *
 * @throws SkillsError ERR_ARTIFACT_INVALID for broken or cut-off data or anything after it; ERR_ARCHIVE_UNSAFE when it grows
 * beyond the limits; what the source throws.
 */
export async function* decompressStream(source: AsyncIterator<Uint8Array>, growth: Growth): AsyncGenerator<Buffer> {
  const { head, ended } = await readHead(source);
  const codec = codecOf(head);
  if (!codec) {
    yield* passOn(head, source, growth);
    return;
  }
  const whole = ended ? decompressSmall(codec, head, growth) : undefined;
  if (whole) yield whole;
  else yield* decompressLarge(codec, head, source, growth);
}

/** RFC 1952, 2.3.1 and RFC 8878, 3.1.1. */
function codecOf(head: Buffer): Codec | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return gzip;
  return head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528 ? zstd : undefined;
}

/** A tar without an entry begins with zeros. */
function looksLikeTar(head: Buffer): boolean {
  const zeros = head.length >= tarBlockSize && isZeroBlock(head.subarray(0, tarBlockSize));
  return zeros || head.toString('latin1', 257, 262) === 'ustar';
}

async function* passOn(head: Buffer, source: AsyncIterator<Uint8Array>, growth: Growth): AsyncGenerator<Buffer> {
  if (head.length > 0 && !looksLikeTar(head))
    throw brokenArchive('corrupt', 'it is neither a tar nor compressed by gzip or zstd');
  const pass = (bytes: number) => {
    growth.take(bytes);
    growth.give(bytes);
  };
  pass(head.length);
  yield head;
  for (let next = await source.next(); !next.done; next = await source.next()) {
    pass(next.value.length);
    yield Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
  }
}

async function readHead(source: AsyncIterator<Uint8Array>): Promise<{ head: Buffer; ended: boolean }> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  while (size <= smallArchive) {
    const { done, value } = await source.next();
    if (done) return { head: Buffer.concat(pieces), ended: true };
    pieces.push(value);
    size += value.length;
  }
  return { head: Buffer.concat(pieces), ended: false };
}

interface SyncResult {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

/** Undefined where the result is too large for one step. */
function decompressSmall(codec: Codec, bytes: Buffer, growth: Growth): Buffer | undefined {
  try {
    const options = { info: true, maxOutputLength: smallResult };
    const { buffer, engine } = codec.sync(bytes, options) as SyncResult;
    growth.take(bytes.length);
    growth.give(buffer.length);
    checkAllRead(codec, engine.bytesWritten, bytes.length);
    return buffer;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw asBroken(codec, error);
  }
}

async function* decompressLarge(
  codec: Codec,
  head: Buffer,
  source: AsyncIterator<Uint8Array>,
  growth: Growth,
): AsyncGenerator<Buffer> {
  const engine = codec.create({ chunkSize });
  let packed = head.length;
  growth.take(packed);
  const feeding = (async () => {
    engine.write(head);
    for (let next = await source.next(); !next.done && !engine.destroyed; next = await source.next()) {
      packed += next.value.length;
      growth.take(next.value.length);
      if (!engine.write(next.value) && !engine.destroyed) await drained(engine);
    }
    engine.end();
  })();
  feeding.catch((error) => engine.destroy(error));
  try {
    for await (const piece of engine as AsyncIterable<Buffer>) {
      growth.give(piece.length);
      yield piece;
    }
    checkAllRead(codec, engine.bytesWritten, packed);
  } catch (error) {
    throw asBroken(codec, error);
  } finally {
    engine.destroy();
    await feeding.catch(() => {});
  }
}

/** Until more may be written, or nothing more will be read. */
function drained(engine: Decompressor): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      engine.off('drain', done).off('close', done);
      resolve();
    };
    engine.on('drain', done).on('close', done);
  });
}

/** zlib passes over zeros after the last member, and over anything behind them; of zstd Node reads one frame. */
function checkAllRead({ name }: Codec, read: number, packed: number): void {
  if (read !== packed) throw brokenArchive('trailing-data', `something follows the end of the ${name} data`);
}

function asBroken({ name }: Codec, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'Z_BUF_ERROR') return brokenArchive('truncated', `the ${name} data is cut off`, error);
  if (/^Z(?:STD)?_/.test(code ?? '')) return brokenArchive('corrupt', `the ${name} data is damaged (${code})`, error);
  return error;
}
