import {
  type ContentSource,
  checkAborted,
  type Descriptor,
  type Digest,
  fetchBytes,
  isManifestType,
  limits,
  linksOf,
  type ReadOnlyTarget,
  resolveSize,
  SkillsError,
  streamOf,
  type Target,
} from '../../core/index.ts';
import { contentOf, sendBlob, Takeover } from './blobs.ts';
import { Gate } from './gate.ts';
import type { CopyOptions, CopyProgress } from './options.ts';
import { settleAll } from './settle.ts';
import { onSide } from './side.ts';

/** A manifest that was read. */
export interface Fetched {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/** Runs the last step of a manifest, its own push; makes it wait for others where that must be. */
export type InTurn = (push: () => Promise<void>) => Promise<void>;

/** Nodes that one artifact may have. */
const mostNodes = 10_000;

/** The content of one copy on its way: each piece once, so many at a time, and nothing more after the first failure. */
export class Transfer {
  readonly source: ReadOnlyTarget;
  readonly destination: Target;
  /** Aborted by the caller, and by a failure. */
  readonly signal: AbortSignal;
  readonly #options: CopyOptions;
  readonly #gate: Gate;
  readonly #takeover: Takeover;
  readonly #started = new Map<Digest, Promise<void>>();
  readonly #stop = new AbortController();
  #failure: unknown;
  #bytes = 0;

  constructor(source: ReadOnlyTarget, destination: Target, options: CopyOptions) {
    this.source = source;
    this.destination = destination;
    this.#options = options;
    this.#gate = options.gate ?? new Gate(options.concurrency ?? 8);
    this.#takeover = new Takeover(source, destination, options.mountFrom);
    this.signal = options.signal ? AbortSignal.any([options.signal, this.#stop.signal]) : this.#stop.signal;
  }

  /** Runs all that is to be moved. Fails with what went wrong first, when nothing is on its way any more. */
  async run(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw this.#failure ?? error;
    }
  }

  /** One step of the work on one of the two sides: waits for a free place, and ends all other work if it fails. */
  async step<T>(side: 'source' | 'destination', work: () => Promise<T>): Promise<T> {
    try {
      return await this.#gate.run(() => {
        checkAborted(this.signal);
        return onSide(side, work);
      });
    } catch (error) {
      throw this.#fail(error);
    }
  }

  /** Moves a manifest, after all that it names. */
  moveManifest(manifest: Fetched, inTurn: InTurn = (push) => push()): Promise<void> {
    const { descriptor, bytes } = manifest;
    return this.#once(descriptor, async () => {
      await this.moveChildren(manifest);
      await inTurn(() => this.step('destination', () => this.#push(descriptor, async () => streamOf(bytes))));
      this.report({ descriptor, bytes: descriptor.size, done: true, way: 'sent' });
    });
  }

  /** Moves all that a manifest names, and not itself. */
  async moveChildren({ descriptor, bytes }: Fetched): Promise<void> {
    const children = await onSide('source', async () => linksOf(descriptor, bytes).content);
    await settleAll(children.map((child) => this.#move(child)));
  }

  /** A manifest of the source; undefined where the destination holds it, and so all that it names. */
  async fetchMissing(stated: Descriptor): Promise<Fetched | undefined> {
    const options = { signal: this.signal };
    const held = await this.step('destination', () => this.destination.exists(stated, options));
    if (!held) return this.fetch(stated);
    this.report({ descriptor: stated, bytes: stated.size, done: true, way: 'held' });
    return undefined;
  }

  /** A manifest of the source. */
  fetch(stated: Descriptor): Promise<Fetched> {
    const options = { signal: this.signal };
    return this.step('source', async () => {
      const descriptor = await resolveSize(this.source, stated, options);
      return { descriptor, bytes: await fetchBytes(this.source, descriptor, limits.manifestBytes, options) };
    });
  }

  report(progress: CopyProgress): void {
    this.#options.onProgress?.(progress);
  }

  async #move(stated: Descriptor): Promise<void> {
    if (!isManifestType(stated.mediaType))
      return this.#once(stated, () => this.#gate.run(() => this.#moveBlob(stated)));
    if (this.#started.has(stated.digest)) return this.#started.get(stated.digest);
    const fetched = await this.fetchMissing(stated);
    if (fetched) await this.moveManifest(fetched);
  }

  /** What several manifests name is moved once. */
  #once(descriptor: Descriptor, work: () => Promise<void>): Promise<void> {
    const started = this.#started.get(descriptor.digest);
    if (started) return started;
    if (this.#started.size >= mostNodes) {
      throw this.#fail(
        new SkillsError('ERR_ARTIFACT_INVALID', `source: the artifact has more than ${mostNodes} parts`),
      );
    }
    const moving = work().catch((error: unknown) => {
      throw this.#fail(error);
    });
    this.#started.set(descriptor.digest, moving);
    return moving;
  }

  #fail(error: unknown): unknown {
    this.#failure ??= error;
    this.#stop.abort();
    return error;
  }

  async #moveBlob(stated: Descriptor): Promise<void> {
    checkAborted(this.signal);
    const options = { signal: this.signal };
    const atOnce = this.#takeover.sendsUnasked(stated);
    const found = atOnce ? undefined : await this.#takeover.find(stated, options);
    if (found) return this.report({ descriptor: stated, bytes: stated.size, done: true, way: found });
    const descriptor = await onSide('source', () => resolveSize(this.source, stated, options));
    this.#admit(descriptor);
    const onBytes = (bytes: number) => this.report({ descriptor, bytes, done: false });
    const content = contentOf(this.source, descriptor, options, onBytes);
    await onSide('destination', () => sendBlob(this.destination, descriptor, content, { ...options, atOnce }));
    this.report({ descriptor, bytes: descriptor.size, done: true, way: 'sent' });
  }

  /** Asked before content is fetched: none is longer than its descriptor says. */
  #admit({ size }: Descriptor): void {
    const { mostBytes = Number.POSITIVE_INFINITY } = this.#options;
    this.#bytes += size;
    if (this.#bytes <= mostBytes) return;
    throw new SkillsError('ERR_ARTIFACT_INVALID', `source: the artifact has more than ${mostBytes} bytes`);
  }

  #push(descriptor: Descriptor, content: ContentSource): Promise<void> {
    return this.destination.push(descriptor, content, { signal: this.signal });
  }
}
