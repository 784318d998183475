import { type Descriptor, type ImageManifest, SkillsError } from '../../core/index.ts';
import type { LayerContent } from '../artifact.types.ts';
import { annotationKeys } from './annotation-keys.ts';
import type { Dialect } from './dialect.types.ts';

const tarType = /(?:^|[./+-])(?:tar|tgz)(?:[.+](?:gzip|gz|zstd))?$|[./+-](?:gzip|zstd)$/;
const tarName = /\.(?:tar|tgz|spm|tar\.(?:gz|gzip|zst|zstd))$/i;
/** What `oras push` gives a file whose type nobody names, tar or not; a folder it packs, and says so in an annotation. */
const orasFileType = 'application/vnd.oci.image.layer.v1.tar';
const orasUnpack = 'io.deis.oras.content.unpack';

/** Whether a layer is a tar, by its media type. */
export function isTarLayer({ mediaType, annotations = {} }: Descriptor): boolean {
  const title = annotations[annotationKeys.title];
  const rawByOras =
    mediaType === orasFileType && title !== undefined && !tarName.test(title) && annotations[orasUnpack] !== 'true';
  return tarType.test(mediaType) && !rawByOras;
}

/** The layers that hold the skill, lowest first. */
export interface ChosenLayers {
  readonly content: LayerContent;
  readonly layers: readonly Descriptor[];
}

/**
 * Chooses the layers that hold the skill: by their type and not by their place, as some writers put another layer before
 * it; else what are tars; else, where every layer is titled, the files that these are.
 *
 * @throws SkillsError ERR_ARTIFACT_INVALID where there is none, or several of which one is meant.
 */
export function selectLayers({ layers }: ImageManifest, dialect: Dialect): ChosenLayers {
  const typed = layers.filter(({ mediaType }) => dialect.layerTypes.includes(mediaType));
  const tars = typed.length > 0 ? typed : layers.filter(isTarLayer);
  if (tars.length === 1 || (tars.length > 0 && dialect.layered)) return { content: 'tar', layers: tars };
  if (tars.length === 0 && layers.some(isSkillMd) && layers.every(isTitled)) return { content: 'files', layers };
  const found = layers.map(({ mediaType }) => mediaType).join(', ') || 'none';
  const has = tars.length > 0 ? 'several layers' : 'no layer';
  throw new SkillsError(
    'ERR_ARTIFACT_INVALID',
    `The artifact is of the dialect ${dialect.name} and has ${has} with a skill in it (layers: ${found})`,
    { data: { reason: tars.length > 0 ? 'several-layers' : 'no-layer' } },
  );
}

/** The path of the file that a layer is. */
export function titleOf({ annotations = {} }: Descriptor): string {
  return annotations[annotationKeys.title] ?? '';
}

function isTitled(layer: Descriptor): boolean {
  return titleOf(layer) !== '';
}

function isSkillMd(layer: Descriptor): boolean {
  return /(?:^|\/)SKILL\.md$/.test(titleOf(layer));
}
