import { isDigest } from '../../core/index.ts';
import { readEmbeddedManifest } from '../../manifest/embedded/index.ts';
import { contentDigestOf } from '../files/content-digest.ts';
import type { ArtifactFacts } from './dialect.types.ts';
import { readFileRecords } from './file-records.ts';
import { isRecord } from './json-record.ts';
import { unreadable } from './stated.ts';

/**
 * What this project's writers keep in every dialect, under the config's key `package`: the whole manifest, the files and
 * the content digest. Nothing where another wrote the artifact.
 *
 * @param name what the artifact says that the skill is called.
 * @throws SkillsError ERR_ARTIFACT_INVALID where it contradicts itself.
 */
export function readOwnPackage(
  config: Readonly<Record<string, unknown>>,
  name: string | undefined,
): Pick<ArtifactFacts, 'manifest' | 'files' | 'contentDigest'> | undefined {
  if (!isRecord(config.package)) return undefined;
  const manifest = readEmbeddedManifest(config.package);
  if (name !== undefined && manifest.name !== name) {
    throw unreadable(`it is called both "${name}" and "${manifest.name}"`);
  }
  return { manifest, ...readContent(config.package) };
}

function readContent(embedded: Record<string, unknown>): Pick<ArtifactFacts, 'files' | 'contentDigest'> {
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
