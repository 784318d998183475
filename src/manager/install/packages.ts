import { isSkillsError } from '../../core/index.ts';
import { readArtifact } from '../../pack/index.ts';
import {
  type DependencyPlaces,
  isOciEntry,
  type LockEntry,
  type Lockfile,
  lockEntries,
  lockedPackage,
  noPlace,
  type PackageDependency,
  type PackageManifest,
  parseSpec,
  placeDependency,
  type Spec,
  type VersionPort,
  versionTags,
} from '../../resolve/index.ts';
import type { OpenedSkill, SkillSource, SourcePool, WhatOfArtifact } from '../../sources/index.ts';
import type { Store } from '../../store/index.ts';
import { keysOf, openSource, versionOf } from '../naming.ts';
import { needsOf } from './needs.ts';

const latest = 'latest';
const noPackage = [
  'ERR_NOT_FOUND',
  'ERR_BLOB_UNKNOWN',
  'ERR_UNAUTHORISED',
  'ERR_OFFLINE',
  'ERR_ARTIFACT_INVALID',
  'ERR_SKILL_INVALID',
  'ERR_ARCHIVE_UNSAFE',
] as const;

export interface PackagesOptions {
  readonly pool: SourcePool;
  readonly store: Store;
  readonly places: DependencyPlaces;
  /** Packages that stay at the version of this lock: nobody is asked for their versions. */
  readonly pinned: Lockfile;
  /** What the store's index knows counts as published. */
  readonly offline: boolean;
  /** Which platform's files are wanted of a package that has others for each. */
  readonly platformOf: (id: string) => string | undefined;
}

/** Answers the solver from the sources: every question is asked once, and the artifacts that it read are kept. */
export class Packages implements VersionPort {
  readonly #options: PackagesOptions;
  readonly #sources = new Map<string, SkillSource>();
  readonly #specs = new Map<string, Spec>();
  readonly #tags = new Map<string, Promise<ReadonlyMap<string, string>>>();
  readonly #opened = new Map<string, Promise<OpenedSkill>>();

  constructor(options: PackagesOptions) {
    this.#options = options;
  }

  /** Lets a package be opened as the spec says: a git repository at its ref. */
  introduce(id: string, spec: Spec): void {
    this.#specs.set(id, spec);
  }

