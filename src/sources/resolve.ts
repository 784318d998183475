import { type Checkout, checkOut } from './git/checkout.ts';
import { listGitSkills, openGitSource } from './git/source.ts';
import { openLayoutSource, openOciSource } from './oci.ts';
import { openPathSource } from './path.ts';
import type { OfferedSkill, SkillSource, SourceContext, SourceSpec } from './types.ts';
import { openUrlSource } from './url.ts';

/**
 * The open sources of one command: each is opened once, and a git repository is fetched once however many of its
 * skills are wanted. Disposal removes what they keep on disk.
 */
export class SourcePool implements AsyncDisposable {
  readonly #context: SourceContext;
  readonly #sources: SkillSource[] = [];
  readonly #checkouts = new Map<string, Promise<Checkout>>();

  constructor(context: SourceContext) {
    this.#context = context;
  }

  /** A spec → a readable source; the only switch over kinds, with the policy gate before it. */
  open(spec: SourceSpec): SkillSource {
    this.#context.admit(spec);
    const source = this.#create(spec);
    this.#sources.push(source);
    return source;
  }

  /** The skills that a git repository offers. */
  async offered(spec: SourceSpec & { kind: 'git' }): Promise<readonly OfferedSkill[]> {
    this.#context.admit(spec);
    return listGitSkills(spec, await this.#checkOut(spec.url, spec.ref));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const source of this.#sources) await source[Symbol.asyncDispose]();
    for (const pending of this.#checkouts.values()) {
      const checkout = await pending.catch(() => undefined);
      await checkout?.[Symbol.asyncDispose]();
    }
  }

  #create(spec: SourceSpec): SkillSource {
    switch (spec.kind) {
      case 'oci':
        return openOciSource(spec.reference, spec, this.#context);
      case 'layout':
        return openLayoutSource(spec, spec, this.#context);
      case 'git':
        return openGitSource(spec, () => this.#checkOut(spec.url, spec.ref));
      case 'url':
        return openUrlSource(spec.url, this.#context);
      case 'folder':
      case 'file':
        return openPathSource(spec.path, spec.kind, this.#context);
    }
  }

  #checkOut(url: string, ref: string | undefined): Promise<Checkout> {
    const key = `${url}\0${ref ?? ''}`;
    let checkout = this.#checkouts.get(key);
    if (!checkout) {
      checkout = checkOut(url, ref, this.#context);
      this.#checkouts.set(key, checkout);
    }
    return checkout;
  }
}
