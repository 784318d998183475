import {
  type ByteStream,
  type Descriptor,
  type Digest,
  fetchBytes,
  isDigest,
  isManifestType,
  limits,
  manifestTypeOf,
  mediaTypes,
  type RangeFetcher,
  type ReadOnlyTarget,
  type ReferenceFetcher,
  type ReferrerLister,
  SkillsError,
  type TagLister,
} from '../../core/index.ts';
import { type IndexState, withoutTag } from './index-state.ts';
import type { LayoutBlobs } from './layout-blobs.types.ts';
import { ReferrerIndex } from './referrers.ts';

/** What an index.json lists, as it is now. */
interface LayoutList {
  /** Whether there is a layout at all. */
  readonly present: boolean;
  /** @throws SkillsError ERR_FILE_INVALID */
  read(): IndexState;
}

/** An image layout as it is read, in a folder or in a tar. */
export class LayoutReader<Blobs extends LayoutBlobs = LayoutBlobs>
  implements ReadOnlyTarget, ReferenceFetcher, ReferrerLister, TagLister, RangeFetcher
{
  /** The folder or file. */
  readonly root: string;
  protected readonly blobs: Blobs;
  protected readonly list: LayoutList;
  readonly #referrers: ReferrerIndex;

  constructor(root: string, blobs: Blobs, list: LayoutList) {
    this.root = root;
    this.blobs = blobs;
    this.list = list;
    this.#referrers = new ReferrerIndex(blobs);
  }

  /** Whether there is a layout here; in a folder the first write makes one. */
  get present(): boolean {
    return this.list.present;
  }

  async resolve(reference: string): Promise<Descriptor> {
    const descriptor = this.find(reference);
    if (descriptor) return descriptor;
    const why = this.present ? '' : ': there is no image layout at this place';
    throw new SkillsError('ERR_NOT_FOUND', `${this.root} has no "${reference}"${why}`, {
      hint: this.present ? 'list what is there by its tags' : 'check the path',
    });
  }

  /** {@link resolve}, at once and without an error. Content that index.json does not list is found by digest too. */
  find(reference: string): Descriptor | undefined {
    const entry = this.list.read().find(reference);
    if (entry) return withoutTag(entry);
    return isDigest(reference) ? this.#describe(reference) : undefined;
  }

  /** A manifest counts as held only where it is listed: else a push that was cut off would never be finished. */
  async exists(descriptor: Descriptor): Promise<boolean> {
    if (!this.blobs.holds(descriptor)) return false;
    return !isManifestType(descriptor.mediaType) || this.list.read().has(descriptor.digest);
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

  /** Bytes of content that is held; undefined where it is not. */
  sizeOf(digest: Digest): number | undefined {
    return this.blobs.sizeOf(digest);
  }

  async *tags(): AsyncGenerator<string> {
    yield* this.tagNames();
  }

  /** Every tag, in byte order. */
  tagNames(): readonly string[] {
    return this.list.read().tags();
  }

  /** Every name, in byte order: tags, and whole references (`ghcr.io/acme/pdf:1.0.0`) in a layout of several repositories. */
  names(): readonly string[] {
    return this.list.read().names();
  }

  async *referrers(subject: Descriptor, artifactType?: string): AsyncGenerator<Descriptor> {
    yield* this.referrersOf(subject.digest, artifactType);
  }

  /** What {@link referrers} lists, at once. */
  referrersOf(subject: Digest, artifactType?: string): Descriptor[] {
    return this.#referrers.find(this.list.read(), subject, artifactType);
  }

  /** A child of an index is not listed by other tools; only its content tells what it is. */
  #describe(digest: Digest): Descriptor | undefined {
    const size = this.blobs.sizeOf(digest);
    if (size === undefined) return undefined;
    const mediaType = size <= limits.manifestBytes ? peekType(this.blobs.read(digest)) : undefined;
    return { mediaType: mediaType ?? mediaTypes.octetStream, digest, size };
  }
}

function peekType(bytes: Uint8Array): string | undefined {
  if (bytes[0] !== 0x7b) return undefined; // "{"
  try {
    const type = manifestTypeOf(bytes);
    return isManifestType(type) ? type : undefined;
  } catch {
    return undefined;
  }
}
