import {
  type ByteStream,
  type Cancellable,
  type ContentSource,
  checkAborted,
  checkReferenceKey,
  type Deleter,
  type Descriptor,
  type Digest,
  isDigest,
  isIndexType,
  isManifestType,
  parseIndex,
  parseManifest,
  type ReferenceFetcher,
  type ReferrerLister,
  readAll,
  SkillsError,
  streamOf,
  type TagLister,
  type Target,
  type Untagger,
  verified,
} from '../../core/index.ts';

interface Held {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/** Content held in memory: for tests, and for artifacts that are made and sent at once. */
export class MemoryTarget implements Target, ReferenceFetcher, ReferrerLister, TagLister, Deleter, Untagger {
  readonly #content = new Map<Digest, Held>();
  readonly #tags = new Map<string, Digest>();

  async resolve(reference: string, options: Cancellable = {}): Promise<Descriptor> {
    return (await this.fetchReference(reference, options)).descriptor;
  }

  async fetchReference(reference: string, { signal }: Cancellable = {}): Promise<Held> {
    checkAborted(signal);
    checkReferenceKey(reference);
    const held = this.#content.get(isDigest(reference) ? reference : (this.#tags.get(reference) ?? ('' as Digest)));
    if (!held) throw new SkillsError('ERR_NOT_FOUND', `memory does not hold ${reference}`);
    return held;
  }

  async exists({ digest }: Descriptor): Promise<boolean> {
    return this.#content.has(digest);
  }

  async fetch(descriptor: Descriptor, { signal }: Cancellable = {}): Promise<ByteStream> {
    checkAborted(signal);
    const held = this.#require(descriptor.digest);
    return verified(streamOf(held.bytes), descriptor, 'memory');
  }

  async push(descriptor: Descriptor, content: ContentSource, { signal }: Cancellable = {}): Promise<void> {
    checkAborted(signal);
    if (this.#content.has(descriptor.digest)) return;
    const bytes = await readAll(verified(await content(), descriptor, 'content for memory'), descriptor.size);
    const { mediaType, digest, size, artifactType, annotations } = descriptor;
    const kept = { ...(artifactType === undefined ? {} : { artifactType }), ...(annotations ? { annotations } : {}) };
    this.#content.set(digest, { descriptor: { mediaType, digest, size, ...kept }, bytes });
  }

  async tag(descriptor: Descriptor, reference: string): Promise<void> {
    if (isDigest(checkReferenceKey(reference))) {
      throw new SkillsError('ERR_REFERENCE_INVALID', `"${reference}" is a digest, not a tag`);
    }
    this.#tags.set(reference, this.#require(descriptor.digest).descriptor.digest);
  }

  async *referrers(subject: Descriptor, artifactType?: string): AsyncIterable<Descriptor> {
    for (const held of this.#content.values()) {
      const referrer = referrerOf(held, subject.digest);
      if (referrer && (artifactType === undefined || referrer.artifactType === artifactType)) yield referrer;
    }
  }

  async *tags(): AsyncIterable<string> {
    yield* [...this.#tags.keys()].sort();
  }

  async delete({ digest }: Descriptor): Promise<void> {
    this.#require(digest);
    this.#content.delete(digest);
    for (const [tag, tagged] of this.#tags) if (tagged === digest) this.#tags.delete(tag);
  }

  async untag(reference: string): Promise<void> {
    if (!this.#tags.delete(reference)) throw new SkillsError('ERR_NOT_FOUND', `memory has no tag ${reference}`);
  }

  #require(digest: Digest): Held {
    const held = this.#content.get(digest);
    if (!held) throw new SkillsError('ERR_BLOB_UNKNOWN', `memory does not hold ${digest}`);
    return held;
  }
}

function referrerOf({ descriptor, bytes }: Held, subject: Digest): Descriptor | undefined {
  if (!isManifestType(descriptor.mediaType)) return undefined;
  const document = isIndexType(descriptor.mediaType) ? parseIndex(bytes) : parseManifest(bytes);
  if (document.subject?.digest !== subject) return undefined;
  const { mediaType, digest, size } = descriptor;
  const artifactType = document.artifactType ?? ('config' in document ? document.config.mediaType : undefined);
  return {
    mediaType,
    digest,
    size,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(document.annotations === undefined ? {} : { annotations: document.annotations }),
  };
}
