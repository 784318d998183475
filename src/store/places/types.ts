import type { Digest } from '../../core/index.ts';
import type { FileRecord } from '../../pack/index.ts';
import type { StoredTree } from '../tree/types.ts';

interface PlaceBase {
  /** Absolute path of the folder or link, like `/project/.agents/skills/pdf`. */
  readonly path: string;
  /** The project's lock says that this place is ours. */
  readonly ours?: boolean;
  /** The content that the lock said was here before this change. */
  readonly was?: Digest | undefined;
  /** What was edited here may be lost. A place that is not ours is never replaced, not even so. */
  readonly force?: boolean;
}

/** What is to become of one place in an agent's folder. */
export type PlaceChange = PlaceBase &
  (
    | { readonly kind: 'copy'; readonly tree: StoredTree }
    /** `target` is the link's text: relative to the link's folder, or absolute. */
    | { readonly kind: 'link'; readonly target: string }
    | { readonly kind: 'remove' }
  );

/** What should be at a place. */
export interface PlaceExpectation {
  readonly path: string;
  readonly kind?: 'copy' | 'link';
  /** For `copy`. */
  readonly contentDigest?: Digest | undefined;
  /** For `copy`: tells which files are executable; where it is absent that is not looked at. */
  readonly files?: readonly FileRecord[] | undefined;
  /** For `link`. */
  readonly target?: string | undefined;
  readonly was?: Digest | undefined;
  readonly ours?: boolean | undefined;
}

/**
 * `same`: as expected. `missing`: nothing is there. `outdated`: ours and unedited, but of another content, kind or
 * target: it may be replaced. `changed`: ours, and edited since. `foreign`: not ours.
 */
export type PlaceState = 'same' | 'missing' | 'outdated' | 'changed' | 'foreign';

/** `[size, mtimeMs, ctimeMs, ino, executable, digest]`; short, for there are thousands. */
export type FileStamp = readonly [number, number, number, number, 0 | 1, Digest];
/** `[mtimeMs, ino]` */
export type FolderStamp = readonly [number, number];

/** What a place held when somebody last looked, so that the next look is a pass of `stat`. */
export interface Observation {
  /** Milliseconds since 1970, taken before the first `stat`. */
  readonly at: number;
  readonly contentDigest: Digest;
  readonly files: Readonly<Record<string, FileStamp>>;
  readonly folders: Readonly<Record<string, FolderStamp>>;
}

/** What the store knows of a place that it filled. */
export type PlaceRecord =
  | { readonly kind: 'copy'; readonly installed: Digest; readonly seen: Observation }
  | { readonly kind: 'link'; readonly target: string };
