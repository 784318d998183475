import {
  type ByteStream,
  type ContentSource,
  canMount,
  checkAborted,
  type Descriptor,
  type Digest,
  fetchBytes,
  isManifestType,
  isSkillsError,
  limits,
  linksOf,
  passOn,
  type ReadOnlyTarget,
  SkillsError,
  streamOf,
  type Target,
  verified,
} from '../../core/index.ts';
import { Gate } from './gate.ts';
import type { CopyOptions } from './options.ts';
import { onSide, withSide } from './side.ts';
import { resolveSize } from './size.ts';

export interface Fetched {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/** Stores content at the destination. */
export type Put = (descriptor: Descriptor, content: ContentSource) => Promise<void>;

/** Nodes that one artifact may have. */
const mostNodes = 10_000;

/** The content of one copy on its way. */
export class Transfer {
  readonly #source: ReadOnlyTarget;
  readonly #destination: Target;
  readonly #options: CopyOptions;
  readonly #gate: Gate;
  readonly #started = new Map<Digest, Promise<void>>();
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #mountFrom: string | undefined;
  #failure: unknown;

  constructor(source: ReadOnlyTarget, destination: Target, options: CopyOptions) {
    this.#source = source;
    this.#destination = destination;
    this.#options = options;
    this.#gate = new Gate(options.concurrency ?? 8);
    this.#signal = options.signal ? AbortSignal.any([options.signal, this.#stop.signal]) : this.#stop.signal;
    this.#mountFrom = options.mountFrom ?? neighbour(source, destination);
  }

  /**
   * Moves a manifest and all that it names. Comes back when nothing is on its way any more, be it by a failure.
   *
   * @param put stores the root itself, the last of all.
   */
  async run(root: Fetched, put?: Put): Promise<void> {
    try {
      await this.#moveManifest(root, put);
    } catch (error) {
      throw this.#failure ?? error;
    }
  }

  /** What several manifests name is moved once. */
  #moveOnce(descriptor: Descriptor): Promise<void> {
    const started = this.#started.get(descriptor.digest);
    if (started) return started;
    if (this.#started.size >= mostNodes) {
      throw new SkillsError('ERR_ARTIFACT_INVALID', `source: the artifact has more than ${mostNodes} parts`);
    }
    const moving = this.#move(descriptor).catch((error: unknown) => {
      this.#failure ??= error;
      this.#stop.abort();
      throw error;
    });
    this.#started.set(descriptor.digest, moving);
    return moving;
  }

  async #move(stated: Descriptor): Promise<void> {
    if (!isManifestType(stated.mediaType)) return this.#gate.run(() => this.#moveBlob(stated));
    const fetched = await this.#gate.run(() => this.#fetchMissing(stated));
    if (fetched) await this.#moveManifest(fetched);
  }

  async #moveManifest(manifest: Fetched, put?: Put): Promise<void> {
    const { descriptor, bytes } = manifest;
    const children = await onSide('source', async () => linksOf(descriptor, bytes).content);
    const results = await Promise.allSettled(children.map((child) => this.#moveOnce(child)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    const content = async () => streamOf(bytes);
    await this.#gate.run(() =>
      put ? onSide('destination', () => put(descriptor, content)) : this.#push(descriptor, content),
    );
    this.#report(descriptor, descriptor.size, true);
  }

  /** A manifest's bytes; undefined where the destination holds it, and so all that it names. */
  async #fetchMissing(stated: Descriptor): Promise<Fetched | undefined> {
    const options = { signal: this.#signal };
    if (await this.#isHeld(stated)) return undefined;
    return onSide('source', async () => {
      const descriptor = await resolveSize(this.#source, stated, options);
      return { descriptor, bytes: await fetchBytes(this.#source, descriptor, limits.manifestBytes, options) };
    });
  }

  async #moveBlob(stated: Descriptor): Promise<void> {
    checkAborted(this.#signal);
    if (await this.#isHeld(stated)) return;
    const descriptor = await onSide('source', () => resolveSize(this.#source, stated, { signal: this.#signal }));
    if (!(await this.#mount(descriptor))) await this.#push(descriptor, this.#contentOf(descriptor));
    this.#report(descriptor, descriptor.size, true);
  }

  async #isHeld(descriptor: Descriptor): Promise<boolean> {
    const options = { signal: this.#signal };
    const held = await onSide('destination', () => this.#destination.exists(descriptor, options));
    if (held) this.#report(descriptor, descriptor.size, true);
    return held;
  }

  #push(descriptor: Descriptor, content: ContentSource): Promise<void> {
    return onSide('destination', () => this.#destination.push(descriptor, content, { signal: this.#signal }));
  }

  async #mount(descriptor: Descriptor): Promise<boolean> {
    const destination = this.#destination;
    const from = this.#mountFrom;
    if (from === undefined || !canMount(destination)) return false;
    try {
      return await destination.mount(descriptor, from, { signal: this.#signal });
    } catch (error) {
      // Who may not read there, or mount at all, can still send the content.
      if (isSkillsError(error, 'ERR_UNAUTHORISED', 'ERR_REGISTRY', 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN')) return false;
      throw withSide('destination', error);
    }
  }

  /** Content that stands in the descriptor costs no request. */
  #contentOf(descriptor: Descriptor): ContentSource {
    const { data } = descriptor;
    return async () => {
      const options = { signal: this.#signal };
      const stream =
        data === undefined
          ? await onSide('source', () => this.#source.fetch(descriptor, options))
          : verified(streamOf(Buffer.from(data, 'base64')), descriptor, `the data of ${descriptor.digest}`);
      return passOn(stream, this.#watched(descriptor, stream));
    };
  }

  async *#watched(descriptor: Descriptor, stream: ByteStream): ByteStream {
    let bytes = 0;
    try {
      for await (const piece of stream) {
        bytes += piece.byteLength;
        this.#report(descriptor, bytes, false);
        yield piece;
      }
    } catch (error) {
      throw withSide('source', error);
    }
  }

  #report(descriptor: Descriptor, bytes: number, done: boolean): void {
    this.#options.onProgress?.({ descriptor, bytes, done });
  }
}

interface Located {
  readonly registry: string;
  readonly name: string;
}

/** The source's repository, where it is another one of the destination's registry. */
function neighbour(source: object, destination: object): string | undefined {
  if (!isLocated(source) || !isLocated(destination)) return undefined;
  return source.registry === destination.registry && source.name !== destination.name ? source.name : undefined;
}

function isLocated(target: object): target is Located {
  const { registry, name } = target as Partial<Located>;
  return typeof registry === 'string' && typeof name === 'string';
}
