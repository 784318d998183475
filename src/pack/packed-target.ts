import {
  type ByteStream,
  type Descriptor,
  type Digest,
  type ReadOnlyTarget,
  type ReferenceFetcher,
  SkillsError,
  streamOf,
  verified,
} from '../core/index.ts';

/** Content that can be opened any number of times. */
export interface HeldContent {
  readonly descriptor: Descriptor;
  open(): ByteStream;
}

/** A Target of what was just packed: one manifest under its references, and what it names. */
export class PackedTarget implements ReadOnlyTarget, ReferenceFetcher {
  readonly #references: ReadonlySet<string>;
  readonly #manifest: Descriptor;
  readonly #manifestBytes: Uint8Array;
  readonly #contents: ReadonlyMap<Digest, HeldContent>;

  /** @param references what the manifest is found by, besides its digest. */
  constructor(
    manifest: Descriptor,
    manifestBytes: Uint8Array,
    contents: readonly HeldContent[],
    references: readonly string[],
  ) {
    this.#manifest = manifest;
    this.#manifestBytes = manifestBytes;
    this.#references = new Set([...references, manifest.digest]);
    const all = [...contents, { descriptor: manifest, open: () => streamOf(manifestBytes) }];
    this.#contents = new Map(all.map((content) => [content.descriptor.digest, content]));
  }

  async resolve(reference: string): Promise<Descriptor> {
    if (this.#references.has(reference)) return this.#manifest;
    const held = [...this.#references].join(', ');
    throw new SkillsError('ERR_NOT_FOUND', `"${reference}" was not packed; there is ${held}`);
  }

  async fetchReference(reference: string): Promise<{ descriptor: Descriptor; bytes: Uint8Array }> {
    return { descriptor: await this.resolve(reference), bytes: this.#manifestBytes };
  }

  async exists(descriptor: Descriptor): Promise<boolean> {
    return this.#contents.has(descriptor.digest);
  }

  async fetch(descriptor: Descriptor): Promise<ByteStream> {
    const content = this.#contents.get(descriptor.digest);
    if (content) return verified(content.open(), content.descriptor, 'the packed skill');
    throw new SkillsError('ERR_BLOB_UNKNOWN', `${descriptor.digest} is not in the packed skill`);
  }
}
