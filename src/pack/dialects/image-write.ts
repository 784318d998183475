import { type Descriptor, mediaTypes, type Platform, SkillsError } from '../../core/index.ts';
import { annotationKeys } from './annotation-keys.ts';
import { largestImageConfig } from './config-limits.ts';
import { imageConfigType, toolhiveKeys } from './image.ts';
import { checkConfigSize, embedPackage, jsonContent, standardAnnotations, withoutEmpty } from './write-parts.ts';
import type { ArtifactParts, WrittenArtifact } from './written.types.ts';

const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** What Kubernetes nodes run on; a skill is the same on all of them. */
const platforms: readonly Platform[] = [
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm64' },
];

/**
 * Writes an image index over one image a platform, all with the same layer: what ToolHive, kagent, podman, crane and
 * Kubernetes' image volumes take. ToolHive's own artifacts have a type besides (`dev.toolhive.skills.v1`), which is no media
 * type: zot refuses them for it, and ToolHive asks for it only of what it built itself.
 *
 * @throws SkillsError ERR_SKILL_INVALID where the skill has so many files that their list is too long.
 */
export function writeImage(parts: ArtifactParts): WrittenArtifact {
  const layer: Descriptor = {
    mediaType: layerType,
    digest: parts.layer.digest,
    size: parts.layer.size,
    annotations: { [annotationKeys.title]: 'skill.tar.gz' },
  };
  const annotations = annotationsOf(parts);
  const images = platforms.map((platform) => imageOf(parts, layer, annotations, platform));
  const types = { mediaType: mediaTypes.imageIndex };
  const manifests = images.map(({ entry }) => entry);
  const [first] = images;
  if (!first) throw new SkillsError('ERR_INTERNAL', 'an image needs a platform');
  return {
    ...jsonContent({ schemaVersion: 2, ...types, manifests, annotations }, types),
    contents: images.flatMap(({ config, manifest }) => [config, manifest]),
    config: first.config.descriptor,
    layer,
  };
}

function imageOf(
  parts: ArtifactParts,
  layer: Descriptor,
  annotations: Readonly<Record<string, string>>,
  platform: Platform,
) {
  const config = jsonContent(configOf(parts, platform), { mediaType: imageConfigType });
  checkConfigSize(config, parts, largestImageConfig);
  const types = { mediaType: mediaTypes.imageManifest };
  const document = { schemaVersion: 2, ...types, config: config.descriptor, layers: [layer], annotations };
  const manifest = jsonContent(document, types);
  const { digest, size } = manifest.descriptor;
  return { config, manifest, entry: { mediaType: types.mediaType, digest, size, platform } };
}

/** OCI image-spec, config.md. Keys that it does not know, such as `package`, are for those who do. */
function configOf(parts: ArtifactParts, { os, architecture }: Platform): Record<string, unknown> {
  const { diffId } = parts.layer;
  if (diffId === undefined) throw new SkillsError('ERR_INTERNAL', 'an image needs the digest of its uncompressed tar');
  return {
    created: parts.created,
    architecture,
    os,
    config: { Labels: labelsOf(parts) },
    rootfs: { type: 'layers', diff_ids: [diffId] },
    history: [{ created: parts.created, created_by: 'skills pack' }],
    package: embedPackage(parts),
  };
}

function labelsOf({ manifest, version, files }: ArtifactParts): Record<string, string> {
  return withoutEmpty({
    [toolhiveKeys.name]: manifest.name,
    [toolhiveKeys.description]: manifest.description,
    [toolhiveKeys.version]: version,
    [toolhiveKeys.allowedTools]: JSON.stringify(manifest.allowedTools),
    [toolhiveKeys.license]: manifest.license,
    [toolhiveKeys.files]: JSON.stringify(files.map(({ path }) => path)),
  });
}

function annotationsOf(parts: ArtifactParts): Record<string, string> {
  const { name, description, metadata } = parts.manifest;
  return {
    ...standardAnnotations(parts),
    ...withoutEmpty({
      [toolhiveKeys.name]: name,
      [toolhiveKeys.description]: description,
      [toolhiveKeys.version]: parts.version,
      [toolhiveKeys.requires]: requiresOf(metadata),
    }),
  };
}

/** ToolHive's own dependencies: references, one a line in SKILL.md's metadata. Ours have ranges, which it cannot read. */
function requiresOf(metadata: Readonly<Record<string, string>>): string | undefined {
  const lines = (metadata['toolhive.requires'] ?? '').split('\n').map((line) => line.trim());
  const references = lines.filter((line) => line !== '');
  return references.length > 0 ? JSON.stringify(references) : undefined;
}
