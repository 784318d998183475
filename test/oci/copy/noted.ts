import type { ByteStream, Cancellable, ContentSource, Descriptor, Target } from '../../../src/core/index.ts';
import { MemoryTarget } from '../../../src/oci/memory/index.ts';
import { artifact, type Piece, store } from '../support/artifact.ts';

/** A Target that notes what is done to it, in order, and may fail at it. */
export class Noted implements Target {
  readonly done: string[] = [];
  readonly inner = new MemoryTarget();
  fail: (step: string) => unknown = () => undefined;
  delay = 0;
  running = 0;
  most = 0;

  async #note<T>(step: string, work: () => Promise<T>): Promise<T> {
    this.running += 1;
    this.most = Math.max(this.most, this.running);
    try {
      if (this.delay) await new Promise((resolve) => setTimeout(resolve, this.delay));
      const failure = this.fail(step);
      if (failure) throw failure;
      return await work();
    } finally {
      this.running -= 1;
      this.done.push(step);
    }
  }

  resolve(reference: string): Promise<Descriptor> {
    return this.#note(`resolve ${reference}`, () => this.inner.resolve(reference));
  }
  exists(descriptor: Descriptor): Promise<boolean> {
    return this.#note(`exists ${nameOf(descriptor)}`, () => this.inner.exists(descriptor));
  }
  fetch(descriptor: Descriptor, options?: Cancellable): Promise<ByteStream> {
    return this.#note(`fetch ${nameOf(descriptor)}`, () => this.inner.fetch(descriptor, options));
  }
  push(descriptor: Descriptor, content: ContentSource, options?: Cancellable): Promise<void> {
    return this.#note(`push ${nameOf(descriptor)}`, () => this.inner.push(descriptor, content, options));
  }
  tag(descriptor: Descriptor, reference: string): Promise<void> {
    return this.#note(`tag ${reference}`, () => this.inner.tag(descriptor, reference));
  }
}

const names = new Map<string, string>();
export const nameOf = ({ digest }: Descriptor) => names.get(digest) ?? digest.slice(0, 14);
export function named(name: string, of: Piece): Piece {
  names.set(of.descriptor.digest, name);
  return of;
}

const base = artifact();
export const config = named('config', base.config);
export const layer = named('layer', base.layer);
export const root = named('root', base.root);

export async function sourceWith(tag: Piece, ...pieces: readonly Piece[]): Promise<MemoryTarget> {
  const source = new MemoryTarget();
  await store(source, ...pieces, tag);
  await source.tag(tag.descriptor, '1.0.0');
  return source;
}

/** A source of the small artifact, tagged `1.0.0`. */
export const plain = () => sourceWith(root, config, layer);
