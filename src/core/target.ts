import type { Descriptor } from './descriptor.ts';
import type { Digest, DigestAlgorithm } from './digest.ts';
import type { ByteStream } from './stream.ts';

/** Options of every operation that may take time. */
export interface Cancellable {
  readonly signal?: AbortSignal | undefined;
}

/**
 * One repository of content that can be read: a remote repository, a layout folder, memory, the local store.
 *
 * Every stream that `fetch` gives checks size and digest as it passes: it ends with ERR_DIGEST_MISMATCH when they do not
 * hold. There is no unchecked fetch.
 */
export interface ReadOnlyTarget {
  /** The descriptor that a tag or a digest stands for. @throws SkillsError ERR_NOT_FOUND */
  resolve(reference: string, options?: Cancellable): Promise<Descriptor>;
  exists(descriptor: Descriptor, options?: Cancellable): Promise<boolean>;
  /** @throws SkillsError ERR_BLOB_UNKNOWN where the content is not held. */
  fetch(descriptor: Descriptor, options?: Cancellable): Promise<ByteStream>;
}

/**
 * Content to be pushed, as something that can be opened again: a broken connection is repeated from the start.
 */
export type ContentSource = () => ByteStream | Promise<ByteStream>;

/** One repository of content that can be written too. */
export interface Target extends ReadOnlyTarget {
  /**
   * Stores content; does nothing where it is held already. Manifests go in by digest, after what they name.
   *
   * @throws SkillsError ERR_DIGEST_MISMATCH where the bytes are not those that the descriptor promises; nothing is kept then.
   */
  push(descriptor: Descriptor, content: ContentSource, options?: Cancellable): Promise<void>;
  /** Lets `reference`, a tag, stand for content that is held. */
  tag(descriptor: Descriptor, reference: string, options?: Cancellable): Promise<void>;
}

/** What a repository is opened for. */
export interface RepositoryOptions {
  /**
   * To be written to. What is there is then asked of the registry itself and of no mirror, with the right to push, in the
   * way of a signing tool: some registries show unsigned content to nobody else.
   */
  readonly writes?: boolean | undefined;
}

/** Gives Targets by repository name. */
export interface Registry {
  /** @throws SkillsError ERR_REFERENCE_INVALID for a name that distribution-spec does not allow. */
  repository(name: string, options?: RepositoryOptions): Target;
}

// Optional powers: small interfaces of their own that a Target or Registry may have; see the `has…` probes below.

/** Gets a manifest and its descriptor in one step: one request less than `resolve` and `fetch`. */
export interface ReferenceFetcher {
  fetchReference(reference: string, options?: Cancellable): Promise<{ descriptor: Descriptor; bytes: Uint8Array }>;
}

/** Lists manifests whose `subject` is the given one (distribution-spec, "Listing Referrers"). */
export interface ReferrerLister {
  referrers(subject: Descriptor, artifactType?: string, options?: Cancellable): AsyncIterable<Descriptor>;
}

export interface TagLister {
  tags(options?: Cancellable): AsyncIterable<string>;
}

export interface Deleter {
  /** Removes content. @throws SkillsError ERR_BLOB_UNKNOWN */
  delete(descriptor: Descriptor, options?: Cancellable): Promise<void>;
}

export interface Untagger {
  /** Removes a tag, not its content. @throws SkillsError ERR_NOT_FOUND */
  untag(reference: string, options?: Cancellable): Promise<void>;
}

export interface Mounter {
  /**
   * Takes content over from another repository of the same registry, or, where none is named, from any that the registry
   * finds. False where that is not possible.
   */
  mount(descriptor: Descriptor, fromRepository?: string, options?: Cancellable): Promise<boolean>;
}

export interface RangeFetcher {
  /** The bytes from `start` to `end` (inclusive). Not checked against the digest, which covers the whole. */
  fetchRange(descriptor: Descriptor, start: number, end: number, options?: Cancellable): Promise<ByteStream>;
}

/** Content that lies in a file of this machine, complete and checked. */
export interface FileHolder {
  fileOf(descriptor: Descriptor): Promise<string | undefined>;
}

/** An upload that comes in pieces and may outlive one connection. */
export interface StagedUpload {
  readonly id: string;
  /** Bytes received so far. */
  readonly offset: number;
  append(content: ByteStream): Promise<void>;
  /** Checks the digest and moves the content in. */
  commit(digest: Digest): Promise<Descriptor>;
  abort(): Promise<void>;
}

export interface Stager {
  stage(algorithm?: DigestAlgorithm): Promise<StagedUpload>;
  staged(id: string): StagedUpload | undefined;
}

/** Can put content and its tags in place in one step, which costs one change of its index instead of several. */
export interface TaggedPusher {
  /** @param options.beforeTag called when the content is there to be fetched, and before it is listed or tagged. */
  put(
    descriptor: Descriptor,
    content: ContentSource,
    tags: readonly string[],
    options?: Cancellable & { readonly beforeTag?: (() => Promise<void>) | undefined },
  ): Promise<void>;
}

/** Takes small content by one request, so that asking whether it is held would cost as much. */
export interface AtOncePusher {
  /** Whether this content may be pushed so, as far as is known. */
  takesAtOnce(descriptor: Descriptor): boolean;
  /** False where it was not possible; it is to be pushed in the usual way then. The bytes must be those of the descriptor. */
  pushAtOnce(descriptor: Descriptor, bytes: Uint8Array, options?: Cancellable): Promise<boolean>;
}

/** Makes any number of changes in one step, all or none: a tar file is written once for all of them. */
export interface Changer<Inside extends Target = Target> {
  /** @param work gets a Target that holds what this one holds, and what is to be changed in it. */
  change<T>(work: (inside: Inside) => Promise<T>, options?: Cancellable): Promise<T>;
}

export interface RepositoryLister {
  repositories(options?: Cancellable): AsyncIterable<string>;
}

function hasMethod(target: object, method: string): boolean {
  return typeof (target as Record<string, unknown>)[method] === 'function';
}

export function canFetchReference<T extends object>(target: T): target is T & ReferenceFetcher {
  return hasMethod(target, 'fetchReference');
}

export function canListTags<T extends object>(target: T): target is T & TagLister {
  return hasMethod(target, 'tags');
}

export function canListReferrers<T extends object>(target: T): target is T & ReferrerLister {
  return hasMethod(target, 'referrers');
}

export function canDelete<T extends object>(target: T): target is T & Deleter {
  return hasMethod(target, 'delete');
}

export function canUntag<T extends object>(target: T): target is T & Untagger {
  return hasMethod(target, 'untag');
}

export function canMount<T extends object>(target: T): target is T & Mounter {
  return hasMethod(target, 'mount');
}

export function holdsFiles<T extends object>(target: T): target is T & FileHolder {
  return hasMethod(target, 'fileOf');
}

export function canPutTagged<T extends object>(target: T): target is T & TaggedPusher {
  return hasMethod(target, 'put');
}

export function canPushAtOnce<T extends object>(target: T): target is T & AtOncePusher {
  return hasMethod(target, 'pushAtOnce');
}

export function canChange<T extends object>(target: T): target is T & Changer {
  return hasMethod(target, 'change');
}
