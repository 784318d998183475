import { randomUUID } from 'node:crypto';
import {
  constants,
  copyFileSync,
  createReadStream,
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type ByteStream,
  type Cancellable,
  type Descriptor,
  type Digest,
  digestAlgorithm,
  digestHex,
  makeFolder,
  SkillsError,
  streamOf,
  syncFolder,
  verified,
} from '../../core/index.ts';
import { BatchedFile } from './batched-file.ts';
import { batchBytes, blobsFolder, smallBlobBytes, uploadsFolder } from './constants.ts';
import type { LayoutBlobs } from './layout-blobs.types.ts';

/**
 * The blobs of a layout: `blobs/<algorithm>/<hex>`, each complete and checked from the moment that it has its name.
 *
 * The crash argument: content is written under another name in `.uploads/`, checked, fsynced, and only then renamed.
 * The rename itself may be lost with the power until `syncFolders`, which runs before index.json names the blob.
 */
export class BlobStore implements LayoutBlobs {
  readonly #root: string;
  readonly #durable: boolean;
  readonly #unsynced = new Set<string>();
  readonly #made = new Set<string>();

  constructor(root: string, durable: boolean) {
    this.#root = root;
    this.#durable = durable;
  }

  pathOf(digest: Digest): string {
    return join(this.#root, blobsFolder, digestAlgorithm(digest), digestHex(digest));
  }

  /** Bytes of a blob; undefined where it is not held. */
  sizeOf(digest: Digest): number | undefined {
    const stat = statSync(this.pathOf(digest), { throwIfNoEntry: false });
    return stat?.isFile() ? stat.size : undefined;
  }

  /** A file of another size than promised is not that content. Descriptors of foreign writers may say 0. */
  holds({ digest, size }: Descriptor): boolean {
    const held = this.sizeOf(digest);
    return held !== undefined && (held === size || size === 0);
  }

  read(digest: Digest): Uint8Array {
    return readFileSync(this.require(digest));
  }

  /** @throws SkillsError ERR_BLOB_UNKNOWN */
  open(descriptor: Descriptor): ByteStream {
    const path = this.require(descriptor.digest);
    const small = (this.sizeOf(descriptor.digest) ?? 0) <= smallBlobBytes;
    return verified(small ? readSmall(path) : readLarge(path), descriptor, path);
  }

  /** The bytes from `start` to `end`, inclusive. @throws SkillsError ERR_BLOB_UNKNOWN */
  openRange(descriptor: Descriptor, start: number, end: number): ByteStream {
    return readLarge(this.require(descriptor.digest), { start, end });
  }

  /** The file of a blob. @throws SkillsError ERR_BLOB_UNKNOWN */
  require(digest: Digest): string {
    if (this.sizeOf(digest) !== undefined) return this.pathOf(digest);
    throw new SkillsError('ERR_BLOB_UNKNOWN', `${this.#root} does not hold ${digest}`);
  }

  /** Stores content that is not held yet. @throws SkillsError ERR_DIGEST_MISMATCH; nothing is kept then. */
  async write(descriptor: Descriptor, content: ByteStream, { signal }: Cancellable = {}): Promise<void> {
    const file = new BatchedFile(this.newTemporary('.tmp'), 'wx');
    try {
      for await (const piece of verified(content, descriptor, 'the content that was pushed')) {
        signal?.throwIfAborted();
        file.write(piece);
      }
      file.flush();
      if (this.#durable) await file.sync();
      file.close();
      this.#moveIn(file.path, descriptor.digest);
    } catch (error) {
      file.close();
      rmSync(file.path, { force: true });
      throw error;
    }
  }

  /** Takes a checked file of this layout over as a blob; an existing blob is kept. The file is gone afterwards. */
  async adopt(path: string, digest: Digest): Promise<void> {
    if (this.#durable) {
      const file = new BatchedFile(path, 'a');
      try {
        await file.sync();
      } finally {
        file.close();
      }
    }
    this.#moveIn(path, digest);
  }

  /** Takes a blob file of another layout over: both names are one file where the file system can, as nobody changes it. */
  async link(from: string, digest: Digest): Promise<void> {
    try {
      linkSync(from, this.#place(digest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
      const temporary = this.newTemporary('.tmp');
      copyFileSync(from, temporary, constants.COPYFILE_FICLONE);
      await this.adopt(temporary, digest);
    }
  }

  /** False where it was not held. */
  remove(digest: Digest): boolean {
    if (this.sizeOf(digest) === undefined) return false;
    rmSync(this.pathOf(digest), { force: true });
    return true;
  }

  /** A content that somebody wrote, now or before, is about to be listed: its name must be durable first. */
  touch(digest: Digest): void {
    this.#unsynced.add(dirname(this.pathOf(digest)));
  }

  syncFolders(): void {
    if (this.#durable) for (const folder of this.#unsynced) syncFolder(folder);
    this.#unsynced.clear();
  }

  /** A new name in the folder of uploads, which is on the same file system as the blobs. */
  newTemporary(suffix = ''): string {
    return join(this.uploads(), `${randomUUID()}${suffix}`);
  }

  uploads(): string {
    return this.#make(join(this.#root, uploadsFolder));
  }

  #moveIn(path: string, digest: Digest): void {
    const target = this.#place(digest);
    if (statSync(target, { throwIfNoEntry: false })?.size === statSync(path).size) rmSync(path);
    else renameSync(path, target);
  }

  #place(digest: Digest): string {
    const path = this.pathOf(digest);
    this.#make(dirname(path));
    this.touch(digest);
    return path;
  }

  #make(folder: string): string {
    if (!this.#made.has(folder) || !statSync(folder, { throwIfNoEntry: false })) makeFolder(folder);
    this.#made.add(folder);
    return folder;
  }
}

async function* readSmall(path: string): ByteStream {
  yield* streamOf(readFileSync(path));
}

/** Opened when somebody reads, so that a stream that nobody reads leaves no open file. */
async function* readLarge(path: string, range: { start?: number; end?: number } = {}): ByteStream {
  yield* createReadStream(path, { highWaterMark: batchBytes, ...range });
}
