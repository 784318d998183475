import type { Digest, ImageManifest } from '../../core/index.ts';
import type { SkillDependency, SkillManifest } from '../../manifest/index.ts';
import type { FileRecord } from '../files/content-digest.ts';
import type { ArchiveRoot } from '../unpack/tree-root.ts';

/** What a dialect reads out of an artifact besides its layers. */
export interface ArtifactFacts {
  /** All of it, as only this project writes it: then no layer needs to be read. */
  readonly manifest?: SkillManifest;
  /** What the artifact says in its own words, where it names the skill: the layers' files say more, and must agree on the name. */
  readonly stated?: SkillManifest;
  /** What it needs, where its own files do not say. */
  readonly requires?: readonly SkillDependency[];
  readonly version?: string;
  readonly files?: readonly FileRecord[];
  readonly contentDigest?: Digest;
  /** A list of the files without their sizes, by their paths in the layer, which what is in it must be equal to. */
  readonly inventory?: readonly InventoryEntry[];
}

export interface InventoryEntry {
  readonly path: string;
  readonly digest: Digest;
  readonly executable: boolean;
}

/** An artifact as a dialect sees it. */
export interface ArtifactSource {
  readonly image: ImageManifest;
  readonly annotations: Readonly<Record<string, string>>;
  /** The config's bytes, from its `data` or fetched; checked. @throws SkillsError */
  config(): Promise<Uint8Array>;
}

/** One way in which skills are kept in registries. */
export interface Dialect {
  readonly name: string;
  readonly artifactTypes: readonly string[];
  readonly configTypes: readonly string[];
  /** Media types of the layer that holds the skill. None: whatever layers are tars. */
  readonly layerTypes: readonly string[];
  /** What its tar is usually rooted at. `any`: looked up by where SKILL.md is. */
  readonly root: ArchiveRoot | 'any';
  /** Whether it may have several layers, each hiding what lies below it. */
  readonly layered?: boolean;
  read(source: ArtifactSource): Promise<ArtifactFacts>;
}
