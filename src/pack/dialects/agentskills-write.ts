import { type Descriptor, mediaTypes } from '../../core/index.ts';
import { agentskillsTypes } from './agentskills.ts';
import { annotationKeys } from './annotation-keys.ts';
import { largestConfig, largestInlined } from './config-limits.ts';
import { checkConfigSize, embedPackage, jsonContent, standardAnnotations, withoutEmpty } from './write-parts.ts';
import type { ArtifactParts, WrittenArtifact } from './written.types.ts';

/** @throws SkillsError ERR_SKILL_INVALID where the skill has so many files that their list is too long. */
export function writeAgentskills(parts: ArtifactParts): WrittenArtifact {
  const content = jsonContent(configOf(parts), { mediaType: agentskillsTypes.config });
  checkConfigSize(content, parts, largestConfig);
  const { bytes, descriptor } = content;
  const config = bytes.length > largestInlined ? descriptor : { ...descriptor, data: bytes.toString('base64') };
  const layer: Descriptor = {
    mediaType: agentskillsTypes.layer,
    digest: parts.layer.digest,
    size: parts.layer.size,
    // Arconia and oras pass over layers without a title, and Arconia looks for "*.tar.gz".
    annotations: { [annotationKeys.title]: `${parts.manifest.name}.tar.gz` },
  };
  return { config, contents: [{ descriptor: config, bytes }], layer, ...manifestOf(parts, config, layer) };
}

function manifestOf(parts: ArtifactParts, config: Descriptor, layer: Descriptor) {
  const types = { mediaType: mediaTypes.imageManifest, artifactType: agentskillsTypes.artifact };
  const { name, compatibility } = parts.manifest;
  const annotations = {
    ...standardAnnotations(parts),
    ...withoutEmpty({ [annotationKeys.skillName]: name, [annotationKeys.compatibility]: compatibility }),
  };
  return jsonContent({ schemaVersion: 2, ...types, config, layers: [layer], annotations }, types);
}

function configOf(parts: ArtifactParts): Record<string, unknown> {
  const { name, description, license, compatibility, allowedTools, metadata } = parts.manifest;
  return {
    schemaVersion: '1',
    name,
    version: parts.version,
    description,
    license,
    compatibility,
    allowedTools: allowedTools.length > 0 ? allowedTools : undefined,
    metadata: Object.keys(metadata).length > 0 ? metadata : undefined,
    package: embedPackage(parts),
  };
}
