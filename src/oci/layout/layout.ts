import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ByteStream,
  type Cancellable,
  type ContentSource,
  type Deleter,
  type Descriptor,
  type Digest,
  type DigestAlgorithm,
  type FileHolder,
  fetchBytes,
  isDigest,
  isManifestType,
  isTag,
  limits,
  manifestTypeOf,
  mediaTypes,
  type RangeFetcher,
  type ReferenceFetcher,
  type ReferrerLister,
  SkillsError,
  type StagedUpload,
  type Stager,
  type TaggedPusher,
  type TagLister,
  type Target,
  toSkillsError,
  type Untagger,
} from '../../core/index.ts';
import { BlobStore } from './blob-store.ts';
import { uploadsFolder } from './constants.ts';
import { withoutTag } from './index-state.ts';
import { LayoutIndex } from './layout-index.ts';
import { ReferrerIndex } from './referrers.ts';
import { UploadFolder, type UploadInfo } from './upload.ts';

export interface LayoutOptions {
  /** Whether content survives a loss of power once an operation is done (fsync). Default true. */
  readonly durable?: boolean;
}

type Powers = ReferenceFetcher &
  ReferrerLister &
  TagLister &
  Deleter &
  Untagger &
  RangeFetcher &
  FileHolder &
  Stager &
  TaggedPusher;

/**
 * An OCI image layout (image-spec, image-layout.md): `oci-layout`, `index.json` and `blobs/<algorithm>/<hex>`.
 *
 * Any number of targets, in any number of processes, may work on one folder at the same time. A process that is killed
 * at any moment leaves a layout that verifies; what it had not finished stands in `.uploads/`.
 */
export class LayoutTarget implements Target, Powers {
  /** The folder. */
  readonly root: string;
  protected readonly blobs: BlobStore;
  readonly #index: LayoutIndex;
  readonly #referrers: ReferrerIndex;
  readonly #uploads: UploadFolder;

  constructor(root: string, { durable = true }: LayoutOptions = {}) {
    this.root = root;
    this.blobs = new BlobStore(root, durable);
    this.#index = new LayoutIndex(root, durable, () => this.blobs.syncFolders());
    this.#referrers = new ReferrerIndex(this.blobs);
    this.#uploads = new UploadFolder(this.blobs, join(root, uploadsFolder), () => this.#index.create());
  }

  /** Whether there is a layout in the folder; the first write makes one. */
  get present(): boolean {
    return this.#index.present;
  }

  /** Whether something is under way that this object holds. */
  get busy(): boolean {
    return this.#index.busy || this.#uploads.busy;
  }

  async resolve(reference: string): Promise<Descriptor> {
    const descriptor = this.find(reference);
    if (descriptor) return descriptor;
    throw new SkillsError('ERR_NOT_FOUND', `${this.root} has no "${reference}"`, {
      hint: this.present ? 'list what is there by its tags' : 'there is no image layout in this folder',
    });
  }

  /** {@link resolve}, at once and without an error. Content that index.json does not list is found by digest too. */
  find(reference: string): Descriptor | undefined {
    const entry = this.#index.read().find(reference);
    if (entry) return withoutTag(entry);
    return isDigest(reference) ? this.#describe(reference) : undefined;
  }

  /** A manifest counts as held only where it is listed: else a push that was cut off would never be finished. */
  async exists(descriptor: Descriptor): Promise<boolean> {
    if (!this.blobs.holds(descriptor)) return false;
    return !isManifestType(descriptor.mediaType) || this.#index.read().has(descriptor.digest);
  }

  async fetch(descriptor: Descriptor): Promise<ByteStream> {
    return this.blobs.open(descriptor);
  }

  async fetchRange(descriptor: Descriptor, start: number, end: number): Promise<ByteStream> {
    return this.blobs.openRange(descriptor, start, end);
  }

  async fetchReference(reference: string): Promise<{ descriptor: Descriptor; bytes: Uint8Array }> {
    const descriptor = await this.resolve(reference);
    return { descriptor, bytes: await fetchBytes(this, descriptor) };
  }

  async fileOf(descriptor: Descriptor): Promise<string | undefined> {
    return this.blobs.holds(descriptor) ? this.blobs.pathOf(descriptor.digest) : undefined;
  }

  /** Bytes of content that is held; undefined where it is not. */
  sizeOf(digest: Digest): number | undefined {
    return this.blobs.sizeOf(digest);
  }

  /** Where content lies, or would lie. */
  pathOf(digest: Digest): string {
    return this.blobs.pathOf(digest);
  }

  async push(descriptor: Descriptor, content: ContentSource, options: Cancellable = {}): Promise<void> {
    await this.put(descriptor, content, [], options);
  }

