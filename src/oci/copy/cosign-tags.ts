import { canListTags, type Descriptor, digestAlgorithm, digestHex, isSkillsError } from '../../core/index.ts';
import type { Transfer } from './transfer.ts';

/** A manifest under a tag that says to which other one it belongs. */
export interface Tagged {
  readonly tag: string;
  readonly descriptor: Descriptor;
}

const suffixes = ['sig', 'att', 'sbom'];
const pattern = /^sha(?:256|512)-[0-9a-f]{64,128}\.(?:sig|att|sbom)$/;

/** Finds what cosign (before version 3, and with `--registry-referrers-mode=legacy` since) keeps under tags made of digests. */
export class CosignTags {
  readonly #transfer: Transfer;
  readonly #given: readonly string[] | undefined;
  #listed: Promise<ReadonlySet<string> | undefined> | undefined;

  /** @param given all tags of the source, where they are known. */
  constructor(transfer: Transfer, given: readonly string[] | undefined) {
    this.#transfer = transfer;
    this.#given = given;
  }

  async of(subject: Descriptor): Promise<readonly Tagged[]> {
    this.#listed ??= this.#list();
    const listed = await this.#listed;
    const names = suffixes.map((suffix) => `${digestAlgorithm(subject.digest)}-${digestHex(subject.digest)}.${suffix}`);
    const there = names.filter((name) => listed === undefined || listed.has(name));
    const found = await Promise.all(there.map((tag) => this.#resolve(tag)));
    return found.filter((tagged) => tagged !== undefined && tagged.descriptor.digest !== subject.digest) as Tagged[];
  }

  /** Undefined where the source does not list its tags, or not to us: each is asked for then. */
  async #list(): Promise<ReadonlySet<string> | undefined> {
    const { source, signal } = this.#transfer;
    if (this.#given) return new Set(this.#given);
    if (!canListTags(source)) return undefined;
    const list = async () => (await Array.fromAsync(source.tags({ signal }))).filter((tag) => pattern.test(tag));
    const tags = await this.#transfer.step('source', () => unless(list, 'ERR_UNAUTHORISED', 'ERR_REGISTRY'));
    return tags && new Set(tags);
  }

  async #resolve(tag: string): Promise<Tagged | undefined> {
    const { source, signal } = this.#transfer;
    const resolve = () => source.resolve(tag, { signal });
    const descriptor = await this.#transfer.step('source', () => unless(resolve));
    return descriptor && { tag, descriptor };
  }
}

/** Undefined where `work` finds nothing, or is refused as told. */
async function unless<T>(work: () => Promise<T>, ...others: ('ERR_UNAUTHORISED' | 'ERR_REGISTRY')[]) {
  try {
    return await work();
  } catch (error) {
    if (isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN', ...others)) return undefined;
    throw error;
  }
}
