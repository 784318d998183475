import { type ImageIndex, parseManifest, type ReadOnlyTarget, SkillsError } from '../../core/index.ts';
import { annotationKeys } from '../dialects/index.ts';
import type { FetchedManifest } from '../fetch-manifest.ts';
import {
  type Child,
  type FetchedChild,
  fetchChildren,
  findChildren,
  fits,
  type IndexWork,
  notOneSkill,
  readIndexDocument,
} from './children.ts';
import { isCollection, isCollectionError, membersOf } from './collection.ts';

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
  work: IndexWork,
): Promise<ChosenManifest> {
  const document = readIndexDocument(index.bytes, work.reference);
  if (isCollection(document)) throw collectionError(work.reference, document);
  const { children, inner } = await findChildren(target, index, work);
  const manifests = await fetchChildren(target, children, work);
  const [first] = manifests;
  if (!first) throw notOneSkill(work.reference, 'is an index of nothing that can be read', 'index');
  const read = [...inner, ...manifests.map(({ manifest }) => manifest)];
  const found = { annotations: document.annotations ?? {}, read };
  const same = manifests.length === children.length && new Set(manifests.map(layersOf)).size === 1;
  if (same) return { ...found, manifest: first.manifest, pinned: index };
  const { manifest, platform } = choosePlatform(manifests, children, work);
  return { ...found, manifest, pinned: manifest, platform };
}

function choosePlatform(
  manifests: readonly FetchedChild[],
  children: readonly Child[],
  { reference, platform: asked }: IndexWork,
): FetchedChild {
  const platforms = children.map(({ platform }) => platform);
  if (asked === undefined) {
    throw new SkillsError('ERR_ARTIFACT_INVALID', `"${reference}" holds different files for ${listOf(platforms)}`, {
      hint: `say which: --platform ${platforms[0]}`,
      data: { reason: 'platform', platforms },
    });
  }
  const fitting = children.find(({ platform }) => platform === asked) ?? children.find((child) => fits(child, asked));
  const chosen = manifests.find(({ platform }) => platform === fitting?.platform);
  if (chosen) return chosen;
  throw new SkillsError('ERR_NOT_FOUND', `"${reference}" has nothing for the platform ${asked}`, {
    hint: `it has ${listOf(platforms)}`,
    data: { reason: 'platform', platforms },
  });
}

function listOf(platforms: readonly string[]): string {
  return platforms.slice(0, 12).join(', ') + (platforms.length > 12 ? ', …' : '');
}

function layersOf({ manifest }: FetchedChild): string {
  return parseManifest(manifest.bytes)
    .layers.map(({ digest }) => digest)
    .join(' ');
}

function collectionError(reference: string, document: ImageIndex): SkillsError {
  const { annotations = {} } = document;
  const name = annotations['io.agentskills.collection.name'] ?? annotations[annotationKeys.title];
  return isCollectionError(reference, name, membersOf(document));
}
