import type { Digest } from '../../core/index.ts';

/** One installed skill in `index.json` (seed 001 §4, with our additions). Unknown keys are kept. */
export interface IndexEntry {
  readonly name: string;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly installedAt: string;
  /** Where it came from, as a spec. */
  readonly source: string;
  /** Digest of the layer: of the package as a file. */
  readonly checksum?: string;
  readonly contentDigest?: Digest;
  /** Digest of the artifact's manifest. */
  readonly digest?: Digest;
  /** With its `@`. */
  readonly scope?: string;
  /** The tree's folder, relative to the home, with `/`. */
  readonly path?: string;
  /** False: installed, but not to be loaded. */
  readonly enabled?: boolean;
  readonly aliases?: readonly string[];
}

export interface InstalledIndex {
  readonly installedSkills: readonly IndexEntry[];
  /** ISO 8601, UTC. */
  readonly lastSyncTime?: string;
}
