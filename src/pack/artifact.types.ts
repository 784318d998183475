import type { Descriptor, Digest } from '../core/index.ts';
import type { SkillManifest } from '../manifest/index.ts';
import type { FileRecord } from './files/content-digest.ts';
import type { ArchiveRoot } from './unpack/tree-root.ts';

/** A skill in a registry, as its manifest and config tell of it; nothing of its layer was fetched. */
export interface SkillArtifact {
  /** Of the OCI manifest. */
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
  readonly dialect: string;
  /** What the artifact says that it is; the tag may say another. */
  readonly version?: string;
  readonly manifest: SkillManifest;
  /** The layer that holds the skill. */
  readonly layer: Descriptor;
  /** What its dialect roots the tar at. */
  readonly root: ArchiveRoot;
  readonly contentDigest?: Digest;
  /** Sorted by path. Absent where the writer listed none. */
  readonly files?: readonly FileRecord[];
  readonly annotations: Readonly<Record<string, string>>;
}
