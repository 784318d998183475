import {
  type Cancellable,
  type Descriptor,
  type Digest,
  type ImageIndex,
  isIndexType,
  isSkillsError,
  mapConcurrently,
  parseIndex,
  parseManifest,
  type ReadOnlyTarget,
  SkillsError,
} from '../../core/index.ts';
import { annotationKeys } from '../dialects/index.ts';
import { type FetchedManifest, fetchManifest } from '../fetch-manifest.ts';
import { isCollection, isCollectionError, membersOf, mostMembers } from './collection.ts';
import { formatPlatform, isPlatform, platformOf } from './platform.ts';

/** One manifest of an index, and what pins it. */
export interface ChosenManifest {
  readonly manifest: FetchedManifest;
  /** The index where all its platforms have the same layers, else the manifest. */
  readonly pinned: FetchedManifest;
  /** Where the layers differ. */
  readonly platform?: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** Every manifest that was read. */
  readonly read: readonly FetchedManifest[];
}

/** Manifests of an index that are fetched, at most. */
const mostPlatforms = 64;
/** Indexes inside each other. */
const deepest = 3;
const atOnce = 8;

interface Child {
  readonly descriptor: Descriptor;
  readonly platform: string;
}

/**
 * Chooses one manifest of an index. What has the same layers for every platform is one skill, pinned by the index; where
 * they differ, the platform decides, and the manifest pins what was chosen.
 *
 * @throws SkillsError ERR_ARTIFACT_INVALID for a collection (`data.reason` `collection`), for several platforms of which
 * none is asked for (`platform`), and for an index that cannot be one skill; ERR_NOT_FOUND where the platform is not there.
 */
export async function readIndex(
  target: ReadOnlyTarget,
  index: FetchedManifest,
  {
    reference,
    platform,
    ...options
  }: Cancellable & { readonly reference: string; readonly platform?: string | undefined },
): Promise<ChosenManifest> {
  const document = parseMembers(index.bytes);
  if (isCollection(document)) throw collectionError(reference, document);
  const inner: FetchedManifest[] = [];
  const children = await flatten(target, document, { ...options, inner, seen: new Set([index.descriptor.digest]) }, 1);
  if (children.length === 0) throw notOneSkill(reference, 'is an index of nothing that can be read', 'index');
  const manifests = await fetchChildren(target, children, { ...options, platform });
  const read = [...inner, ...manifests.map(({ manifest }) => manifest)];
  const annotations = document.annotations ?? {};
  const [first] = manifests;
  if (
    first &&
    manifests.length === children.length &&
    new Set(manifests.map(({ manifest }) => layersOf(manifest))).size === 1
  ) {
    return { manifest: first.manifest, pinned: index, annotations, read };
  }
  const platforms = manifests.map(({ platform: of }) => of);
  const chosen = manifests.find(({ platform: of }) => of === choosePlatform(reference, platforms, children, platform));
  if (!chosen) throw notOneSkill(reference, 'has no manifest for its platform', 'index');
  return { manifest: chosen.manifest, pinned: chosen.manifest, platform: chosen.platform, annotations, read };
}

interface FetchedChild {
  readonly platform: string;
  readonly manifest: FetchedManifest;
}

