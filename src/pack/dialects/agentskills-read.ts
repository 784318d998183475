import type { SkillManifest } from '../../manifest/index.ts';
import { annotationKeys } from './annotation-keys.ts';
import type { ArtifactFacts, ArtifactSource } from './dialect.types.ts';
import { readJsonRecord } from './json-record.ts';
import { readOwnPackage } from './own-package.ts';
import { readRequires, statedManifest, textOf, unreadable } from './stated.ts';

/**
 * Reads an artifact of any writer of the dialect: ours, with everything under `package`; Arconia's, skills-oci's and Epos',
 * with the config's own fields; skr's, whose config says nothing, from the annotations.
 *
 * @throws SkillsError ERR_ARTIFACT_INVALID where it has two names, or one that is none.
 */
export async function readAgentskills(source: ArtifactSource): Promise<ArtifactFacts> {
  const { annotations } = source;
  const config = readJsonRecord(await source.config(), 'config');
  const stated = stateOf(config, annotations);
  const version = textOf(config.version) ?? annotations[annotationKeys.version] ?? annotations['com.skr.version'];
  const versioned = version === undefined ? {} : { version };
  const own = readOwnPackage(config, stated?.name);
  const requires = readRequires(annotations['com.skr.dependencies']);
  return { ...(own ?? (stated ? { stated, requires } : { requires })), ...versioned };
}

function stateOf(
  config: Record<string, unknown>,
  annotations: Readonly<Record<string, string>>,
): SkillManifest | undefined {
  const annotated = textOf(annotations[annotationKeys.skillName]);
  const name = textOf(config.name) ?? annotated;
  if (annotated !== undefined && annotated !== name) {
    throw unreadable(`it is called both "${name}" and "${annotated}"`);
  }
  return statedManifest({
    ...config,
    name,
    description: textOf(config.description) ?? annotations[annotationKeys.description],
    license: textOf(config.license) ?? annotations[annotationKeys.licenses],
    compatibility: textOf(config.compatibility) ?? annotations[annotationKeys.compatibility],
    repository: annotations[annotationKeys.source],
  });
}
