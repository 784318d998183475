import type { Digest } from '../../core/index.ts';

/** A skill in a collection. */
export interface CollectedSkill {
  readonly name: string;
  readonly version?: string;
  readonly description?: string;
  /** Where it is published: `registry/repository:tag`; absent where the collection does not say. */
  readonly reference?: string;
  /** Of its manifest; absent where the collection names a reference alone. */
  readonly digest?: Digest;
}

/** A collection as a registry holds it. */
export interface CollectionReport {
  readonly name: string;
  /** Where it is: `registry/repository:tag`, or `oci-layout:…`. */
  readonly reference: string;
  /** Of its index. */
  readonly digest: Digest;
  readonly version?: string;
  readonly title?: string;
  readonly description?: string;
  /** Sorted by name. */
  readonly skills: readonly CollectedSkill[];
}

/** What a push or change of a collection did. */
export interface CollectionPushReport extends CollectionReport {
  /** Tags that point at it now, the version's first. */
  readonly tags: readonly string[];
  /** Names of the skills that were put in, or are in at another version or content than before. */
  readonly changed: readonly string[];
  /** Names of the skills that were taken out. */
  readonly removed: readonly string[];
  /** Whether the very same collection was there already. */
  readonly existed: boolean;
  /** Whether the skills were left where they are. */
  readonly sparse: boolean;
  /** Tags that the registry refused to move. */
  readonly warnings: readonly string[];
  /** Whether nothing was written. */
  readonly dryRun: boolean;
}

/** How a collection is stored. */
export interface CollectionOptions {
  /** Default: the reference's tag, the file's, or the next minor version. */
  readonly version?: string | undefined;
  /** Only the list is stored, and the skills stay in their own repositories; most registries refuse that. */
  readonly sparse?: boolean | undefined;
  /** Do all but write. */
  readonly dryRun?: boolean | undefined;
}

/** What a collection says of itself; what is left out stays as it was, or is as the file says. */
export interface CollectionWords extends CollectionOptions {
  /** Default: the last segment of the repository. */
  readonly name?: string | undefined;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  /** URL of what it is made from. */
  readonly source?: string | undefined;
  /** A commit of it. */
  readonly revision?: string | undefined;
}
