import { createGunzip, type Gunzip, gunzipSync } from 'node:zlib';
import { brokenArchive } from '../refusals.ts';
import { type ArchiveLimits, checkGrowth } from './limits.ts';

/** Node's own 16 KiB pieces make decompression almost four times slower (measured; reference/performance.md B.2). */
const chunkSize = 1 << 20;
/** Archives up to this size are decompressed in one step, without the thread pool and its streams. */
const smallArchive = 256 * 1024;
const smallResult = 8 * 1024 * 1024;

/**
 * Decompresses a gzip stream piece by piece, with back-pressure.
 *
 * The source is read by its iterator and not closed when this fails, so that the caller may read the rest of it: whether
 * its digest holds tells damage on the way from an archive that was made so.
 *
 * @throws SkillsError ERR_ARTIFACT_INVALID for broken or cut-off gzip data or anything after it; ERR_ARCHIVE_UNSAFE when
 * it grows beyond the limits; what the source throws.
 */
export async function* gunzipStream(source: AsyncIterator<Uint8Array>, limits: ArchiveLimits): AsyncGenerator<Buffer> {
  const { head, ended } = await readHead(source);
  const whole = ended ? gunzipSmall(head, limits) : undefined;
  if (whole) yield whole;
  else yield* gunzipLarge(head, source, limits);
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
function gunzipSmall(bytes: Buffer, limits: ArchiveLimits): Buffer | undefined {
  try {
    const options = { info: true, maxOutputLength: smallResult };
    const { buffer, engine } = gunzipSync(bytes, options) as unknown as SyncResult;
    checkGrowth(bytes.length, buffer.length, limits);
    checkAllRead(engine.bytesWritten, bytes.length);
    return buffer;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw asBroken(error);
  }
}

async function* gunzipLarge(
  head: Buffer,
  source: AsyncIterator<Uint8Array>,
  limits: ArchiveLimits,
): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize });
  let packed = head.length;
  const feeding = (async () => {
    gunzip.write(head);
    for (let next = await source.next(); !next.done && !gunzip.destroyed; next = await source.next()) {
      packed += next.value.length;
      if (!gunzip.write(next.value) && !gunzip.destroyed) await drained(gunzip);
    }
    gunzip.end();
  })();
  feeding.catch((error) => gunzip.destroy(error));
  try {
    let unpacked = 0;
    for await (const piece of gunzip as AsyncIterable<Buffer>) {
      unpacked += piece.length;
      checkGrowth(packed, unpacked, limits);
      yield piece;
    }
    checkAllRead(gunzip.bytesWritten, packed);
  } catch (error) {
    throw asBroken(error);
  } finally {
    gunzip.destroy();
    await feeding.catch(() => {});
  }
}

/** Until more may be written, or nothing more will be read. */
function drained(gunzip: Gunzip): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      gunzip.off('drain', done).off('close', done);
      resolve();
    };
    gunzip.on('drain', done).on('close', done);
  });
}

/** zlib passes over zeros after the last member, and over anything behind them. */
function checkAllRead(read: number, packed: number): void {
  if (read !== packed) throw brokenArchive('trailing-data', 'something follows the end of the gzip data');
}

function asBroken(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'Z_BUF_ERROR') return brokenArchive('truncated', 'the gzip data is cut off', error);
  if (code?.startsWith('Z_')) return brokenArchive('corrupt', `the gzip data is damaged (${code})`, error);
  return error;
}
