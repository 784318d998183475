import { closeSync, createReadStream, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ByteStream, type Digest, Digester, toSkillsError } from '../core/index.ts';

/** Content that was made here and can be read again and again, until it is disposed of. */
export interface Spool extends AsyncDisposable {
  readonly digest: Digest;
  readonly size: number;
  open(): ByteStream;
}

/** Content up to this size stays in memory. */
const largestInMemory = 8 * 1024 * 1024;
const pieceSize = 1 << 20;

/**
 * Collects content that is produced piece by piece: in memory while it is small, else in a temporary file. Pieces are
 * taken over before `push` returns.
 */
export class SpoolWriter {
  readonly #digester = new Digester();
  #pieces: Buffer[] = [];
  #file: SpoolFile | undefined;

  push(bytes: Uint8Array): void {
    this.#digester.update(bytes);
    if (this.#digester.size > largestInMemory && !this.#file) {
      this.#file = new SpoolFile();
      for (const piece of this.#pieces) this.#file.append(piece);
      this.#pieces = [];
    }
    if (this.#file) this.#file.append(bytes);
    else this.#pieces.push(Buffer.from(bytes));
  }

  end(): Spool {
    const { size } = this.#digester;
    return { ...(this.#file?.open(size) ?? inMemory(this.#pieces)), size, digest: this.#digester.digest() };
  }

  /** Lets go of everything, after a failure. */
  abort(): void {
    this.#file?.close();
  }
}

function inMemory(pieces: readonly Buffer[]): Omit<Spool, 'size' | 'digest'> {
  const bytes = Buffer.concat(pieces);
  return {
    async *open() {
      yield bytes;
    },
    async [Symbol.asyncDispose]() {},
  };
}

class SpoolFile {
  readonly #folder = mkdtempSync(join(tmpdir(), 'skills-pack-'));
  readonly #path = join(this.#folder, 'layer');
  readonly #descriptor = openSync(this.#path, 'wx+', 0o600);
  #closed = false;

  constructor() {
    // Without a name it goes away with the process, however that ends. Windows keeps names of open files.
    if (process.platform !== 'win32') rmSync(this.#folder, { recursive: true, force: true });
  }

  append(bytes: Uint8Array): void {
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#descriptor, bytes, written);
    } catch (error) {
      throw toSkillsError(error);
    }
  }

  open(size: number): Omit<Spool, 'size' | 'digest'> {
    return {
      open: () =>
        createReadStream('', {
          fd: this.#descriptor,
          autoClose: false,
          start: 0,
          end: size - 1,
          highWaterMark: pieceSize,
        }),
      [Symbol.asyncDispose]: async () => this.close(),
    };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#descriptor);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
