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

/** A manifest, and what it is found by besides its digest. */
export interface HeldManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
  readonly references: readonly string[];
}

/** A Target of what was just packed: manifests under their references, and what they name. */
export class PackedTarget implements ReadOnlyTarget, ReferenceFetcher {
  readonly #manifests: readonly HeldManifest[];
  readonly #contents: ReadonlyMap<Digest, HeldContent>;

  constructor(manifests: readonly HeldManifest[], contents: readonly HeldContent[]) {
    this.#manifests = manifests;
    const held = manifests.map(({ descriptor, bytes }) => ({ descriptor, open: () => streamOf(bytes) }));
    this.#contents = new Map([...contents, ...held].map((content) => [content.descriptor.digest, content]));
  }

  async resolve(reference: string): Promise<Descriptor> {
    return this.#find(reference).descriptor;
  }

  async fetchReference(reference: string): Promise<{ descriptor: Descriptor; bytes: Uint8Array }> {
    const { descriptor, bytes } = this.#find(reference);
    return { descriptor, bytes };
  }

  #find(reference: string): HeldManifest {
    const found = this.#manifests.find(
      ({ descriptor, references }) => descriptor.digest === reference || references.includes(reference),
    );
    if (found) return found;
    const held = this.#manifests.flatMap(({ descriptor, references }) => [...references, descriptor.digest]).join(', ');
    throw new SkillsError('ERR_NOT_FOUND', `"${reference}" was not packed; there is ${held}`);
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
