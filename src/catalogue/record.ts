import type { Digest } from '../core/index.ts';

/** One version of a skill as its artifact in the registry tells of it; nothing in here comes from a client. */
export interface SkillRecord {
  /** Registry and repository, the skill's identity in the index: `ghcr.io/acme/skills/pdf`. */
  readonly repository: string;
  /** Semantic version. */
  readonly version: string;
  /** The tag it was found under. */
  readonly tag: string;
  /** Of the OCI manifest. */
  readonly digest: Digest;
  readonly layer: { readonly mediaType: string; readonly digest: Digest; readonly size: number };
  readonly contentDigest?: Digest;
  readonly name: string;
  /** Without `@`, where the manifest states one. */
  readonly scope?: string;
  readonly title?: string;
  readonly description: string;
  readonly author?: string;
  readonly license?: string;
  readonly homepage?: string;
  readonly tags: readonly string[];
  readonly abilities: readonly string[];
  /** Name to range: skills and hosts. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** The manifest as the artifact embeds it. */
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** A {@link SkillRecord} with the text of its instructions, for search only; it is never given out. */
export interface IndexableRecord extends SkillRecord {
  readonly body: string;
}

/** A version and when the index saw it. Times are ISO 8601 in UTC. */
export interface VersionEntry extends SkillRecord {
  readonly firstSeen: string;
  readonly lastChanged: string;
}

/** A version in the list of a skill's versions. */
export interface VersionLine {
  readonly version: string;
  readonly tag: string;
  readonly digest: Digest;
  readonly layer: SkillRecord['layer'];
  readonly firstSeen: string;
}

/** A skill: its newest listed version (a prerelease only where there is nothing else) and the list of all. */
export interface SkillEntry extends VersionEntry {
  /** Newest first. */
  readonly versions: readonly VersionLine[];
}
