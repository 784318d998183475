import type { Descriptor, ImageIndex } from '../../core/index.ts';
import type { CollectionMember } from '../platforms/collection.ts';

/** What a collection says of itself. */
export interface CollectionFacts {
  readonly name: string;
  readonly version?: string | undefined;
  /** A name for people. */
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  /** URL of what it is made from. */
  readonly source?: string | undefined;
  /** A commit of it. */
  readonly revision?: string | undefined;
}

/** A skill that is put into a collection. */
export interface NewMember {
  readonly name: string;
  readonly version?: string | undefined;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  /** Where it is published: `ghcr.io/acme/skills/pdf:1.2.0`. */
  readonly reference: string;
  /** Of its manifest; the size must be the true one. */
  readonly descriptor: Descriptor;
}

/** A collection that is stored somewhere. */
export interface Collection extends CollectionFacts {
  /** Of the index. */
  readonly descriptor: Descriptor;
  readonly index: ImageIndex;
  /** In the order of the index's `manifests`. */
  readonly members: readonly CollectionMember[];
}