  /**
   * {@link push} and {@link tag} in one change of index.json, for any number of tags. What `beforeTag` throws leaves the
   * content unlisted, as a push that was cut off does.
   */
  async put(
    descriptor: Descriptor,
    content: ContentSource,
    tags: readonly string[],
    options: Cancellable & { readonly beforeTag?: (() => Promise<void>) | undefined } = {},
  ): Promise<void> {
    tags.forEach(checkTag);
    try {
      if (!this.blobs.holds(descriptor)) await this.#write(descriptor, content, options);
      await options.beforeTag?.();
      await this.#list(descriptor, tags);
    } catch (error) {
      throw toSkillsError(error);
    }
  }

  async tag(descriptor: Descriptor, reference: string): Promise<void> {
    checkTag(reference);
    await this.#index.change((state) => {
      this.blobs.require(descriptor.digest);
      if (!state.has(descriptor.digest)) this.blobs.touch(descriptor.digest);
      return state.tag(descriptor, reference);
    });
  }

  async untag(reference: string): Promise<void> {
    if (isDigest(reference)) throw noTag(reference);
    await this.#index.change((state) => {
      if (state.untag(reference)) return true;
      throw new SkillsError('ERR_NOT_FOUND', `${this.root} has no tag "${reference}"`);
    });
  }

  /** Takes a manifest out of index.json, with all its tags, before its file goes: nothing ever names what is gone. */
  async delete({ digest }: Descriptor): Promise<void> {
    if (this.#index.read().has(digest)) await this.#index.change((state) => state.remove(digest));
    else this.blobs.require(digest);
    this.blobs.remove(digest);
  }

  async *tags(): AsyncGenerator<string> {
    yield* this.tagNames();
  }

  /** Every tag, in byte order. */
  tagNames(): readonly string[] {
    return this.#index.read().tags();
  }

  async *referrers(subject: Descriptor, artifactType?: string): AsyncGenerator<Descriptor> {
    yield* this.referrersOf(subject.digest, artifactType);
  }

  /** What {@link referrers} lists, at once. */
  referrersOf(subject: Digest, artifactType?: string): Descriptor[] {
    return this.#referrers.find(this.#index.read(), subject, artifactType);
  }

  async stage(algorithm: DigestAlgorithm = 'sha256'): Promise<StagedUpload> {
    return this.#uploads.start(algorithm);
  }

  staged(id: string): StagedUpload | undefined {
    return this.#uploads.find(id);
  }

  /** Uploads that were begun and not ended, by this process or another. */
  uploads(): UploadInfo[] {
    return this.#uploads.list();
  }

  /** Removes uploads that got nothing for `age` milliseconds; tells how many. */
  expireUploads(age: number): number {
    return this.#uploads.expire(age);
  }

  /** Makes the folder a layout, empty if nothing is in it yet. */
  async create(): Promise<void> {
    await this.#index.create();
  }

  async #write(descriptor: Descriptor, content: ContentSource, options: Cancellable): Promise<void> {
    const write = async () => this.blobs.write(descriptor, await content(), options);
    await (isManifestType(descriptor.mediaType) ? this.#index.expect(write) : write());
  }

  async #list(descriptor: Descriptor, tags: readonly string[]): Promise<void> {
    const listed = isManifestType(descriptor.mediaType) || tags.length > 0;
    if (!listed) return this.#index.create();
    if (tags.length === 0 && this.#index.read().has(descriptor.digest)) return;
    await this.#index.change((state) => {
      if (!state.has(descriptor.digest)) this.blobs.touch(descriptor.digest);
      const added = state.add(descriptor);
      return tags.reduce((changed, tag) => state.tag(descriptor, tag) || changed, added);
    });
  }

  /** A child of an index is not listed by other tools; only its content tells what it is. */
  #describe(digest: Digest): Descriptor | undefined {
    const size = this.blobs.sizeOf(digest);
    if (size === undefined) return undefined;
    const mediaType = size <= limits.manifestBytes ? peekType(this.blobs.pathOf(digest)) : undefined;
    return { mediaType: mediaType ?? mediaTypes.octetStream, digest, size };
  }
}

/** Opens an image layout folder; nothing is read or written yet. */
export function openLayout(dir: string, options: LayoutOptions = {}): LayoutTarget {
  return new LayoutTarget(dir, options);
}

function peekType(path: string): string | undefined {
  const bytes = readFileSync(path);
  if (bytes[0] !== 0x7b) return undefined; // "{"
  try {
    const type = manifestTypeOf(bytes);
    return isManifestType(type) ? type : undefined;
  } catch {
    return undefined;
  }
}

function checkTag(reference: string): void {
  if (!isTag(reference)) throw noTag(reference);
}

function noTag(reference: string): SkillsError {
  return new SkillsError('ERR_REFERENCE_INVALID', `"${reference}" is not a tag`, {
    hint: 'a tag has 1 to 128 letters, digits, "_", "." and "-", and begins with none of the last two',
  });
}
