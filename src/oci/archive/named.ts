import {
  type ByteStream,
  type Cancellable,
  type Changer,
  type ContentSource,
  type Descriptor,
  isDigest,
  isTag,
  parseReference,
  type RangeFetcher,
  type ReferenceFetcher,
  type ReferrerLister,
  type Registry,
  type RepositoryLister,
  SkillsError,
  type TaggedPusher,
  type TagLister,
  type Target,
} from '../../core/index.ts';
import type { LayoutTarget } from '../layout/layout.ts';
import { ArchiveTarget } from './target.ts';

type Powers = ReferenceFetcher & ReferrerLister & TagLister & RangeFetcher & TaggedPusher;

/**
 * One of several repositories in one layout: its tags are the names that begin with its own, `ghcr.io/acme/pdf:1.0.0`, as
 * skopeo and podman write them too. All repositories of a layout share their content.
 */
export class NamedRepository implements Target, Powers {
  /** With its registry: `ghcr.io/acme/skills/pdf`. */
  readonly name: string;
  readonly #layout: LayoutTarget | ArchiveTarget;

  constructor(layout: LayoutTarget | ArchiveTarget, name: string) {
    this.#layout = layout;
    this.name = name;
  }

  async resolve(reference: string): Promise<Descriptor> {
    return this.#layout.resolve(this.#nameOf(reference));
  }

  fetchReference(reference: string): Promise<{ descriptor: Descriptor; bytes: Uint8Array }> {
    return this.#layout.fetchReference(this.#nameOf(reference));
  }

  exists(descriptor: Descriptor): Promise<boolean> {
    return this.#layout.exists(descriptor);
  }

  fetch(descriptor: Descriptor): Promise<ByteStream> {
    return this.#layout.fetch(descriptor);
  }

  fetchRange(descriptor: Descriptor, start: number, end: number): Promise<ByteStream> {
    return this.#layout.fetchRange(descriptor, start, end);
  }

  referrers(subject: Descriptor, artifactType?: string): AsyncIterable<Descriptor> {
    return this.#layout.referrers(subject, artifactType);
  }

  async *tags(): AsyncGenerator<string> {
    const start = `${this.name}:`;
    const names = this.#layout.names().filter((name) => name.startsWith(start));
    yield* names.map((name) => name.slice(start.length)).filter(isTag);
  }

  push(descriptor: Descriptor, content: ContentSource, options: Cancellable = {}): Promise<void> {
    return this.#layout.push(descriptor, content, options);
  }

  async put(
    descriptor: Descriptor,
    content: ContentSource,
    tags: readonly string[],
    options: Cancellable & { readonly beforeTag?: (() => Promise<void>) | undefined } = {},
  ): Promise<void> {
    const names = tags.map((tag) => this.#nameOf(checkTag(tag)));
    await this.#layout.putNamed(descriptor, content, names, options);
  }

  async tag(descriptor: Descriptor, reference: string): Promise<void> {
    await this.#layout.name(descriptor, this.#nameOf(checkTag(reference)));
  }

  async untag(reference: string): Promise<void> {
    await this.#layout.untagName(this.#nameOf(checkTag(reference)));
  }

  #nameOf(reference: string): string {
    return isDigest(reference) ? reference : `${this.name}:${reference}`;
  }
}

/** In a tar, where any number of changes are one. */
class ArchivedRepository extends NamedRepository implements Changer<NamedRepository> {
  readonly #archive: ArchiveTarget;

  constructor(archive: ArchiveTarget, name: string) {
    super(archive, name);
    this.#archive = archive;
  }

  change<T>(work: (inside: NamedRepository) => Promise<T>, options: Cancellable = {}): Promise<T> {
    return this.#archive.change((layout) => work(new NamedRepository(layout, this.name)), options);
  }
}

/** A layout as a registry of repositories, each called by its whole name. */
export class NamedLayout implements Registry, RepositoryLister {
  readonly #layout: LayoutTarget | ArchiveTarget;

  constructor(layout: LayoutTarget | ArchiveTarget) {
    this.#layout = layout;
  }

  /** @throws SkillsError ERR_REFERENCE_INVALID for a name without a registry */
  repository(name: string): NamedRepository {
    const { registry, repository } = parseReference(name);
    const layout = this.#layout;
    const whole = `${registry}/${repository}`;
    return layout instanceof ArchiveTarget ? new ArchivedRepository(layout, whole) : new NamedRepository(layout, whole);
  }

  async *repositories(): AsyncGenerator<string> {
    yield* this.repositoryNames();
  }

  /** Every repository that has a tag, in byte order; names that are no whole references are left out. */
  repositoryNames(): string[] {
    const found = this.#layout.names().map((name) => /^([^/]+\/.+):[\w][\w.-]*$/.exec(name)?.[1]);
    return [...new Set(found.filter((name) => name !== undefined))].sort();
  }
}

function checkTag(tag: string): string {
  if (isTag(tag)) return tag;
  throw new SkillsError('ERR_REFERENCE_INVALID', `"${tag}" is not a tag`, {
    hint: 'a tag has 1 to 128 letters, digits, "_", "." and "-", and begins with none of the last two',
  });
}
