import { type Digest, isDigest } from '../../core/index.ts';
import { readEmbeddedManifest } from '../../manifest/embedded/index.ts';
import type { SkillManifest } from '../../manifest/index.ts';
import { contentDigestOf, type FileRecord } from '../files/content-digest.ts';
import { annotationKeys } from './agentskills-write.ts';
import type { ArtifactFacts, ArtifactSource } from './dialect.types.ts';
import { readFileRecords } from './file-records.ts';
import { isRecord, readJsonRecord } from './json-record.ts';
import { jsonListOf, statedManifest, textOf, unreadable } from './stated.ts';

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
  if (!isRecord(config.package)) return { ...(stated ? { stated } : {}), ...versioned };
  const manifest = readEmbeddedManifest(config.package);
  if (stated && manifest.name !== stated.name)
    throw unreadable(`it is called both "${stated.name}" and "${manifest.name}"`);
  return { manifest, ...versioned, ...readContent(config.package) };
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
    requires: jsonListOf(annotations['com.skr.dependencies']),
  });
}

function readContent(embedded: Record<string, unknown>): { files?: readonly FileRecord[]; contentDigest?: Digest } {
  const stated = embedded.contentDigest;
  if (stated !== undefined && !isDigest(stated)) throw unreadable('its content digest is none');
  const digest = stated === undefined ? {} : { contentDigest: stated };
  if (embedded.files === undefined) return digest;
  const files = readFileRecords(embedded.files);
  if (stated !== undefined && contentDigestOf(files) !== stated) {
    throw unreadable('its list of files does not have the content digest that it states');
  }
  return { files, contentDigest: contentDigestOf(files) };
}
