import type { SkillRecord } from '../../catalogue/index.ts';
import { SkillsError } from '../../core/index.ts';
import { embedManifest, type SkillManifest } from '../../manifest/index.ts';
import type { SkillArtifact } from '../../pack/index.ts';
import { versionOfTag } from './version-tags.ts';

/**
 * What the index keeps of an artifact.
 *
 * @param repository registry and repository.
 * @throws SkillsError ERR_ARTIFACT_INVALID where the artifact states another version than its tag.
 */
export function describeRecord(repository: string, tag: string, artifact: SkillArtifact): SkillRecord {
  const { descriptor, contentDigest, manifest } = artifact;
  return {
    repository,
    tag,
    version: agreeOnVersion(tag, artifact.version),
    digest: descriptor.digest,
    layer: packageOf(artifact),
    ...(contentDigest === undefined ? {} : { contentDigest }),
    ...describeManifest(manifest),
  };
}

/** The blob that is the skill's package; the artifact itself where it is made of several, which cannot be downloaded as one. */
function packageOf({ content, layers, layer, descriptor }: SkillArtifact): SkillRecord['layer'] {
  const { mediaType, digest } = content === 'tar' && layers.length === 1 ? layer : descriptor;
  return { mediaType, digest, size: layers.reduce((sum, { size }) => sum + size, 0) };
}

function describeManifest(manifest: SkillManifest) {
  const { name, title, license, homepage, authors, tags, abilities, scope } = manifest;
  const dependencies = manifest.dependencies.map(({ name: needed, range }) => [needed, range] as const);
  return {
    name,
    // Where skill.yaml describes the skill in other words than SKILL.md, those are meant for the index.
    description: manifest.summary ?? manifest.description,
    tags,
    abilities,
    dependencies: { ...manifest.hosts, ...Object.fromEntries(dependencies) },
    manifest: embedManifest(manifest),
    ...(title === undefined ? {} : { title }),
    ...(license === undefined ? {} : { license }),
    ...(homepage === undefined ? {} : { homepage }),
    ...(authors.length === 0 ? {} : { author: authors.join(', ') }),
    ...(scope === undefined ? {} : { scope: scope.replace(/^@/, '') }),
  };
}

function agreeOnVersion(tag: string, stated: string | undefined): string {
  const tagged = versionOfTag(tag);
  if (tagged === undefined || (stated !== undefined && versionOfTag(stated) !== tagged)) {
    throw new SkillsError('ERR_ARTIFACT_INVALID', `the artifact says that it is version ${stated}, its tag is ${tag}`);
  }
  return tagged;
}
