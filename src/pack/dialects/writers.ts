import type { ArchiveRoot } from '../unpack/tree-root.ts';
import { writeAgentskills } from './agentskills-write.ts';
import { writeImage } from './image-write.ts';
import type { ArtifactParts, WrittenArtifact } from './written.types.ts';

/** The dialects that skills are written in. */
export type WritableDialect = 'agentskills' | 'image';

export interface Writer {
  /** What its tar is rooted at. */
  readonly root: ArchiveRoot;
  /** Stands before the tag of each version, so that several dialects fit into one repository. */
  readonly tagPrefix: string;
  /** Whether it states the digest of the uncompressed tar. */
  readonly diffId: boolean;
  write(parts: ArtifactParts): WrittenArtifact;
}

export const writers: Readonly<Record<WritableDialect, Writer>> = {
  agentskills: { root: 'named', tagPrefix: '', diffId: false, write: writeAgentskills },
  // "1.2.0-image" would be a prerelease of 1.2.0, and "image/1.2.0" is no tag.
  image: { root: 'bare', tagPrefix: 'image-', diffId: true, write: writeImage },
};

/** The tag of a version, or of `latest` and its like, in a dialect: `1.2.0`, `image-1.2.0`. */
export function dialectTag(dialect: WritableDialect, tag: string): string {
  return `${writers[dialect].tagPrefix}${tag}`;
}
