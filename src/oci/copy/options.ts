import type { Cancellable, Descriptor, ReadOnlyTarget } from '../../core/index.ts';

/** How far the copy of one piece of content is. */
export interface CopyProgress {
  readonly descriptor: Descriptor;
  /** Bytes that are there so far; all of them at once for what was there already. */
  readonly bytes: number;
  readonly done: boolean;
}

export interface CopyOptions extends Cancellable {
  /**
   * Called when all content is in the destination, and before anything is tagged. What it throws ends the copy without a
   * tag: this is where content is verified.
   */
  readonly beforeTag?: ((root: Descriptor, destination: ReadOnlyTarget) => Promise<void>) | undefined;
  /** Pieces of content on their way at once; 8 by default. */
  readonly concurrency?: number | undefined;
  readonly onProgress?: ((progress: CopyProgress) => void) | undefined;
  /** A repository of the destination's registry to take blobs over from. Found out where both sides are remote. */
  readonly mountFrom?: string | undefined;
  /** Tags that are written after the destination's own, in this order. */
  readonly alsoTags?: readonly string[] | undefined;
}
