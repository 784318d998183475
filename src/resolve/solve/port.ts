import type { Digest } from '../../core/index.ts';

/**
 * What a solver asks of the world. Each question is asked at most once in a solve, and many at the same time.
 *
 * A packageId is an opaque word for where versions of one skill lie: `ghcr.io/acme/skills/pdf`, or the source of a git, URL or path skill.
 */
export interface VersionPort {
  /** All published versions, in any order; what is no semver is passed over. Empty, or ERR_NOT_FOUND, where there is no such package. */
  versions(packageId: string): Promise<readonly string[]>;
  /**
   * What one version says of itself.
   *
   * @param version one of `versions`, or the `key` of a requirement: a digest, a tag that is no version, a git ref
   */
  manifest(packageId: string, version: string): Promise<PackageManifest>;
}

export interface PackageManifest {
  /** The version, where a key was asked for that does not say it. */
  readonly version?: string | undefined;
  /** The digest of what was found, so that a pin by digest and a pin by tag can be seen to be one. */
  readonly digest?: Digest | undefined;
  readonly dependencies: readonly PackageDependency[];
  /** Names that it stands in for, and the version of each. It counts only for what the project itself asks for. */
  readonly provides?: Readonly<Record<string, string>> | undefined;
}

export interface PackageDependency {
  readonly packageId: string;
  readonly name: string;
  readonly range: string;
  readonly optional: boolean;
}

/** What the project asks for. */
export interface Requirement {
  readonly packageId: string;
  readonly name: string;
  /** '' = the newest; a semver range; a tag; a digest. */
  readonly range: string;
  /** Exactly this, whatever `range` says: what the port's `manifest` is asked for (a git ref, or '' where there are no versions). */
  readonly key?: string | undefined;
  /** Who asks, for explanations; `skills.json` if absent. */
  readonly from?: string | undefined;
}

export interface SolveOptions {
  /** Versions to take where they satisfy: what the lock holds. */
  readonly prefer?: ReadonlyMap<string, string> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One version for each package that is needed. */
export interface Solution {
  /** By packageId, sorted. */
  readonly packages: ReadonlyMap<string, SolvedPackage>;
  /** Optional dependencies that are left out, and why. */
  readonly skipped: readonly SkippedDependency[];
}

export interface SolvedPackage {
  readonly packageId: string;
  readonly name: string;
  /** Undefined where its source has none. */
  readonly version: string | undefined;
  /** What the port was asked for: the version, or the digest, tag or ref of a requirement. */
  readonly key: string;
  readonly digest: Digest | undefined;
  /** The project asks for it; `range` is what it asks for. */
  readonly direct: boolean;
  readonly range: string | undefined;
  /** Names of the packages that depend on it, sorted. */
  readonly requiredBy: readonly string[];
  readonly dependencies: readonly SolvedDependency[];
}

export interface SolvedDependency extends PackageDependency {
  /** The packageId that answers it: its own, or a stand-in's. Undefined for an optional one that is left out. */
  readonly satisfiedBy: string | undefined;
}

export interface SkippedDependency {
  readonly packageId: string;
  readonly name: string;
  readonly range: string;
  readonly requiredBy: string;
  readonly why: string;
}