/** Copies often hold some platforms only: who asks for one that is there gets it. */
async function fetchChildren(
  target: ReadOnlyTarget,
  children: readonly Child[],
  { platform, ...options }: Cancellable & { readonly platform?: string | undefined },
): Promise<readonly FetchedChild[]> {
  const fetched = await mapConcurrently(children, atOnce, async (child): Promise<FetchedChild | undefined> => {
    try {
      return { platform: child.platform, manifest: await fetchManifest(target, child.descriptor.digest, options) };
    } catch (cause) {
      if (!isSkillsError(cause, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN')) throw cause;
      if (platform !== undefined && !fits(child, platform)) return undefined;
      throw new SkillsError('ERR_BLOB_UNKNOWN', `${child.descriptor.digest}, which the index names, is not there`, {
        cause,
      });
    }
  });
  return fetched.filter((child) => child !== undefined);
}

interface Flattening extends Cancellable {
  readonly inner: FetchedManifest[];
  readonly seen: Set<Digest>;
}

/** The manifests of an index, and of those in it. */
async function flatten(
  target: ReadOnlyTarget,
  document: ImageIndex,
  work: Flattening,
  depth: number,
): Promise<readonly Child[]> {
  const platformed = document.manifests.filter((child) => platformOf(child) || isIndexType(child.mediaType));
  const candidates = platformed.length > 0 ? platformed : document.manifests;
  if (candidates.length > mostPlatforms || (platformed.length === 0 && candidates.length > 1)) {
    throw notOneSkill('the reference', `is an index of ${candidates.length} artifacts`, 'index');
  }
  const found: Child[] = [];
  for (const descriptor of candidates) {
    if (work.seen.has(descriptor.digest))
      throw notOneSkill('the reference', 'is an index that names itself or a child twice', 'loop');
    work.seen.add(descriptor.digest);
    if (work.seen.size > mostPlatforms)
      throw notOneSkill('the reference', `has more than ${mostPlatforms} manifests`, 'index');
    found.push(
      ...(isIndexType(descriptor.mediaType) ? await descend(target, descriptor, work, depth) : [childOf(descriptor)]),
    );
  }
  return found;
}

async function descend(
  target: ReadOnlyTarget,
  descriptor: Descriptor,
  work: Flattening,
  depth: number,
): Promise<readonly Child[]> {
  if (depth >= deepest)
    throw notOneSkill('the reference', `has more than ${deepest} indexes inside each other`, 'nesting');
  const fetched = await fetchManifest(target, descriptor.digest, work);
  work.inner.push(fetched);
  return flatten(target, parseMembers(fetched.bytes), work, depth + 1);
}

function childOf(descriptor: Descriptor): Child {
  const platform = platformOf(descriptor);
  return { descriptor, platform: platform ? formatPlatform(platform) : '' };
}

function choosePlatform(
  reference: string,
  platforms: readonly string[],
  children: readonly Child[],
  asked: string | undefined,
): string {
  if (asked === undefined) {
    throw new SkillsError('ERR_ARTIFACT_INVALID', `"${reference}" holds different files for ${platforms.join(', ')}`, {
      hint: `say which: --platform ${platforms[0]}`,
      data: { reason: 'platform', platforms },
    });
  }
  const fitting = children.find(({ platform }) => platform === asked) ?? children.find((child) => fits(child, asked));
  if (fitting) return fitting.platform;
  throw new SkillsError('ERR_NOT_FOUND', `"${reference}" has nothing for the platform ${asked}`, {
    hint: `it has ${platforms.join(', ')}`,
    data: { reason: 'platform', platforms },
  });
}

function fits({ descriptor }: Child, asked: string): boolean {
  const platform = platformOf(descriptor);
  return platform !== undefined && isPlatform(platform, asked);
}

function layersOf({ bytes }: FetchedManifest): string {
  return parseManifest(bytes)
    .layers.map(({ digest }) => digest)
    .join(' ');
}

function parseMembers(bytes: Uint8Array): ImageIndex {
  const document = parseIndex(bytes);
  if (document.manifests.length <= mostMembers) return document;
  throw notOneSkill(
    'the reference',
    `is an index of ${document.manifests.length} artifacts; ${mostMembers} are read`,
    'index',
  );
}

function collectionError(reference: string, document: ImageIndex): SkillsError {
  const { annotations = {} } = document;
  const name = annotations['io.agentskills.collection.name'] ?? annotations[annotationKeys.title];
  return isCollectionError(reference, name, membersOf(document));
}

function notOneSkill(reference: string, what: string, reason: string): SkillsError {
  const subject = reference === 'the reference' ? 'It' : `"${reference}"`;
  return new SkillsError('ERR_ARTIFACT_INVALID', `${subject} ${what}, not one skill`, {
    hint: 'name one of the artifacts that it lists by its digest',
    data: { reason },
  });
}
