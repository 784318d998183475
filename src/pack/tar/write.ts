import { closeSync, openSync, readSync } from 'node:fs';
import { type Digest, Digester, tarPadding } from '../../core/index.ts';
import type { FileRecord } from '../files/content-digest.ts';
import { digestOf } from '../files/digest-of.ts';
import { changedWhileRead } from '../files/hash-tree.ts';
import { endOfArchive, type TarPlan, type TarSource } from './plan.ts';

/** Large enough that most skills are one piece, small enough to be nothing beside Node itself. */
const bufferSize = 1 << 20;

/**
 * The bytes of a planned tar, in pieces that are valid only until the next one is asked for: one buffer is used
 * again and again. Each file is hashed on its way and reported to `onFile`.
 *
 * @throws SkillsError ERR_IO where a file is not as long any more as it was planned; fs errors.
 */
export function* writeTar(plan: TarPlan, onFile: (record: FileRecord) => void): Generator<Buffer> {
  const batch = new Batch();
  for (const { header, file } of plan.entries) {
    yield* batch.copy(header);
    if (!file) continue;
    const digest = yield* typeof file.source === 'string'
      ? writeFile(batch, file, file.source)
      : writeBytes(batch, file.source);
    yield* batch.pad(tarPadding(file.size));
    onFile({ path: file.path, digest, size: file.size, executable: file.executable });
  }
  yield* batch.copy(endOfArchive);
  yield* batch.flush();
}

/** Collects small pieces in one buffer. */
class Batch {
  readonly buffer = Buffer.allocUnsafe(bufferSize);
  used = 0;

  *flush(): Generator<Buffer> {
    if (this.used > 0) yield this.buffer.subarray(0, this.used);
    this.used = 0;
  }

  *copy(bytes: Uint8Array): Generator<Buffer> {
    for (let at = 0; at < bytes.length; ) {
      if (this.used === bufferSize) yield* this.flush();
      const piece = bytes.subarray(at, at + bufferSize - this.used);
      this.buffer.set(piece, this.used);
      this.used += piece.length;
      at += piece.length;
    }
  }

  *pad(length: number): Generator<Buffer> {
    if (this.used + length > bufferSize) yield* this.flush();
    this.buffer.fill(0, this.used, this.used + length);
    this.used += length;
  }
}

function* writeBytes(batch: Batch, bytes: Uint8Array): Generator<Buffer, Digest> {
  yield* batch.copy(bytes);
  return digestOf(bytes);
}

function* writeFile(batch: Batch, file: TarSource, source: string): Generator<Buffer, Digest> {
  // One byte more is asked for than the file has, so that one that grew is noticed without another call.
  if (batch.used + file.size >= bufferSize) yield* batch.flush();
  const descriptor = openSync(source, 'r');
  try {
    return file.size < bufferSize ? readSmall(batch, file, descriptor) : yield* readLarge(batch, file, descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function readSmall(batch: Batch, file: TarSource, descriptor: number): Digest {
  const start = batch.used;
  const read = readSync(descriptor, batch.buffer, start, file.size + 1, null);
  if (read !== file.size) throw changedWhileRead(file.path);
  batch.used += read;
  return digestOf(batch.buffer.subarray(start, batch.used));
}

function* readLarge(batch: Batch, file: TarSource, descriptor: number): Generator<Buffer, Digest> {
  const digester = new Digester();
  for (;;) {
    if (batch.used === bufferSize) yield* batch.flush();
    const start = batch.used;
    const read = readSync(descriptor, batch.buffer, start, bufferSize - start, null);
    if (read === 0) break;
    batch.used += read;
    digester.update(batch.buffer.subarray(start, batch.used));
    if (digester.size > file.size) throw changedWhileRead(file.path);
  }
  if (digester.size !== file.size) throw changedWhileRead(file.path);
  return digester.digest();
}
