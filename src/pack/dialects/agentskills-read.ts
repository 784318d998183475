import { type Digest, isDigest, isSkillName, SkillsError } from '../../core/index.ts';
import { readEmbeddedManifest } from '../../manifest/embedded/index.ts';
import type { SkillManifest } from '../../manifest/index.ts';
import { contentDigestOf, type FileRecord } from '../files/content-digest.ts';
import { annotationKeys } from './agentskills-write.ts';
import type { ArtifactFacts, ArtifactSource } from './dialect.types.ts';
import { readFileRecords } from './file-records.ts';
import { isRecord, readJsonRecord } from './json-record.ts';

/**
 * Reads an artifact of any writer of the dialect: ours, with everything under `package`; Arconia's and Epos', with the
 * config's own fields; skr's, whose config says nothing, from the annotations.
 *
 * @throws SkillsError ERR_ARTIFACT_INVALID where it has no name, or two.
 */
export async function readAgentskills(source: ArtifactSource): Promise<ArtifactFacts> {
  const config = readJsonRecord(await source.config(), 'config');
  const name = readName(config, source.annotations);
  const version = textOf(config.version) ?? source.annotations[annotationKeys.version];
  const stated = version === undefined ? {} : { version };
  if (!isRecord(config.package)) return { manifest: manifestOf(config, name, source.annotations, stated), ...stated };
  const manifest = readEmbeddedManifest(config.package);
  if (manifest.name !== name) throw invalid(`it is called both "${name}" and "${manifest.name}"`);
  return { manifest, ...stated, ...readContent(config.package) };
}

function readName(config: Record<string, unknown>, annotations: Readonly<Record<string, string>>): string {
  const annotated = annotations[annotationKeys.skillName];
  const name = textOf(config.name) ?? annotated ?? annotations[annotationKeys.title];
  if (name === undefined) throw invalid('it has no name');
  // A name becomes a folder: nothing else may get through here.
  if (!isSkillName(name)) throw invalid(`${JSON.stringify(name)} is not a skill's name`);
  if (annotated !== undefined && annotated !== name) throw invalid(`it is called both "${name}" and "${annotated}"`);
  return name;
}

function manifestOf(
  config: Record<string, unknown>,
  name: string,
  annotations: Readonly<Record<string, string>>,
  stated: { version?: string },
): SkillManifest {
  const fields = {
    name,
    ...stated,
    description: textOf(config.description) ?? annotations[annotationKeys.description] ?? name,
    license: textOf(config.license) ?? annotations[annotationKeys.licenses],
    compatibility: textOf(config.compatibility) ?? annotations[annotationKeys.compatibility],
    allowedTools: textsOf(config.allowedTools),
    metadata: textMapOf(config.metadata),
  };
  return readEmbeddedManifest(Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));
}

function readContent(embedded: Record<string, unknown>): { files?: readonly FileRecord[]; contentDigest?: Digest } {
  const stated = embedded.contentDigest;
  if (stated !== undefined && !isDigest(stated)) throw invalid('its content digest is none');
  const digest = stated === undefined ? {} : { contentDigest: stated };
  if (embedded.files === undefined) return digest;
  const files = readFileRecords(embedded.files);
  if (stated !== undefined && contentDigestOf(files) !== stated) {
    throw invalid('its list of files does not have the content digest that it states');
  }
  return { files, contentDigest: contentDigestOf(files) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function textMapOf(value: unknown): Record<string, string> {
  const entries = isRecord(value) ? Object.entries(value) : [];
  return Object.fromEntries(entries.flatMap(([key, item]) => (typeof item === 'string' ? [[key, item]] : [])));
}

function invalid(why: string): SkillsError {
  return new SkillsError('ERR_ARTIFACT_INVALID', `The artifact cannot be read: ${why}`);
}
