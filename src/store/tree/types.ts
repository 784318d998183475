import type { Digest } from '../../core/index.ts';
import type { FileRecord } from '../../pack/index.ts';

/** What an unpacked tree is known by. */
export interface TreeKey {
  readonly name: string;
  /** `@acme` or `acme`. */
  readonly scope?: string | undefined;
  readonly version: string;
  /** Names one content of this version; two sources may publish different ones. */
  readonly contentDigest?: Digest | undefined;
}

/** A complete, read-only unpacked tree in the store. */
export interface StoredTree {
  readonly name: string;
  /** With its `@`. */
  readonly scope?: string;
  readonly version: string;
  readonly contentDigest: Digest;
  /** Absolute. */
  readonly path: string;
  readonly files: readonly FileRecord[];
}
