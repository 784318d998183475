import type { Digest } from '../../core/index.ts';
import type { JsonObject } from '../json/fields.ts';

/** The highest `lockfileVersion` that is read, and the one that is written. */
export const lockfileVersion = 1;

/** Written for `generatedAt` and `installedAt`: Arconia refuses a lock without them, and a true time would change the file for nothing. */
export const lockTime = '1970-01-01T00:00:00Z';

/** skills.lock.json: exactly what a project has installed. Sorted by name when written. */
export interface Lockfile {
  /** From OCI registries; Arconia and skills-oci read these too. */
  readonly skills: readonly LockedSkill[];
  /** From layout folders, git, URLs and paths. */
  readonly otherSkills: readonly LockedOther[];
  readonly unknown: JsonObject;
}

/** What both kinds of entries hold. All that is optional is absent in locks of other tools. */
interface LockedFacts {
  readonly name: string;
  /** Where its files lie in the project, '/'-separated: `.agents/skills/pdf`. */
  readonly path: string;
  /** Other places of the same files or links to them. Written under both spellings that tools use. */
  readonly additionalPaths: readonly string[];
  readonly version?: string;
  /** What skills.json asks for (`*` for the newest). Absent on what only dependencies ask for. */
  readonly range?: string;
  readonly contentDigest?: Digest;
  /** The blob that holds the files, where it is one. */
  readonly layer?: LockedBlob;
  /** Size in bytes of the manifest that `source.digest` names. */
  readonly manifestSize?: number;
  readonly signer?: unknown;
  /** Names of the skills that depend on it, sorted. */
  readonly requiredBy: readonly string[];
  readonly dependencies: readonly LockedDependency[];
  readonly capabilities?: unknown;
  readonly unknown: JsonObject;
}

export interface LockedSkill extends LockedFacts {
  readonly source: OciSource;
}

export interface LockedOther extends LockedFacts {
  readonly source: OtherSource;
}

export type LockEntry = LockedSkill | LockedOther;

/** Shape of landscape.md section 3.1; `ref` is `registry/repository:tag@digest`. None of these may be empty. */
export interface OciSource {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: Digest;
  readonly ref: string;
  readonly unknown: JsonObject;
  /** Which skill of an artifact that holds several. */
  readonly skill?: string;
  /** Which platform `digest` was chosen for, where an index has different files for each: `linux/arm64`. */
  readonly platform?: string;
}

/** Where a skill came from that no registry holds. */
export interface OtherSource {
  readonly type: OtherSourceType;
  /** The packageId: `owner/repo/path`, `git+https://…#:path`, `oci-layout:./dir`, `https://…/x.spm`, `./folder`, `./x.spm`. */
  readonly spec: string;
  /** git: the branch or tag that was asked for. */
  readonly ref?: string;
  /** git: what it stood for, 40 or 64 hex digits. */
  readonly commit?: string;
  /** layout: the tag. */
  readonly tag?: string;
  /** layout: of the manifest; URL and file: of the bytes. */
  readonly digest?: Digest;
  /** layout: as in {@link OciSource}; the skill stands in `spec`. */
  readonly platform?: string;
  readonly unknown: JsonObject;
}

export type OtherSourceType = 'layout' | 'git' | 'url' | 'folder' | 'file';
export const otherSourceTypes: readonly OtherSourceType[] = ['layout', 'git', 'url', 'folder', 'file'];

export interface LockedBlob {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
}

/** One requirement of a locked skill, as its manifest states it. */
export interface LockedDependency {
  readonly name: string;
  readonly range: string;
  /** The packageId that it was looked for at. */
  readonly source?: string;
  readonly optional: boolean;
  /** The skill of the project that stands in for it (`provides`). */
  readonly providedBy?: string;
}

export const emptyLock: Lockfile = { skills: [], otherSkills: [], unknown: {} };

export function isOciEntry(entry: LockEntry): entry is LockedSkill {
  return 'registry' in entry.source;
}

export function isOtherEntry(entry: LockEntry): entry is LockedOther {
  return !isOciEntry(entry);
}

/** All entries, sorted by name. */
export function lockEntries(lock: Lockfile): readonly LockEntry[] {
  return [...lock.skills, ...lock.otherSkills].sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function findLocked(lock: Lockfile, name: string): LockEntry | undefined {
  let names = entriesByName.get(lock);
  if (!names) {
    // An OCI entry stands before another of its name.
    names = new Map([...lock.otherSkills, ...lock.skills].map((entry) => [entry.name, entry]));
    entriesByName.set(lock, names);
  }
  return names.get(name);
}

/** For every skill of hundreds it is asked several times. */
const entriesByName = new WeakMap<Lockfile, ReadonlyMap<string, LockEntry>>();

/** The packageId that an entry came from: the name is bound to it. */
export function lockedPackage({ source }: LockEntry): string {
  if (!('registry' in source)) return source.spec;
  return `${source.registry}/${source.repository}${source.skill === undefined ? '' : `#${source.skill}`}`;
}

/** The `source` of an entry from a registry. `tag` is the version's tag also for an install by digest: an empty one is refused by Arconia. */
export function ociSource(place: Omit<OciSource, 'ref' | 'unknown'>): OciSource {
  const { registry, repository, tag, digest, skill, platform } = place;
  return {
    ...{ registry, repository, tag, digest, ref: `${registry}/${repository}:${tag}@${digest}`, unknown: {} },
    ...(skill === undefined ? {} : { skill }),
    ...(platform === undefined ? {} : { platform }),
  };
}
