import {
  type Cancellable,
  canFetchReference,
  type Descriptor,
  fetchBytes,
  type ImageManifest,
  isIndexType,
  limits,
  manifestTypeOf,
  parseManifest,
  type ReadOnlyTarget,
  readAll,
  SkillsError,
  streamOf,
  verified,
} from '../core/index.ts';
import type { SkillArtifact } from './artifact.types.ts';
import { largestConfig } from './dialects/config-limits.ts';
import { type Dialect, selectDialect } from './dialects/index.ts';

/**
 * Reads what an artifact says of itself: one request for its manifest, and one for its config where that is not inlined.
 *
 * @param reference a tag or a digest.
 * @throws SkillsError ERR_ARTIFACT_INVALID where it is no skill, or one that cannot be read; ERR_DIGEST_MISMATCH where an
 * inlined config is not the one that its descriptor names; what the target throws.
 */
export async function readArtifact(
  target: ReadOnlyTarget,
  reference: string,
  options: Cancellable = {},
): Promise<SkillArtifact> {
  const { descriptor, bytes } = await fetchManifest(target, reference, options);
  if (isIndexType(descriptor.mediaType) || isIndexType(manifestTypeOf(bytes))) throw isIndex(reference);
  const image = parseManifest(bytes);
  const dialect = selectDialect(image);
  const annotations = image.annotations ?? {};
  const facts = await dialect.read({ image, annotations, config: () => readConfig(target, image.config, options) });
  const layer = selectLayer(image, dialect);
  return { descriptor, bytes, dialect: dialect.name, layer, root: dialect.root, annotations, ...facts };
}

async function fetchManifest(
  target: ReadOnlyTarget,
  reference: string,
  options: Cancellable,
): Promise<{ descriptor: Descriptor; bytes: Uint8Array }> {
  if (canFetchReference(target)) return target.fetchReference(reference, options);
  const descriptor = await target.resolve(reference, options);
  return { descriptor, bytes: await fetchBytes(target, descriptor, limits.manifestBytes, options) };
}

async function readConfig(target: ReadOnlyTarget, config: Descriptor, options: Cancellable): Promise<Uint8Array> {
  if (config.data === undefined) return fetchBytes(target, config, largestConfig, options);
  const inlined = Buffer.from(config.data, 'base64');
  return readAll(verified(streamOf(inlined), config, 'the config in the manifest'), largestConfig);
}

/** By its type and not by its place: some writers put another layer before it. */
function selectLayer({ layers }: ImageManifest, { layerTypes, name }: Dialect): Descriptor {
  const [layer, ...others] = layers.filter(({ mediaType }) => layerTypes.includes(mediaType));
  if (layer && others.length === 0) return layer;
  const found = layers.map(({ mediaType }) => mediaType).join(', ') || 'none';
  throw new SkillsError(
    'ERR_ARTIFACT_INVALID',
    `The artifact is of the dialect ${name} and has ${layer ? 'several layers' : 'no layer'} with a skill in it (layers: ${found})`,
    { data: { reason: layer ? 'several-layers' : 'no-layer' } },
  );
}

function isIndex(reference: string): SkillsError {
  return new SkillsError('ERR_ARTIFACT_INVALID', `"${reference}" is an index of several artifacts, not one skill`, {
    hint: 'name one of the artifacts that it lists by its digest',
    data: { reason: 'index' },
  });
}
