import {
  type Cancellable,
  type Descriptor,
  type Digest,
  type ImageIndex,
  isIndexType,
  isSkillsError,
  mapConcurrently,
  parseIndex,
  type ReadOnlyTarget,
  SkillsError,
} from '../../core/index.ts';
import { type FetchedManifest, fetchManifest } from '../fetch-manifest.ts';
import { mostMembers } from './collection.ts';
import { formatPlatform, isPlatform, platformOf } from './platform.ts';

/** Manifests of an index that are fetched, at most. */
const mostPlatforms = 64;
/** Indexes inside each other. */
const deepest = 3;
const atOnce = 8;
/** Bytes of all manifests of an index together. */
const mostBytes = 16 * 1024 * 1024;

/** A manifest that an index names. */
export interface Child {
  readonly descriptor: Descriptor;
  /** Empty where none is stated. */
  readonly platform: string;
}

export interface FetchedChild {
  readonly platform: string;
  readonly manifest: FetchedManifest;
}

export interface IndexWork extends Cancellable {
  /** What the index was asked for by. */
  readonly reference: string;
  readonly platform?: string | undefined;
}

/** The manifests that an index names, and the indexes inside of it that were read for them. */
export interface Children {
  readonly children: readonly Child[];
  readonly inner: readonly FetchedManifest[];
}

/** @throws SkillsError ERR_ARTIFACT_INVALID for an index that cannot be one skill: too many children, too deep, a loop. */
export async function findChildren(target: ReadOnlyTarget, index: FetchedManifest, work: IndexWork): Promise<Children> {
  return new Finder(target, work).find(index, 1);
}

class Finder {
  readonly #target: ReadOnlyTarget;
  readonly #work: IndexWork;
  readonly #seen = new Set<Digest>();

  constructor(target: ReadOnlyTarget, work: IndexWork) {
    this.#target = target;
    this.#work = work;
  }

  async find({ descriptor, bytes }: FetchedManifest, depth: number): Promise<Children> {
    this.#see(descriptor);
    const found: { children: Child[]; inner: FetchedManifest[] } = { children: [], inner: [] };
    for (const child of this.#candidates(readIndexDocument(bytes, this.#work.reference))) {
      if (!isIndexType(child.mediaType)) {
        this.#see(child);
        found.children.push({ descriptor: child, platform: nameOf(child) });
        continue;
      }
      if (depth >= deepest) throw this.#refused(`has more than ${deepest} indexes inside each other`, 'nesting');
      const fetched = await fetchManifest(this.#target, child.digest, this.#work);
      const { children, inner } = await this.find(fetched, depth + 1);
      found.children.push(...children);
      found.inner.push(fetched, ...inner);
    }
    return found;
  }

  /** What has no platform counts only where nothing has one. */
  #candidates({ manifests }: ImageIndex): readonly Descriptor[] {
    const platformed = manifests.filter((child) => platformOf(child) || isIndexType(child.mediaType));
    const chosen = platformed.length > 0 ? platformed : manifests;
    const several = platformed.length === 0 && manifests.length > 1;
    if (several || chosen.length > mostPlatforms)
      throw this.#refused(`is an index of ${chosen.length} artifacts`, 'index');
    return chosen;
  }

  #see({ digest }: Descriptor): void {
    if (this.#seen.has(digest)) throw this.#refused('is an index that names itself, or a child twice', 'loop');
    this.#seen.add(digest);
    if (this.#seen.size > mostPlatforms) throw this.#refused(`has more than ${mostPlatforms} manifests`, 'index');
  }

  #refused(what: string, reason: string): SkillsError {
    return notOneSkill(this.#work.reference, what, reason);
  }
}

/** Copies often hold some platforms only: who asks for one that is there gets it. */
export async function fetchChildren(
  target: ReadOnlyTarget,
  children: readonly Child[],
  { reference, platform, ...options }: IndexWork,
): Promise<readonly FetchedChild[]> {
  let bytes = 0;
  const fetched = await mapConcurrently(children, atOnce, async (child): Promise<FetchedChild | undefined> => {
    const { digest } = child.descriptor;
    try {
      const manifest = await fetchManifest(target, digest, options);
      bytes += manifest.bytes.length;
      if (bytes > mostBytes) throw notOneSkill(reference, `has manifests of more than ${mostBytes} bytes`, 'index');
      return { platform: child.platform, manifest };
    } catch (cause) {
      if (!isSkillsError(cause, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN')) throw cause;
      if (platform !== undefined && !fits(child, platform)) return undefined;
      throw new SkillsError('ERR_BLOB_UNKNOWN', `${digest}, which the index names, is not there`, { cause });
    }
  });
  return fetched.filter((child) => child !== undefined);
}

export function fits({ descriptor }: Child, asked: string): boolean {
  const platform = platformOf(descriptor);
  return platform !== undefined && isPlatform(platform, asked);
}

export function readIndexDocument(bytes: Uint8Array, reference: string): ImageIndex {
  const document = parseIndex(bytes);
  const count = document.manifests.length;
  if (count <= mostMembers) return document;
  throw notOneSkill(reference, `is an index of ${count} artifacts; ${mostMembers} are read`, 'index');
}

export function notOneSkill(reference: string, what: string, reason: string): SkillsError {
  return new SkillsError('ERR_ARTIFACT_INVALID', `"${reference}" ${what}, not one skill`, {
    hint: 'name one of the artifacts that it lists by its digest',
    data: { reason },
  });
}

function nameOf(descriptor: Descriptor): string {
  const platform = platformOf(descriptor);
  return platform ? formatPlatform(platform) : '';
}
