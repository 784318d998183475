import { setImmediate } from 'node:timers/promises';
import { type Cancellable, type Digest, Digester, toSkillsError } from '../core/index.ts';
import type { FileRecord } from './files/content-digest.ts';
import { createGzipWriter } from './gzip/gzip-writer.ts';
import { type Spool, SpoolWriter } from './spool.ts';
import type { TarPlan } from './tar/plan.ts';
import { writeTar } from './tar/write.ts';

/** A tar.gz that was written, and the files in it in the order of their paths. */
export interface WrittenLayer {
  readonly spool: Spool;
  readonly files: readonly FileRecord[];
  /** Of the tar before it was compressed. */
  readonly diffId?: Digest;
}

export interface LayerOptions extends Cancellable {
  /** Whether the tar itself is hashed too: images state it (OCI image-spec, config.md, "Layer DiffID"). */
  readonly diffId?: boolean;
}

/** Signals and timers get their turn after this many bytes of synchronous work. */
const breathAfter = 16 * 1024 * 1024;

/** Writes the planned tar, compressed, each file being read once. @throws SkillsError ERR_IO, ERR_NOT_FOUND, ERR_INTERRUPTED */
export async function writeLayer(plan: TarPlan, { diffId, signal }: LayerOptions = {}): Promise<WrittenLayer> {
  const writer = new SpoolWriter();
  const digester = diffId ? new Digester() : undefined;
  const files: FileRecord[] = [];
  try {
    const gzip = await createGzipWriter(plan.length, (bytes) => writer.push(bytes));
    let sinceBreath = 0;
    for (const piece of writeTar(plan, (record) => files.push(record))) {
      digester?.update(piece);
      gzip.push(piece);
      sinceBreath += piece.length;
      if (sinceBreath < breathAfter) continue;
      sinceBreath = 0;
      await setImmediate();
      signal?.throwIfAborted();
    }
    gzip.end();
    return { spool: writer.end(), files, ...(digester ? { diffId: digester.digest() } : {}) };
  } catch (error) {
    writer.abort();
    throw toSkillsError(error);
  }
}
