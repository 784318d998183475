import {
  canListReferrers,
  type Descriptor,
  type Digest,
  isIndexType,
  isManifestType,
  linksOf,
  SkillsError,
} from '../../core/index.ts';
import { CosignTags, type Tagged } from './cosign-tags.ts';
import { settleAll } from './settle.ts';
import type { Fetched, InTurn, Transfer } from './transfer.ts';

/** Levels of what refers to what refers; nobody signs the signature of a signature as often. */
const deepest = 32;

/**
 * Moves what belongs to manifests without being named by them: what has them as its `subject`, and what lies under the
 * tags that cosign makes of their digests; and what belongs to that in turn.
 */
export class Attachments {
  readonly #transfer: Transfer;
  readonly #tags: CosignTags;
  readonly #seen = new Set<Digest>();
  readonly #turns = new Map<Digest, Promise<void>>();

  /** @param sourceTags all tags of the source, where they are known. */
  constructor(transfer: Transfer, sourceTags: readonly string[] | undefined) {
    this.#transfer = transfer;
    this.#tags = new CosignTags(transfer, sourceTags);
  }

  /** All that belongs to a root, or to a manifest within it. The root itself must be in the destination. */
  moveAll(root: Fetched): Promise<void> {
    return this.#moveOf(root.descriptor, root, 0);
  }

  /** @param read the manifest, where it was read already. */
  async #moveOf(subject: Descriptor, read: Fetched | undefined, depth: number): Promise<void> {
    if (this.#seen.has(subject.digest)) return;
    this.#seen.add(subject.digest);
    if (depth > deepest) throw tooDeep();
    const [children, referrers, tagged] = await Promise.all([
      this.#childrenOf(subject, read),
      this.#referrersOf(subject),
      this.#tags.of(subject),
    ]);
    await settleAll([
      ...children.map((child) => this.#moveOf(child, undefined, depth)),
      ...referrers.map((referrer) => this.#moveReferrer(referrer, subject, depth)),
      ...tagged.map((each) => this.#moveTagged(each, depth)),
    ]);
  }

  /** The manifests within an index: the signature of one of them belongs to the whole. */
  async #childrenOf(subject: Descriptor, read: Fetched | undefined): Promise<readonly Descriptor[]> {
    if (!isIndexType(subject.mediaType)) return [];
    const { descriptor, bytes } = read ?? (await this.#transfer.fetch(subject));
    return linksOf(descriptor, bytes).content.filter(({ mediaType }) => isManifestType(mediaType));
  }

  async #referrersOf(subject: Descriptor): Promise<readonly Descriptor[]> {
    const { source, signal } = this.#transfer;
    if (!canListReferrers(source)) return [];
    return this.#transfer.step('source', () => Array.fromAsync(source.referrers(subject, undefined, { signal })));
  }

  async #moveReferrer(stated: Descriptor, subject: Descriptor, depth: number): Promise<void> {
    const fetched = await this.#transfer.fetchMissing(stated);
    if (fetched) {
      // A list may lie: what has another subject does not belong here.
      if (linksOf(fetched.descriptor, fetched.bytes).subject?.digest !== subject.digest) return;
      await this.#transfer.moveManifest(fetched, this.#inTurn(subject.digest));
    }
    await this.#moveOf(stated, fetched, depth + 1);
  }

  async #moveTagged({ tag, descriptor }: Tagged, depth: number): Promise<void> {
    const { destination, signal } = this.#transfer;
    const fetched = await this.#transfer.fetchMissing(descriptor);
    if (fetched) await this.#transfer.moveManifest(fetched);
    await this.#moveOf(descriptor, fetched, depth + 1);
    await this.#transfer.step('destination', () => destination.tag(descriptor, tag, { signal }));
  }

  /** Those of one subject go one after the other: where a registry has no referrers API, each changes the same list. */
  #inTurn(subject: Digest): InTurn {
    return (push) => {
      const turn = (this.#turns.get(subject) ?? Promise.resolve()).then(push);
      this.#turns.set(
        subject,
        turn.catch(() => {}),
      );
      return turn;
    };
  }
}

function tooDeep(): SkillsError {
  return new SkillsError(
    'ERR_ARTIFACT_INVALID',
    `source: more than ${deepest} levels of manifests refer to each other`,
  );
}
