import type { Cancellable, Descriptor, Digest } from '../core/index.ts';
import type { SkillManifest } from '../manifest/index.ts';
import type { FileRecord } from './files/content-digest.ts';
import type { ArchiveLimits } from './unpack/limits.ts';
import type { ArchiveRoot } from './unpack/tree-root.ts';

/** A skill in a registry, as its manifest and config tell of it, and its layers where those do not tell enough. */
export interface SkillArtifact {
  /**
   * What pins the skill: its OCI manifest; or the index that it was reached by, where that holds the same layers for every
   * platform. Where they differ, the manifest of the chosen platform.
   */
  readonly descriptor: Descriptor;
  /** Of what `descriptor` names. */
  readonly bytes: Uint8Array;
  /** Which row of the table of dialects read it. */
  readonly dialect: string;
  /** What the artifact says that it is; the tag may say another. */
  readonly version?: string;
  /** `0.0.0-<UTC time>-<12 hex of the digest>`, for what states no version: images are often only `latest`. */
  readonly pseudoVersion?: string;
  readonly manifest: SkillManifest;
  /** The layers that hold the skill, lowest first; their sizes are true. */
  readonly layers: readonly Descriptor[];
  /** The first of them: the only one in all but plain images and artifacts of raw files. */
  readonly layer: Descriptor;
  /** Whether a layer is a tar, or one raw file that its title names. */
  readonly content: LayerContent;
  /** Whether a layer hides what lies below it, as those of images do (image-spec, layer.md, "Whiteouts"). */
  readonly layered: boolean;
  /** What its tar is rooted at; what its dialect usually does where no layer was read. */
  readonly root: ArchiveRoot;
  /** The folder in its layers that is the skill, '' for all of them. Absent where it is found out by unpacking. */
  readonly folder?: string;
  /** All the skills in it, where there are several and this is the one that was asked for. */
  readonly skills?: readonly string[];
  readonly contentDigest?: Digest;
  /** Sorted by path. Absent where the writer listed none and the layers were not read. */
  readonly files?: readonly FileRecord[];
  /** Of the manifest, and of the index before it. */
  readonly annotations: Readonly<Record<string, string>>;
  /** The index that it was reached by. */
  readonly index?: Descriptor;
  /** Which of the index's platforms it is for, `linux/arm64`; absent where it is the same for all. */
  readonly platform?: string;
  /** Small content that was read with it: whoever copies it need not fetch that again. */
  readonly held: ReadonlyMap<Digest, Uint8Array>;
}

export type LayerContent = 'tar' | 'files';

export interface ReadArtifactOptions extends Cancellable {
  /** Of an index whose platforms hold different files: `linux/arm64`. */
  readonly platform?: string | undefined;
  /** Of an artifact that holds several skills: the name of one. */
  readonly skill?: string | undefined;
  /** Bytes of layers that are fetched to learn what the manifest does not tell; 256 MiB unless stated. */
  readonly largestScan?: number | undefined;
  /** What the layers may hold where they are read. */
  readonly limits?: Partial<ArchiveLimits> | undefined;
}
