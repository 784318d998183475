import { canonicalJson, type Descriptor, mediaTypes, SkillsError, sha256 } from '../../core/index.ts';
import { embedManifest } from '../../manifest/embedded/index.ts';
import type { SkillManifest } from '../../manifest/index.ts';
import type { FileRecord } from '../files/content-digest.ts';
import { largestConfig, largestInlined } from './config-limits.ts';
import type { ArtifactParts, WrittenArtifact } from './dialect.types.ts';

export const agentskillsTypes = {
  artifact: 'application/vnd.agentskills.skill.v1',
  config: 'application/vnd.agentskills.skill.config.v1+json',
  layer: 'application/vnd.agentskills.skill.content.v1.tar+gzip',
} as const;

/** Annotation keys; OCI image-spec, annotations.md, and the draft's own. */
export const annotationKeys = {
  created: 'org.opencontainers.image.created',
  title: 'org.opencontainers.image.title',
  description: 'org.opencontainers.image.description',
  licenses: 'org.opencontainers.image.licenses',
  version: 'org.opencontainers.image.version',
  source: 'org.opencontainers.image.source',
  revision: 'org.opencontainers.image.revision',
  skillName: 'io.agentskills.skill.name',
  compatibility: 'io.agentskills.skill.compatibility',
} as const;

/** @throws SkillsError ERR_SKILL_INVALID where the skill has so many files that their list is too long. */
export function writeAgentskills(parts: ArtifactParts): WrittenArtifact {
  const configBytes = Buffer.from(canonicalJson(configOf(parts)));
  if (configBytes.length > largestConfig) {
    throw new SkillsError(
      'ERR_SKILL_INVALID',
      `The description of the skill has ${configBytes.length} bytes; ${largestConfig} are possible`,
      { hint: `it has ${parts.files.length} files: pack many small ones into one, or ignore some in .skillignore` },
    );
  }
  const config: Descriptor = {
    mediaType: agentskillsTypes.config,
    digest: sha256(configBytes),
    size: configBytes.length,
    ...(configBytes.length > largestInlined ? {} : { data: configBytes.toString('base64') }),
  };
  const layer: Descriptor = {
    mediaType: agentskillsTypes.layer,
    ...parts.layer,
    // Arconia and oras pass over layers without a title, and Arconia looks for "*.tar.gz".
    annotations: { [annotationKeys.title]: `${parts.manifest.name}.tar.gz` },
  };
  return { config, configBytes, layer, ...manifestOf(parts, config, layer) };
}

function manifestOf(parts: ArtifactParts, config: Descriptor, layer: Descriptor) {
  const document = {
    schemaVersion: 2,
    mediaType: mediaTypes.imageManifest,
    artifactType: agentskillsTypes.artifact,
    config,
    layers: [layer],
    annotations: annotationsOf(parts),
  };
  const bytes = Buffer.from(canonicalJson(document));
  const descriptor: Descriptor = {
    mediaType: mediaTypes.imageManifest,
    artifactType: agentskillsTypes.artifact,
    digest: sha256(bytes),
    size: bytes.length,
  };
  return { descriptor, bytes };
}

function configOf({ manifest, version, files, contentDigest, generated }: ArtifactParts): Record<string, unknown> {
  const { name, description, license, compatibility, allowedTools, metadata } = manifest;
  return {
    schemaVersion: '1',
    name,
    version,
    description,
    license,
    compatibility,
    allowedTools: allowedTools.length > 0 ? allowedTools : undefined,
    metadata: Object.keys(metadata).length > 0 ? metadata : undefined,
    package: {
      ...embedManifest(withVersion(manifest, version)),
      contentDigest,
      files: files.map(embedFile),
      generated: generated.length > 0 ? generated : undefined,
    },
  };
}

function withVersion(manifest: SkillManifest, version: string): SkillManifest {
  return { ...manifest, version };
}

/** `executable` only where it is true: the list is what makes a config large. */
function embedFile({ path, digest, size, executable }: FileRecord): Record<string, unknown> {
  return { path, digest, size, ...(executable ? { executable } : {}) };
}

function annotationsOf(parts: ArtifactParts): Record<string, string> {
  const { name, description, license, compatibility, repository } = parts.manifest;
  const annotations: Record<string, string | undefined> = {
    [annotationKeys.created]: parts.created,
    [annotationKeys.title]: name,
    [annotationKeys.description]: description,
    [annotationKeys.licenses]: license,
    [annotationKeys.version]: parts.version,
    [annotationKeys.source]: parts.source ?? repository,
    [annotationKeys.revision]: parts.revision,
    [annotationKeys.skillName]: name,
    [annotationKeys.compatibility]: compatibility,
  };
  return Object.fromEntries(Object.entries(annotations).flatMap(([key, value]) => (value ? [[key, value]] : [])));
}
