import { type Descriptor, type Digest, isDigest, isTag, parseDescriptor, SkillsError } from '../../core/index.ts';
import { refNameAnnotation } from './constants.ts';

interface IndexDocument {
  readonly head: Readonly<Record<string, unknown>>;
  readonly entries: readonly Descriptor[];
}

/**
 * What an index.json lists, held so that every question and every change takes the same time whatever its length.
 *
 * One entry for each tag; a manifest without a tag has one entry of its own, so that it stays reachable.
 */
export class IndexState {
  readonly #head: Readonly<Record<string, unknown>>;
  readonly #entries = new Set<Descriptor>();
  readonly #byTag = new Map<string, Descriptor>();
  readonly #byDigest = new Map<Digest, Set<Descriptor>>();
  readonly #texts = new WeakMap<Descriptor, string>();
  #sortedTags: readonly string[] | undefined;

  constructor({ head, entries }: IndexDocument = { head: {}, entries: [] }) {
    this.#head = head;
    for (const entry of entries) this.#put(entry);
  }

  /** @throws SkillsError ERR_FILE_INVALID naming `file`. */
  static parse(text: string, file: string): IndexState {
    try {
      const { manifests, ...head } = JSON.parse(text) as Record<string, unknown>;
      if (!Array.isArray(manifests)) throw new Error('"manifests" is not a list');
      return new IndexState({ head, entries: manifests.map((item, at) => parseDescriptor(item, `manifests[${at}]`)) });
    } catch (cause) {
      throw new SkillsError(
        'ERR_FILE_INVALID',
        `${file}: is no index of an image layout: ${(cause as Error).message}`,
        {
          cause,
          hint: 'restore the file, or remove the folder and fill it again',
          data: { file },
        },
      );
    }
  }

  /** What a tag (or a full reference name that another tool wrote), or a listed digest, stands for. */
  find(reference: string): Descriptor | undefined {
    const tagged = this.#byTag.get(reference);
    if (tagged || !isDigest(reference)) return tagged;
    return this.#byDigest.get(reference)?.values().next().value;
  }

  has(digest: Digest): boolean {
    return this.#byDigest.has(digest);
  }

  /** Every manifest that is listed, once. */
  *manifests(): Generator<Descriptor> {
    for (const entries of this.#byDigest.values()) yield* entries.values().take(1);
  }

  entries(): Iterable<Descriptor> {
    return this.#entries;
  }

  /** Tags in byte order (distribution-spec, "Listing Tags"); names that are no tags are left out. */
  tags(): readonly string[] {
    this.#sortedTags ??= [...this.#byTag.keys()].filter(isTag).sort();
    return this.#sortedTags;
  }

  /** Everything that an entry is called by, tags and other names, in byte order. */
  names(): readonly string[] {
    return [...this.#byTag.keys()].sort();
  }

  /** Lists a manifest; true if it was not listed before. */
  add(descriptor: Descriptor): boolean {
    if (this.has(descriptor.digest)) return false;
    this.#put(asEntry(descriptor));
    return true;
  }

  /** Lets `tag` stand for the manifest; true if it did not before. The one that it stood for stays listed. */
  tag(descriptor: Descriptor, tag: string): boolean {
    const previous = this.#byTag.get(tag);
    if (previous?.digest === descriptor.digest) return false;
    if (previous) this.untag(tag);
    for (const entry of this.#byDigest.get(descriptor.digest) ?? []) if (tagOf(entry) === undefined) this.#drop(entry);
    this.#put(asEntry(descriptor, tag));
    return true;
  }

  /** Takes a tag away; its manifest stays listed. False if there is no such tag. */
  untag(tag: string): boolean {
    const entry = this.#byTag.get(tag);
    if (!entry) return false;
    this.#drop(entry);
    this.add(entry);
    return true;
  }

  /** Takes a manifest and all its tags away; false if it is not listed. */
  remove(digest: Digest): boolean {
    const entries = [...(this.#byDigest.get(digest) ?? [])];
    for (const entry of entries) this.#drop(entry);
    return entries.length > 0;
  }

  /** The same, its entries in the order of their names and digests. */
  sorted(): IndexState {
    const keyed = [...this.#entries].map((entry) => ({ entry, key: `${tagOf(entry) ?? ''}\0${entry.digest}` }));
    keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
    return new IndexState({ head: this.#head, entries: keyed.map(({ entry }) => entry) });
  }

  /** The text of index.json, one entry a line: entries that did not change keep their text. */
  format(): string {
    const { schemaVersion = 2, mediaType = 'application/vnd.oci.image.index.v1+json', ...rest } = this.#head;
    const head = JSON.stringify({ schemaVersion, mediaType, ...rest }).slice(0, -1);
    const lines = [...this.#entries].map((entry) => this.#textOf(entry));
    return `${head},"manifests":[${lines.length > 0 ? `\n${lines.join(',\n')}\n` : ''}]}\n`;
  }

  #textOf(entry: Descriptor): string {
    const known = this.#texts.get(entry);
    if (known !== undefined) return known;
    const text = JSON.stringify(entry);
    this.#texts.set(entry, text);
    return text;
  }

  #put(entry: Descriptor): void {
    this.#entries.add(entry);
    const tag = tagOf(entry);
    if (tag !== undefined) this.#byTag.set(tag, entry);
    if (tag !== undefined) this.#sortedTags = undefined;
    const same = this.#byDigest.get(entry.digest);
    if (same) same.add(entry);
    else this.#byDigest.set(entry.digest, new Set([entry]));
  }

  #drop(entry: Descriptor): void {
    this.#entries.delete(entry);
    const tag = tagOf(entry);
    if (tag !== undefined && this.#byTag.delete(tag)) this.#sortedTags = undefined;
    const same = this.#byDigest.get(entry.digest);
    same?.delete(entry);
    if (same?.size === 0) this.#byDigest.delete(entry.digest);
  }
}

function tagOf(entry: Descriptor): string | undefined {
  return entry.annotations?.[refNameAnnotation];
}

/** The descriptor without the tag that index.json gave it. */
export function withoutTag(entry: Descriptor): Descriptor {
  return asEntry(entry);
}

/** What is kept of a descriptor in index.json: not `data`, which would copy the manifest into it. */
function asEntry(descriptor: Descriptor, tag?: string): Descriptor {
  const { mediaType, digest, size, artifactType, platform } = descriptor;
  const { [refNameAnnotation]: _, ...others } = descriptor.annotations ?? {};
  const annotations = tag === undefined ? others : { ...others, [refNameAnnotation]: tag };
  return {
    mediaType,
    digest,
    size,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(platform === undefined ? {} : { platform }),
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
  };
}
