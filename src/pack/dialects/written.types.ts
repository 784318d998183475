import type { Descriptor, Digest } from '../../core/index.ts';
import type { SkillManifest } from '../../manifest/index.ts';
import type { FileRecord } from '../files/content-digest.ts';

/** What a dialect is given to write. */
export interface ArtifactParts {
  readonly manifest: SkillManifest;
  readonly version: string;
  readonly files: readonly FileRecord[];
  readonly contentDigest: Digest;
  /** `diffId` is the digest of the uncompressed tar. */
  readonly layer: { readonly digest: Digest; readonly size: number; readonly diffId?: Digest };
  /** RFC 3339. */
  readonly created: string;
  /** Paths that `pack` made and the author did not write. */
  readonly generated: readonly string[];
  readonly source?: string | undefined;
  readonly revision?: string | undefined;
}

/** An artifact as it is to be stored, but for its layer. */
export interface WrittenArtifact {
  /** Of the manifest, or of the index over several. */
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
  /** Configs, and the manifests under an index. */
  readonly contents: readonly WrittenContent[];
  /** The (first) config. */
  readonly config: Descriptor;
  readonly layer: Descriptor;
}

/** Content that was made and is small enough to be held. */
export interface WrittenContent {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}
