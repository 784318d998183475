import { closeSync, fsync, ftruncateSync, openSync, writevSync } from 'node:fs';
import { promisify } from 'node:util';
import { batchBytes } from './constants.ts';

const fsyncFile = promisify(fsync);

/**
 * A file that is written from its end on, 1 MiB at a time, without copying the pieces together.
 *
 * Writes are synchronous (into the page cache, faster than a trip to the thread pool); only fsync, which waits for the
 * device, is not, so that many files are made durable together.
 */
export class BatchedFile {
  readonly path: string;
  #descriptor: number;
  #pieces: Uint8Array[] = [];
  #pending = 0;

  /** @param flags `wx` for a new file, `a` to go on with one. */
  constructor(path: string, flags: 'wx' | 'a') {
    this.path = path;
    this.#descriptor = openSync(path, flags, 0o644);
  }

  /** The piece must not be changed afterwards: it is written later. */
  write(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#pending += piece.byteLength;
    if (this.#pending >= batchBytes) this.flush();
  }

  flush(): void {
    let pieces = this.#pieces;
    let left = this.#pending;
    this.#pieces = [];
    this.#pending = 0;
    while (left > 0) {
      const written = writevSync(this.#descriptor, pieces);
      left -= written;
      if (left > 0) pieces = [Buffer.concat(pieces).subarray(written)];
    }
  }

  /** Cuts the file to `size` bytes and forgets what was not written yet. */
  truncate(size: number): void {
    this.#pieces = [];
    this.#pending = 0;
    ftruncateSync(this.#descriptor, size);
  }

  async sync(): Promise<void> {
    await fsyncFile(this.#descriptor);
  }

  /** May be called again: a descriptor number that was given back must not be closed twice. */
  close(): void {
    if (this.#descriptor < 0) return;
    closeSync(this.#descriptor);
    this.#descriptor = -1;
  }
}