  /** Takes over what another has opened already. */
  adopt(other: Packages): void {
    for (const [id, source] of other.#sources) this.#sources.set(id, source);
    for (const [id, tags] of other.#tags) this.#tags.set(id, tags);
    for (const [name, opened] of other.#opened) this.#opened.set(name, opened);
  }

  async versions(id: string): Promise<readonly string[]> {
    const pinned = this.#pin(id)?.version;
    if (pinned !== undefined) return [pinned];
    return [...(await this.#tagsOf(id)).keys()];
  }

  async manifest(id: string, key: string): Promise<PackageManifest> {
    const opened = await this.open(id, key);
    const { artifact } = opened;
    return {
      version: versionOf(id, key, opened),
      digest: artifact.descriptor.digest,
      dependencies: await Promise.all(needsOf(artifact.manifest).map((need) => this.#place(id, need))),
      provides: artifact.manifest.provides,
    };
  }

  /** @param key a version, a tag, a digest, or '' for what has one version. */
  open(id: string, key: string): Promise<OpenedSkill> {
    const name = `${id}\0${key}`;
    let opened = this.#opened.get(name);
    if (!opened) {
      opened = this.#openOnce(id, key);
      this.#opened.set(name, opened);
    }
    return opened;
  }

  async #openOnce(id: string, key: string): Promise<OpenedSkill> {
    const held = await this.#openHeld(id, key);
    if (held) return held;
    const pin = this.#pin(id);
    if (pin && pins(pin, key)) return openPinned(this.#options.pool, pin);
    const isVersion = this.#tags.has(id) && (await this.#tagsOf(id)).get(key);
    return this.#source(id).open(isVersion || key.replace('+', '_'));
  }

  /** From the store, where the lock or (offline) the index says which digest a version has. */
  async #openHeld(id: string, key: string): Promise<OpenedSkill | undefined> {
    const { store, offline } = this.#options;
    const pin = this.#pin(id);
    if (pin && pins(pin, key)) return openHeld(store, pin);
    const digest = offline ? this.#indexed(id).get(key) : undefined;
    return digest ? openDigest(store, digest, this.#whatOf(id)) : undefined;
  }

  #tagsOf(id: string): Promise<ReadonlyMap<string, string>> {
    let tags = this.#tags.get(id);
    if (!tags) {
      tags = this.#readTags(id);
      this.#tags.set(id, tags);
    }
    return tags;
  }

  async #readTags(id: string): Promise<ReadonlyMap<string, string>> {
    if (this.#options.offline) {
      const indexed = this.#indexed(id);
      if (indexed.size) return indexed;
    }
    const keys = await keysOf(this.#source(id), id);
    const tags = versionTags(keys);
    return tags.size === 0 && keys.includes(latest) ? this.#readLatest(id) : tags;
  }

  /** A repository whose only tag is `latest` has the one version that this is. */
  async #readLatest(id: string): Promise<ReadonlyMap<string, string>> {
    const opening = this.#source(id).open(latest);
    const version = versionOf(id, latest, await opening);
    for (const key of [latest, version]) this.#opened.set(`${id}\0${key}`, opening);
    return new Map([[version, latest]]);
  }

  #whatOf(id: string): WhatOfArtifact {
    const spec = parseSpec(id);
    const skill = spec.kind === 'oci' || spec.kind === 'layout' ? spec.skill : undefined;
    return { skill, platform: this.#options.platformOf(id) };
  }

  #indexed(id: string): Map<string, string> {
    const entries = this.#options.store.index.entries.filter((entry) => entry.source === id);
    return new Map(entries.flatMap(({ version, digest }) => (digest ? [[version, digest]] : [])));
  }

  #source(id: string): SkillSource {
    let source = this.#sources.get(id);
    if (!source) {
      source = openSource(this.#options.pool, id, this.#specs.get(id), this.#whatOf(id));
      this.#sources.set(id, source);
    }
    return source;
  }

  #pin(id: string): LockEntry | undefined {
    return lockEntries(this.#options.pinned).find((entry) => lockedPackage(entry) === id);
  }

  /** Of the places where a dependency may lie, the first that has it. */
  async #place(
    id: string,
    { name, range, optional }: Omit<PackageDependency, 'packageId'>,
  ): Promise<PackageDependency> {
    const candidates = placeDependency(id, name, this.#options.places);
    const [first] = candidates;
    if (first === undefined) throw noPlace(id, name);
    for (const candidate of candidates) this.#sameRef(id, candidate);
    for (const candidate of candidates) {
      if (candidates.length === 1 || (await this.#exists(candidate)))
        return { packageId: candidate, name, range, optional };
    }
    return { packageId: first, name, range, optional };
  }

  /** What lies beside a git skill is taken at the same ref. */
  #sameRef(id: string, candidate: string): void {
    const [of, spec] = [this.#specs.get(id), parseSpec(candidate)];
    if (of?.kind !== 'git' || spec.kind !== 'git' || spec.url !== of.url || !of.ref || this.#specs.has(candidate))
      return;
    this.introduce(candidate, { ...spec, ref: of.ref });
  }

  async #exists(id: string): Promise<boolean> {
    try {
      return (await this.versions(id)).length > 0;
    } catch (error) {
      // Registries answer "not found" or "denied" for a repository that is not there; another may hold no skill.
      if (isSkillsError(error, ...noPackage)) return false;
      throw error;
    }
  }
}

/** Opens exactly what a lock entry says: the digest, the commit. */
export async function openPinned(pool: SourcePool, entry: LockEntry): Promise<OpenedSkill> {
  const spec = parseSpec(lockedPackage(entry));
  const at =
    !isOciEntry(entry) && spec.kind === 'git' && entry.source.commit ? { ...spec, ref: entry.source.commit } : spec;
  const opened = await openSource(pool, lockedPackage(entry), at, entry.source).open(entry.source.digest ?? '');
  return ofPlatform(entry, opened);
}

/** The manifest that the lock pins does not say that it is one of several: the lock does. */
function ofPlatform({ source: { platform } }: LockEntry, opened: OpenedSkill): OpenedSkill {
  return platform === undefined ? opened : { ...opened, artifact: { ...opened.artifact, platform } };
}

/** What a lock entry pins, from the store; nothing where it is not held there. */
export async function openHeld(store: Store, entry: LockEntry): Promise<OpenedSkill | undefined> {
  const { digest } = entry.source;
  const spec = parseSpec(lockedPackage(entry));
  const skill = spec.kind === 'oci' || spec.kind === 'layout' ? spec.skill : undefined;
  const held = digest && (await openDigest(store, digest, { skill }));
  return held ? { ...ofPlatform(entry, held), ...commitOf(entry) } : undefined;
}

async function openDigest({ content }: Store, digest: string, what: WhatOfArtifact): Promise<OpenedSkill | undefined> {
  try {
    return { artifact: await readArtifact(content, digest, what), target: content };
  } catch (error) {
    if (isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN')) return undefined;
    throw error;
  }
}

/** Whether an entry says what `key` is: its version, or, for what has one version at a time, the only one. */
function pins(entry: LockEntry, key: string): boolean {
  return key === entry.version || (key === '' && !isOciEntry(entry));
}

function commitOf(entry: LockEntry): Pick<OpenedSkill, 'commit'> {
  if (isOciEntry(entry) || !entry.source.commit) return {};
  const spec = parseSpec(entry.source.spec);
  return { commit: { commit: entry.source.commit, path: spec.kind === 'git' ? (spec.path ?? '') : '' } };
}

/** The lock without what is to be resolved anew. */
export function withoutNames(lock: Lockfile, names: ReadonlySet<string>): Lockfile {
  const stays = (entry: { readonly name: string }) => !names.has(entry.name);
  return { ...lock, skills: lock.skills.filter(stays), otherSkills: lock.otherSkills.filter(stays) };
}
