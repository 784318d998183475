import {
  type Cancellable,
  type Descriptor,
  type Digest,
  fetchBytes,
  isIndexType,
  manifestTypeOf,
  parseManifest,
  type ReadOnlyTarget,
  readAll,
  resolveSize,
  streamOf,
  verified,
} from '../core/index.ts';
import type { ReadArtifactOptions, SkillArtifact } from './artifact.types.ts';
import { largestConfig } from './dialects/config-limits.ts';
import { selectDialect, selectLayers } from './dialects/index.ts';
import { type FetchedManifest, fetchManifest } from './fetch-manifest.ts';
import { checkPlatform } from './platforms/platform.ts';
import { type ChosenManifest, readIndex } from './platforms/read-index.ts';

const skillimageCollection = 'application/vnd.skillimage.collection.v1+yaml';

/**
 * Reads what an artifact says of itself, in any dialect: one request for its manifest, and one for its config where that
 * is not inlined. Where those do not tell all that a skill's own files do (only what this project packed does), the layers
 * are read too; an index costs a request for each of its platforms.
 *
 * @param reference a tag or a digest.
 * @throws SkillsError ERR_ARTIFACT_INVALID where it is no skill, or one that cannot be read (`data.reason`: `collection`
 * with its members, `platform`, `several-skills`…); ERR_NOT_FOUND where the platform or skill that is asked for is not in it; ERR_USAGE for a platform that is none;
 * ERR_ARCHIVE_UNSAFE for its layers; ERR_DIGEST_MISMATCH where an inlined config is not the one that its descriptor names;
 * what the target throws.
 */
export async function readArtifact(
  target: ReadOnlyTarget,
  reference: string,
  options: ReadArtifactOptions = {},
): Promise<SkillArtifact> {
  if (options.platform !== undefined) checkPlatform(options.platform);
  const fetched = await fetchManifest(target, reference, options);
  const chosen = isIndex(fetched) ? await readIndex(target, fetched, { ...options, reference }) : alone(fetched);
  const image = parseManifest(chosen.manifest.bytes);
  if (image.artifactType === skillimageCollection) {
    const { readSkillimageCollection } = await import('./platforms/skillimage-collection.ts');
    throw await readSkillimageCollection(target, image, reference, options);
  }
  const dialect = selectDialect(image);
  const annotations = { ...chosen.annotations, ...image.annotations };
  const held = new Map(chosen.read.map(({ descriptor, bytes }) => [descriptor.digest, bytes]));
  const config = () => readConfig(target, image.config, held, options);
  const { manifest, stated, requires = [], inventory, ...facts } = await dialect.read({ image, annotations, config });
  const { content, layers } = await trueSizes(target, selectLayers(image, dialect), options);
  const [layer] = layers;
  const base = {
    ...{ descriptor: chosen.pinned.descriptor, bytes: chosen.pinned.bytes, dialect: dialect.name, annotations, held },
    ...{ layers, layer: layer ?? image.config, content, layered: dialect.layered ?? false },
    ...(isIndex(fetched) ? { index: fetched.descriptor } : {}),
    ...(chosen.platform === undefined ? {} : { platform: chosen.platform }),
  };
  if (manifest) return { ...base, ...facts, manifest, root: dialect.root === 'any' ? 'bare' : dialect.root };
  const { completeArtifact } = await import('./scan/complete-artifact.ts');
  return completeArtifact(target, { ...base, ...facts }, { dialect, stated, requires, inventory }, options);
}

function isIndex({ descriptor, bytes }: FetchedManifest): boolean {
  return isIndexType(descriptor.mediaType) || isIndexType(manifestTypeOf(bytes));
}

function alone(manifest: FetchedManifest): ChosenManifest {
  return { manifest, pinned: manifest, annotations: {}, read: [] };
}

async function trueSizes<T extends { readonly layers: readonly Descriptor[] }>(
  target: ReadOnlyTarget,
  chosen: T,
  options: Cancellable,
): Promise<T> {
  const layers: Descriptor[] = [];
  for (const layer of chosen.layers) layers.push(await resolveSize(target, layer, options));
  return { ...chosen, layers };
}

async function readConfig(
  target: ReadOnlyTarget,
  stated: Descriptor,
  held: Map<Digest, Uint8Array>,
  options: Cancellable,
): Promise<Uint8Array> {
  if (stated.data !== undefined) {
    const inlined = Buffer.from(stated.data, 'base64');
    return readAll(verified(streamOf(inlined), stated, 'the config in the manifest'), largestConfig);
  }
  const config = await resolveSize(target, stated, options);
  const bytes = await fetchBytes(target, config, largestConfig, options);
  held.set(config.digest, bytes);
  return bytes;
}
