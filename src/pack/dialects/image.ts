import { annotationKeys } from './annotation-keys.ts';
import type { ArtifactFacts, ArtifactSource, Dialect } from './dialect.types.ts';
import { isRecord, readJsonRecord } from './json-record.ts';
import { readOwnPackage } from './own-package.ts';
import { jsonListOf, readRequires, statedManifest, textOf } from './stated.ts';

/** It is no media type. */
const toolhiveType = 'dev.toolhive.skills.v1';
/** Labels of the config, and annotations of the manifest and its index, with the same keys. */
export const toolhiveKeys = {
  name: 'dev.toolhive.skills.name',
  description: 'dev.toolhive.skills.description',
  version: 'dev.toolhive.skills.version',
  allowedTools: 'dev.toolhive.skills.allowedTools',
  license: 'dev.toolhive.skills.license',
  files: 'dev.toolhive.skills.files',
  requires: 'dev.toolhive.skills.requires',
} as const;

export const imageConfigType = 'application/vnd.oci.image.config.v1+json';
const dockerConfigType = 'application/vnd.docker.container.image.v1+json';
const redhatConfigType = 'application/vnd.redhat.agentskill.config.v1+json';

/**
 * Container images that hold a skill: ToolHive's with its labels, skillimage's, and any that was built from a Dockerfile
 * for kagent or a Kubernetes image volume. Layers lie upon each other; SKILL.md is usually at their root.
 */
export const image: Dialect = {
  name: 'image',
  artifactTypes: [toolhiveType],
  configTypes: [imageConfigType, dockerConfigType, redhatConfigType],
  layerTypes: [],
  root: 'any',
  layered: true,
  read: readImage,
};

async function readImage(source: ArtifactSource): Promise<ArtifactFacts> {
  const config = readJsonRecord(await source.config(), 'config');
  const facts: Record<string, string> = { ...source.annotations, ...labelsOf(config) };
  const version = textOf(facts[toolhiveKeys.version]) ?? textOf(facts[annotationKeys.version]);
  const stated = statedManifest({
    name: facts[toolhiveKeys.name],
    version,
    description: facts[toolhiveKeys.description] ?? facts[annotationKeys.description],
    license: textOf(facts[toolhiveKeys.license]) ?? facts[annotationKeys.licenses],
    repository: facts[annotationKeys.source],
    allowedTools: jsonListOf(facts[toolhiveKeys.allowedTools]),
  });
  const requires = readRequires(facts[toolhiveKeys.requires]);
  const own = readOwnPackage(config, stated?.name);
  return { ...(own ?? (stated ? { stated, requires } : { requires })), ...(version === undefined ? {} : { version }) };
}

/** image-spec, config.md, `config.Labels`. */
function labelsOf({ config }: Record<string, unknown>): Record<string, string> {
  const labels = isRecord(config) && isRecord(config.Labels) ? config.Labels : {};
  return Object.fromEntries(
    Object.entries(labels).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );
}
