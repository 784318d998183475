import {
  type Cancellable,
  type Changer,
  type ContentSource,
  type Deleter,
  type Descriptor,
  type Digest,
  isManifestType,
  SkillsError,
  type TaggedPusher,
  type Target,
  toSkillsError,
  type Untagger,
} from '../../core/index.ts';
import type { LayoutTarget } from '../layout/layout.ts';
import { LayoutReader } from '../layout/reader.ts';
import { TarBlobs } from './blobs.ts';
import { TarContents } from './contents.ts';
import { Staging } from './staging.ts';
import { writeArchive } from './write.ts';

/**
 * An OCI image layout in a tar file, as `oras backup`, `skopeo copy … oci-archive:` and `docker save` write it. It is read
 * where it lies, without being unpacked.
 *
 * A change stages what is new in a folder beside it and then writes the whole tar anew under another name, which is
 * renamed at the end: nobody sees a part of it, and after a failure what was there is there. So several changes belong
 * into one {@link change}; each one outside of it writes the tar once.
 */
export class ArchiveTarget
  extends LayoutReader<TarBlobs>
  implements Target, Changer<LayoutTarget>, Deleter, Untagger, TaggedPusher
{
  readonly #contents: TarContents;
  /** What was pushed by itself and is in no tar yet. */
  readonly #unnamed = new Set<Digest>();
  #staging: Staging | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** @param file its path; the first change makes it. */
  constructor(file: string) {
    const contents = new TarContents(file);
    super(file, new TarBlobs(file, () => contents.places()), contents);
    this.#contents = contents;
  }

  /**
   * Makes any number of changes at once: `work` gets a layout with all that is in the tar, and what that holds afterwards
   * the tar holds too. Where `work` fails nothing changes.
   *
   * @throws SkillsError ERR_CONFLICT where somebody else changed the file meanwhile
   */
  change<T>(work: (layout: LayoutTarget) => Promise<T>, options: Cancellable = {}): Promise<T> {
    return this.#stage(
      async (staging) => {
        const before = staging.state.format();
        const result = await work(staging);
        if (!this.present || staging.state.format() !== before) await this.#commit(staging, options);
        this.#release();
        return result;
      },
      () => this.#begin(options),
    );
  }

  /**
   * As {@link change}, but what the tar held before is not in it afterwards.
   *
   * @throws SkillsError ERR_FILE_INVALID where the file is something else than a layout's tar: that is not replaced
   */
  replace<T>(work: (layout: LayoutTarget) => Promise<T>, options: Cancellable = {}): Promise<T> {
    const empty = async () => {
      this.#contents.read();
      this.#drop();
      return Staging.begin(this.root, this.#contents, undefined, options);
    };
    return this.#stage(async (staging) => {
      await staging.create();
      const result = await work(staging);
      await this.#commit(staging, options);
      this.#drop();
      return result;
    }, empty);
  }

  /** What is no manifest is only staged: it goes into the tar with the manifest that names it. */
  async push(descriptor: Descriptor, content: ContentSource, options: Cancellable = {}): Promise<void> {
    const push = (layout: LayoutTarget) => layout.push(descriptor, content, options);
    if (isManifestType(descriptor.mediaType)) return this.change(push, options);
    await this.#stage(push, () => this.#begin(options));
    this.#unnamed.add(descriptor.digest);
  }

  async put(
    descriptor: Descriptor,
    content: ContentSource,
    tags: readonly string[],
    options: Cancellable & { readonly beforeTag?: (() => Promise<void>) | undefined } = {},
  ): Promise<void> {
    await this.change((layout) => layout.put(descriptor, content, tags, options), options);
  }

  /** As {@link LayoutTarget.putNamed}. */
  async putNamed(
    descriptor: Descriptor,
    content: ContentSource,
    names: readonly string[],
    options: Cancellable & { readonly beforeTag?: (() => Promise<void>) | undefined } = {},
  ): Promise<void> {
    await this.change((layout) => layout.putNamed(descriptor, content, names, options), options);
  }

  /** As {@link LayoutTarget.name}. */
  async name(descriptor: Descriptor, name: string): Promise<void> {
    await this.change((layout) => layout.name(descriptor, name));
  }

  /** As {@link LayoutTarget.untagName}. */
  async untagName(name: string): Promise<void> {
    await this.change((layout) => layout.untagName(name));
  }

  async tag(descriptor: Descriptor, reference: string, options: Cancellable = {}): Promise<void> {
    await this.change((layout) => layout.tag(descriptor, reference), options);
  }

  async untag(reference: string, options: Cancellable = {}): Promise<void> {
    await this.change((layout) => layout.untag(reference), options);
  }

  async delete(descriptor: Descriptor, options: Cancellable = {}): Promise<void> {
    await this.change((layout) => layout.delete(descriptor), options);
  }

  override async exists(descriptor: Descriptor): Promise<boolean> {
    return (await super.exists(descriptor)) || ((await this.#staging?.exists(descriptor)) ?? false);
  }

  /** Works in the staging folder, one after the other; a failure throws away all that is staged. */
  #stage<T>(work: (staging: Staging) => Promise<T>, begin: () => Promise<Staging>): Promise<T> {
    const mine = this.#last.then(async () => {
      try {
        this.#staging = await begin();
        return await work(this.#staging);
      } catch (error) {
        this.#drop();
        throw toSkillsError(error);
      }
    });
    this.#last = mine.catch(() => {});
    return mine;
  }

  /** The staging folder that is there, or a new one with what is in the tar. */
  async #begin(options: Cancellable): Promise<Staging> {
    return this.#staging ?? Staging.begin(this.root, this.#contents, this.blobs, options);
  }

  async #commit(staging: Staging, options: Cancellable): Promise<void> {
    if (staging.stamp !== this.#contents.stamp) throw changedMeanwhile(this.root);
    for (const digest of await writeArchive(this.root, staging, options)) this.#unnamed.delete(digest);
    staging.stamp = this.#contents.stamp;
  }

  /** Content that no manifest names so far waits for one. */
  #release(): void {
    if (this.#unnamed.size === 0) this.#drop();
  }

  #drop(): void {
    this.#staging?.remove();
    this.#staging = undefined;
    this.#unnamed.clear();
  }
}

function changedMeanwhile(file: string): SkillsError {
  return new SkillsError(
    'ERR_CONFLICT',
    `${file} was changed by somebody else meanwhile; it was left as they made it`,
    {
      hint: 'run the command again',
    },
  );
}
