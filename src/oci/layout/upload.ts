import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ByteStream,
  type Descriptor,
  type Digest,
  type DigestAlgorithm,
  Digester,
  digestAlgorithm,
  mediaTypes,
  SkillsError,
  type StagedUpload,
  TrustError,
  toSkillsError,
} from '../../core/index.ts';
import { BatchedFile } from './batched-file.ts';
import type { BlobStore } from './blob-store.ts';
import { hashFile } from './hash-file.ts';

const uploadPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether the text can be the id of an upload; only such ids become file names. */
function isUploadId(text: string): boolean {
  return uploadPattern.test(text);
}

interface UploadHooks {
  /** The upload is over, either way. */
  ended(id: string): void;
  /** A blob came in. */
  committed(): Promise<void>;
}

/** Where an upload stands, as its file tells. */
export interface UploadInfo {
  readonly id: string;
  readonly size: number;
  /** Milliseconds since 1970, of the last byte. */
  readonly modified: number;
}

/**
 * An upload as a file `.uploads/<id>`. The digest is computed as the bytes come; when the process that received them is
 * gone, the next one reads the file again at the end.
 */
export class LayoutUpload implements StagedUpload {
  readonly id: string;
  readonly #path: string;
  readonly #blobs: BlobStore;
  readonly #hooks: UploadHooks;
  #digester: Digester | undefined;
  #offset: number;
  #busy = false;

  constructor(blobs: BlobStore, id: string, digester: Digester | undefined, hooks: UploadHooks) {
    this.id = id;
    this.#blobs = blobs;
    this.#path = join(blobs.uploads(), id);
    this.#digester = digester;
    this.#hooks = hooks;
    this.#offset = statSync(this.#path).size;
  }

  get offset(): number {
    return this.#offset;
  }

  /**
   * What came before a broken connection is kept, and `offset` tells how much.
   *
   * @throws SkillsError ERR_BUSY while another append is under way.
   */
  async append(content: ByteStream): Promise<void> {
    await this.#alone(async () => {
      const file = new BatchedFile(this.#path, 'a');
      try {
        for await (const piece of content) {
          file.write(piece);
          this.#digester?.update(piece);
        }
      } finally {
        this.#settle(file);
      }
    });
  }

  /** @throws SkillsError ERR_DIGEST_MISMATCH; the upload is dropped then, for its bytes cannot become right. */
  async commit(digest: Digest): Promise<Descriptor> {
    return this.#alone(async () => {
      const actual = await this.#digest(digestAlgorithm(digest));
      if (actual !== digest) {
        this.#drop();
        throw new TrustError(
          'ERR_DIGEST_MISMATCH',
          `the content that was uploaded has the digest ${actual}, not ${digest}`,
          {
            hint: 'upload it again; nothing of it was kept',
            data: { expected: digest, actual },
          },
        );
      }
      const size = this.#offset;
      await this.#blobs.adopt(this.#path, digest);
      this.#hooks.ended(this.id);
      await this.#hooks.committed();
      return { mediaType: mediaTypes.octetStream, digest, size };
    });
  }

  async abort(): Promise<void> {
    this.#drop();
  }

  #drop(): void {
    rmSync(this.#path, { force: true });
    this.#hooks.ended(this.id);
  }

  async #digest(algorithm: DigestAlgorithm): Promise<Digest> {
    if (this.#digester?.algorithm !== algorithm || this.#digester.size !== this.#offset) {
      return hashFile(this.#path, algorithm);
    }
    const digest = this.#digester.digest();
    this.#digester = undefined;
    return digest;
  }

  /** What the file holds rules: after a full disk the digester may have seen more. */
  #settle(file: BatchedFile): void {
    try {
      file.flush();
    } finally {
      file.close();
      this.#offset = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
      if (this.#digester?.size !== this.#offset) this.#digester = undefined;
    }
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#busy) throw new SkillsError('ERR_BUSY', `the upload ${this.id} is being written by another request`);
    this.#busy = true;
    try {
      return await work();
    } catch (error) {
      throw toSkillsError(error);
    } finally {
      this.#busy = false;
    }
  }
}

/** The uploads of a layout: those of this process, and the files that others left. */
export class UploadFolder {
  readonly #blobs: BlobStore;
  readonly #folder: string;
  readonly #open = new Map<string, LayoutUpload>();
  readonly #hooks: UploadHooks;

  constructor(blobs: BlobStore, folder: string, committed: () => Promise<void>) {
    this.#blobs = blobs;
    this.#folder = folder;
    this.#hooks = { ended: (id) => this.#open.delete(id), committed };
  }

  get busy(): boolean {
    return this.#open.size > 0;
  }

  start(algorithm: DigestAlgorithm): LayoutUpload {
    const path = this.#blobs.newTemporary();
    new BatchedFile(path, 'wx').close();
    return this.#hold(path.slice(-36), new Digester(algorithm));
  }

  find(id: string): LayoutUpload | undefined {
    if (!isUploadId(id)) return undefined;
    const known = this.#open.get(id);
    const there = statSync(join(this.#folder, id), { throwIfNoEntry: false })?.isFile();
    if (!there) this.#open.delete(id);
    return there ? (known ?? this.#hold(id, undefined)) : undefined;
  }

  list(): UploadInfo[] {
    return this.#files()
      .filter(isUploadId)
      .flatMap((id) => {
        const stat = statSync(join(this.#folder, id), { throwIfNoEntry: false });
        return stat ? [{ id, size: stat.size, modified: stat.mtimeMs }] : [];
      });
  }

  /** Removes what nobody wrote to for `age` milliseconds, temporary files of killed processes too; tells how many. */
  expire(age: number): number {
    const before = Date.now() - age;
    const old = this.#files().filter((name) => {
      const stat = statSync(join(this.#folder, name), { throwIfNoEntry: false });
      return stat !== undefined && stat.mtimeMs <= before;
    });
    for (const name of old) {
      rmSync(join(this.#folder, name), { force: true });
      this.#open.delete(name);
    }
    return old.length;
  }

  #hold(id: string, digester: Digester | undefined): LayoutUpload {
    const upload = new LayoutUpload(this.#blobs, id, digester, this.#hooks);
    this.#open.set(id, upload);
    return upload;
  }

  #files(): string[] {
    try {
      return readdirSync(this.#folder);
    } catch {
      return []; // no upload was ever made here
    }
  }
}
