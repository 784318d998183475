import {
  type ByteStream,
  type Cancellable,
  type ContentSource,
  checkReferenceKey,
  type Deleter,
  type Descriptor,
  type Digest,
  isDigest,
  isManifestType,
  isTag,
  limits,
  type Mounter,
  type RangeFetcher,
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
import { deleteBlob, getBlob, getBlobRange, headBlob, sizeOfBlob } from './blobs.ts';
import { deleteManifest, type Fetched, getManifest, hasManifest, headManifest, putManifest } from './manifests.ts';
import { askForContent, askForList, listFrom, type ReadPlaces } from './mirrors.ts';
import { readPages } from './pages.ts';
import { type Place, placeName } from './place.ts';
import { hasReferrersApi, listReferrers } from './referrers.ts';
import { addReferrer, removeReferrer, subjectOf } from './referrers-tag.ts';
import { pull } from './scopes.ts';
import { mountBlob, pushBlob, sendInOneStep, takesOneStep } from './upload.ts';
import type { Session } from './upload-session.ts';

/** Manifests kept to be tagged without asking for them again. */
const mostRecent = 8;

/** One repository of a registry, over HTTP. Made by `RemoteRegistry.repository`. */
export class RemoteRepository
  implements Target, ReferenceFetcher, ReferrerLister, TagLister, Deleter, Untagger, Mounter, RangeFetcher
{
  /** Host with port. */
  readonly registry: string;
  readonly name: string;
  readonly #place: Place;
  readonly #read: ReadPlaces;
  readonly #sessions = new Map<Digest, Session>();
  readonly #recent = new Map<Digest, Fetched>();

  /** @param read where it is read from; by default only from there where it is. */
  constructor(place: Place, read: ReadPlaces = { content: [place], lists: [place] }) {
    this.registry = place.client.settings.host;
    this.name = place.name;
    this.#place = place;
    this.#read = read;
  }

  toString(): string {
    return placeName(this.#place);
  }

  async resolve(reference: string, options: Cancellable = {}): Promise<Descriptor> {
    const key = checkReferenceKey(reference);
    const head = (place: Place) => headManifest(place, key, options);
    return isDigest(key) ? askForContent(this.#read.content, head) : askForList(this.#read.lists, head);
  }

  async fetchReference(reference: string, options: Cancellable = {}): Promise<Fetched> {
    const key = checkReferenceKey(reference);
    const get = (place: Place) => getManifest(place, key, options);
    const fetched = await (isDigest(key) ? askForContent(this.#read.content, get) : askForList(this.#read.lists, get));
    this.#remember(fetched);
    return fetched;
  }

  async exists(descriptor: Descriptor, options: Cancellable = {}): Promise<boolean> {
    if (isManifestType(descriptor.mediaType)) return hasManifest(this.#place, descriptor.digest, options);
    return (await headBlob(this.#place, descriptor, options)) !== undefined;
  }

  async fetch(descriptor: Descriptor, options: Cancellable = {}): Promise<ByteStream> {
    if (!isManifestType(descriptor.mediaType)) return getBlob(this.#read.content, descriptor, options);
    const { bytes } = await askForContent(this.#read.content, (place) =>
      getManifest(place, descriptor.digest, options, 'ERR_BLOB_UNKNOWN'),
    );
    return verified(streamOf(bytes), descriptor, `${this}@${descriptor.digest}`);
  }

  fetchRange(descriptor: Descriptor, start: number, end: number, options: Cancellable = {}): Promise<ByteStream> {
    return askForContent(this.#read.content, (place) => getBlobRange(place, descriptor, start, end, options));
  }

  /** The size of content that is held, in bytes: for descriptors that do not state it. @throws SkillsError ERR_BLOB_UNKNOWN */
  async fetchSize(descriptor: Descriptor, options: Cancellable = {}): Promise<number> {
    if (isManifestType(descriptor.mediaType)) return (await this.resolve(descriptor.digest, options)).size;
    return askForContent(this.#read.content, (place) => sizeOfBlob(place, descriptor, options));
  }

  takesAtOnce(descriptor: Descriptor): boolean {
    return !isManifestType(descriptor.mediaType) && takesOneStep(this.#place, descriptor);
  }

  /** False where the registry does not; what it began instead is used by the next `push` of the same content. */
  async pushAtOnce(descriptor: Descriptor, bytes: Uint8Array, options: Cancellable = {}): Promise<boolean> {
    const result = await sendInOneStep(this.#place, descriptor, bytes, options);
    if (result === true) return true;
    if (result) this.#sessions.set(descriptor.digest, result);
    return false;
  }

  /** Sends content without asking whether it is held: that is what `exists` is for. */
  async push(descriptor: Descriptor, content: ContentSource, options: Cancellable = {}): Promise<void> {
    if (isManifestType(descriptor.mediaType)) return this.#pushManifest(descriptor, content, options);
    const session = this.#sessions.get(descriptor.digest);
    this.#sessions.delete(descriptor.digest);
    await pushBlob(this.#place, descriptor, content, { ...options, session });
  }

  async tag(descriptor: Descriptor, reference: string, options: Cancellable = {}): Promise<void> {
    checkReferenceKey(reference);
    if (isDigest(reference)) throw new SkillsError('ERR_REFERENCE_INVALID', `"${reference}" is a digest, not a tag`);
    const { digest } = descriptor;
    const known = this.#recent.get(digest) ?? (await getManifest(this.#place, digest, options));
    this.#remember(known);
    await putManifest(this.#place, reference, known, options);
  }

  referrers(subject: Descriptor, artifactType?: string, options: Cancellable = {}): AsyncIterable<Descriptor> {
    return listFrom(this.#read.lists, (place) => listReferrers(place, subject, artifactType, options));
  }

  tags(options: Cancellable = {}): AsyncIterable<string> {
    return listFrom(this.#read.lists, (place) => listTags(place, options));
  }

  async delete(descriptor: Descriptor, options: Cancellable = {}): Promise<void> {
    if (!isManifestType(descriptor.mediaType)) return deleteBlob(this.#place, descriptor, options);
    const { digest } = descriptor;
    const fetched = await getManifest(this.#place, digest, options, 'ERR_BLOB_UNKNOWN');
    await deleteManifest(this.#place, digest, 'ERR_BLOB_UNKNOWN', options);
    this.#recent.delete(digest);
    const subject = subjectOf(fetched);
    if (subject && !(await hasReferrersApi(this.#place, options))) {
      await removeReferrer(this.#place, subject.digest, digest, options);
    }
  }

  async untag(reference: string, options: Cancellable = {}): Promise<void> {
    if (isDigest(checkReferenceKey(reference))) {
      throw new SkillsError('ERR_REFERENCE_INVALID', `"${reference}" is a digest, not a tag`);
    }
    await deleteManifest(this.#place, reference, 'ERR_NOT_FOUND', options);
  }

  /** False where the registry does not mount; what it began instead is used by the next `push` of the same content. */
  async mount(descriptor: Descriptor, fromRepository?: string, options: Cancellable = {}): Promise<boolean> {
    const result = await mountBlob(this.#place, descriptor, fromRepository, options);
    if (result === true) return true;
    this.#sessions.set(descriptor.digest, result);
    return false;
  }

  async #pushManifest(descriptor: Descriptor, content: ContentSource, options: Cancellable): Promise<void> {
    const stream = verified(await content(), descriptor, `content for ${this}`);
    const bytes = await readAll(stream, limits.manifestBytes, `the manifest ${descriptor.digest}`);
    const fetched = { descriptor, bytes };
    const subject = subjectOf(fetched);
    const answer = await putManifest(this.#place, descriptor.digest, fetched, options);
    this.#remember(fetched);
    if (subject && !(answer.headers['oci-subject'] && (await hasReferrersApi(this.#place, options)))) {
      await addReferrer(this.#place, subject.digest, fetched, options);
    }
  }

  #remember(fetched: Fetched): void {
    this.#recent.set(fetched.descriptor.digest, fetched);
    const [oldest] = this.#recent.keys();
    if (oldest && this.#recent.size > mostRecent) this.#recent.delete(oldest);
  }
}

async function* listTags(place: Place, { signal }: Cancellable): AsyncIterable<string> {
  const { client, name } = place;
  const call = {
    method: 'GET',
    url: client.url(name, 'tags/list'),
    repository: name,
    scopes: [pull(name)],
    expect: [200],
    what: `the tags of ${name}`,
    signal,
  } as const;
  for await (const page of readPages(client, call)) {
    const tags: unknown[] = Array.isArray(page.tags) ? page.tags : [];
    // Anything else could be neither asked for nor shown.
    yield* tags.filter((tag) => typeof tag === 'string' && isTag(tag)) as string[];
  }
}
