import type { Cancellable, Descriptor, ReadOnlyTarget } from '../../core/index.ts';
import type { Gate } from './gate.ts';

/** How far the copy of one piece of content is. */
export interface CopyProgress {
  readonly descriptor: Descriptor;
  /** Bytes that are there so far; all of them at once for what was there already. */
  readonly bytes: number;
  readonly done: boolean;
  /** Once it is done: sent, held by the destination before, or taken over from another repository of it. */
  readonly way?: 'sent' | 'held' | 'mounted';
}

export interface CopyOptions extends Cancellable {
  /**
   * Called when all content is in the destination, and before anything is tagged. What it throws ends the copy without a
   * tag: this is where content is verified.
   */
  readonly beforeTag?: ((root: Descriptor, destination: ReadOnlyTarget) => Promise<void>) | undefined;
  /**
   * Copies what refers to the root too, and what refers to that: by `subject`, and by the tags that cosign makes of
   * digests. All of it is there before the root is tagged, so that nobody sees a tag without its signatures.
   */
  readonly referrers?: boolean | undefined;
  /** Tags of the source, for a caller who has listed them already: cosign's are looked for among them. */
  readonly sourceTags?: readonly string[] | undefined;
  /** Pieces of content on their way at once; 8 by default. */
  readonly concurrency?: number | undefined;
  /** Bounds several copies together; instead of `concurrency`. */
  readonly gate?: Gate | undefined;
  /** Bytes that all content together may state to have; more is ERR_ARTIFACT_INVALID. No bound by default. */
  readonly mostBytes?: number | undefined;
  readonly onProgress?: ((progress: CopyProgress) => void) | undefined;
  /** A repository of the destination's registry to take blobs over from. Found out where both sides are remote. */
  readonly mountFrom?: string | undefined;
  /** Tags that are written after the destination's own, in this order. */
  readonly alsoTags?: readonly string[] | undefined;
}
