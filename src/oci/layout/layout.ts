import { join } from 'node:path';
import {
  type Cancellable,
  type ContentSource,
  type Deleter,
  type Descriptor,
  type Digest,
  type DigestAlgorithm,
  type FileHolder,
  isDigest,
  isManifestType,
  isTag,
  SkillsError,
  type StagedUpload,
  type Stager,
  type TaggedPusher,
  type Target,
  toSkillsError,
  type Untagger,
} from '../../core/index.ts';
import { BlobStore } from './blob-store.ts';
import { uploadsFolder } from './constants.ts';
import { LayoutIndex } from './layout-index.ts';
import { LayoutReader } from './reader.ts';
import { UploadFolder, type UploadInfo } from './upload.ts';

export interface LayoutOptions {
  /** Whether content survives a loss of power once an operation is done (fsync). Default true. */
  readonly durable?: boolean;
}

type Powers = Deleter & Untagger & FileHolder & Stager & TaggedPusher;

/**
 * An OCI image layout (image-spec, image-layout.md): `oci-layout`, `index.json` and `blobs/<algorithm>/<hex>`.
 *
 * Any number of targets, in any number of processes, may work on one folder at the same time. A process that is killed
 * at any moment leaves a layout that verifies; what it had not finished stands in `.uploads/`.
 */
export class LayoutTarget extends LayoutReader<BlobStore> implements Target, Powers {
  readonly #index: LayoutIndex;
  readonly #uploads: UploadFolder;

  /** @param root the folder. */
  constructor(root: string, { durable = true }: LayoutOptions = {}) {
    const blobs = new BlobStore(root, durable);
    const index = new LayoutIndex(root, durable, () => blobs.syncFolders());
    super(root, blobs, index);
    this.#index = index;
    this.#uploads = new UploadFolder(blobs, join(root, uploadsFolder), () => index.create());
  }

  /** Whether something is under way that this object holds. */
  get busy(): boolean {
    return this.#index.busy || this.#uploads.busy;
  }

  async fileOf(descriptor: Descriptor): Promise<string | undefined> {
    return this.blobs.holds(descriptor) ? this.blobs.pathOf(descriptor.digest) : undefined;
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
    await this.putNamed(descriptor, content, tags, options);
  }

  /** {@link put} under names that need not be tags: whole references, in a layout of several repositories. */
  async putNamed(
    descriptor: Descriptor,
    content: ContentSource,
    names: readonly string[],
    options: Cancellable & { readonly beforeTag?: (() => Promise<void>) | undefined } = {},
  ): Promise<void> {
    try {
      if (!this.blobs.holds(descriptor)) await this.#write(descriptor, content, options);
      await options.beforeTag?.();
      await this.#enter(descriptor, names);
    } catch (error) {
      throw toSkillsError(error);
    }
  }

  async tag(descriptor: Descriptor, reference: string): Promise<void> {
    checkTag(reference);
    await this.name(descriptor, reference);
  }

  /** {@link tag} with a name that need not be a tag. */
  async name(descriptor: Descriptor, name: string): Promise<void> {
    await this.#index.change((state) => {
      this.blobs.require(descriptor.digest);
      if (!state.has(descriptor.digest)) this.blobs.touch(descriptor.digest);
      return state.tag(descriptor, name);
    });
  }

  async untag(reference: string): Promise<void> {
    if (isDigest(reference)) throw noTag(reference);
    await this.untagName(reference);
  }

  /** {@link untag} for a name that need not be a tag. */
  async untagName(name: string): Promise<void> {
    await this.#index.change((state) => {
      if (state.untag(name)) return true;
      throw new SkillsError('ERR_NOT_FOUND', `${this.root} has no tag "${name}"`);
    });
  }

  /** Takes a manifest out of index.json, with all its tags, before its file goes: nothing ever names what is gone. */
  async delete({ digest }: Descriptor): Promise<void> {
    if (this.#index.read().has(digest)) await this.#index.change((state) => state.remove(digest));
    else this.blobs.require(digest);
    this.blobs.remove(digest);
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

  async #enter(descriptor: Descriptor, names: readonly string[]): Promise<void> {
    const listed = isManifestType(descriptor.mediaType) || names.length > 0;
    if (!listed) return this.#index.create();
    if (names.length === 0 && this.#index.read().has(descriptor.digest)) return;
    await this.#index.change((state) => {
      if (!state.has(descriptor.digest)) this.blobs.touch(descriptor.digest);
      const added = state.add(descriptor);
      return names.reduce((changed, name) => state.tag(descriptor, name) || changed, added);
    });
  }
}

/** Opens an image layout folder; nothing is read or written yet. */
export function openLayout(dir: string, options: LayoutOptions = {}): LayoutTarget {
  return new LayoutTarget(dir, options);
}

function checkTag(reference: string): void {
  if (!isTag(reference)) throw noTag(reference);
}

function noTag(reference: string): SkillsError {
  return new SkillsError('ERR_REFERENCE_INVALID', `"${reference}" is not a tag`, {
    hint: 'a tag has 1 to 128 letters, digits, "_", "." and "-", and begins with none of the last two',
  });
}
