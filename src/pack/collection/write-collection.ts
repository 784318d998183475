import { type Descriptor, limits, mediaTypes, SkillsError } from '../../core/index.ts';
import { annotationKeys } from '../dialects/annotation-keys.ts';
import { jsonContent, withoutEmpty } from '../dialects/write-parts.ts';
import type { WrittenContent } from '../dialects/written.types.ts';
import type { CollectionFacts, NewMember } from './collection.types.ts';

export const collectionType = 'application/vnd.agentskills.collection.v1';

export const collectionKeys = {
  name: 'io.agentskills.collection.name',
  /** Arconia's key of a member's reference. */
  reference: 'io.agentskills.skill.ref',
  /** The key of it that skills-oci reads. */
  referenceName: 'org.opencontainers.image.ref.name',
} as const;

/** The entry of a skill in a collection. */
export function collectionEntry({ name, version, title, description, reference, descriptor }: NewMember): Descriptor {
  const { mediaType, artifactType, digest, size } = descriptor;
  return {
    mediaType,
    ...(artifactType ? { artifactType } : {}),
    digest,
    size,
    annotations: withoutEmpty({
      [annotationKeys.skillName]: name,
      [annotationKeys.title]: title ?? name,
      [annotationKeys.version]: version,
      [annotationKeys.description]: description,
      [collectionKeys.reference]: reference,
      [collectionKeys.referenceName]: reference,
    }),
  };
}

/**
 * Writes a collection: an image index over the manifests of skills. The same skills give the same bytes, in whatever order
 * they are named.
 *
 * @throws SkillsError ERR_ARTIFACT_INVALID where its index is too long for registries.
 * @see reference "Agent Skills OCI Artifacts Specification", collections
 */
export function writeCollection(facts: CollectionFacts, entries: readonly Descriptor[]): WrittenContent {
  const types = { mediaType: mediaTypes.imageIndex, artifactType: collectionType };
  const manifests = [...entries].sort((a, b) => compare(nameOf(a), nameOf(b)) || compare(a.digest, b.digest));
  const content = jsonContent({ schemaVersion: 2, ...types, manifests, annotations: annotationsOf(facts) }, types);
  if (content.bytes.length <= limits.manifestBytes) return content;
  throw new SkillsError(
    'ERR_ARTIFACT_INVALID',
    `the index of the collection has ${content.bytes.length} bytes; registries take ${limits.manifestBytes}`,
    { hint: 'make two collections of it' },
  );
}

function annotationsOf({ name, version, title, description, source, revision }: CollectionFacts) {
  return withoutEmpty({
    // Not the time of day: the same skills are to be the same collection.
    [annotationKeys.created]: '1970-01-01T00:00:00Z',
    [collectionKeys.name]: name,
    [annotationKeys.title]: title ?? name,
    [annotationKeys.description]: description,
    [annotationKeys.version]: version,
    [annotationKeys.source]: source,
    [annotationKeys.revision]: revision,
  });
}

function nameOf({ annotations = {} }: Descriptor): string {
  return annotations[annotationKeys.skillName] ?? '';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
