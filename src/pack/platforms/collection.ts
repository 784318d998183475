import { type Descriptor, type Digest, type ImageIndex, isSkillsError, SkillsError } from '../../core/index.ts';
import { annotationKeys } from '../dialects/index.ts';
import { platformOf } from './platform.ts';

/** A skill that a collection lists. */
export interface CollectionMember {
  readonly name?: string;
  readonly version?: string;
  readonly description?: string;
  /** Where it is published: `ghcr.io/acme/skills/pdf:1.2.0`. */
  readonly reference?: string;
  /** Of its manifest, which may lie in another repository; absent where the collection names a reference alone. */
  readonly digest?: Digest;
  readonly mediaType?: string;
  /** Bytes; 0 where the writer did not say. */
  readonly size?: number;
}

/** Children of an index that are read, of whatever kind it is. */
export const mostMembers = 10_000;

/**
 * Whether an index lists skills and not the platforms of one: by its type, or because its children have no platform.
 *
 * @see reference "Agent Skills OCI Artifacts Specification", collections
 */
export function isCollection({ artifactType, annotations = {}, manifests }: ImageIndex): boolean {
  if (artifactType === 'application/vnd.agentskills.collection.v1') return true;
  if (annotations['io.agentskills.collection.name'] !== undefined) return true;
  return manifests.length > 1 && manifests.every((child) => !platformOf(child) && isNamed(child));
}

function isNamed({ annotations = {} }: Descriptor): boolean {
  return annotations[annotationKeys.skillName] !== undefined;
}

/** The members of a collection: tools keep a member's reference under two keys, and some write no size. */
export function membersOf({ manifests }: ImageIndex): CollectionMember[] {
  return manifests.map(({ digest, size, mediaType, annotations = {} }) => ({
    ...whereStated('name', annotations[annotationKeys.skillName] ?? annotations[annotationKeys.title]),
    ...whereStated('version', annotations[annotationKeys.version]),
    ...whereStated('description', annotations[annotationKeys.description]),
    ...whereStated(
      'reference',
      annotations['io.agentskills.skill.ref'] ?? annotations['org.opencontainers.image.ref.name'],
    ),
    digest,
    size,
    mediaType,
  }));
}

function whereStated<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return (value ? { [key]: value } : {}) as { [P in K]?: string };
}

/**
 * The error that says so to whoever wanted one skill: ERR_ARTIFACT_INVALID with `data: {reason: 'collection', name?, members}`.
 *
 * @param hint where the reference is more than a tag, the commands that take it.
 */
export function isCollectionError(
  reference: string,
  name: string | undefined,
  members: readonly CollectionMember[],
  hint = 'install it to get them, or name one of them',
): SkillsError {
  return new SkillsError(
    'ERR_ARTIFACT_INVALID',
    `"${reference}" is a collection of ${countSkills(members)}, not one skill`,
    {
      hint,
      data: { reason: 'collection', ...(name === undefined ? {} : { name }), members },
    },
  );
}

/** `1 skill`, `3 skills` */
export function countSkills({ length }: readonly unknown[]): string {
  return length === 1 ? '1 skill' : `${length} skills`;
}

/** A failure to open one skill, with the whole reference for its tag where a collection was found; any other as it is. */
export function namingCollection(error: unknown, reference: string): unknown {
  if (!isSkillsError(error, 'ERR_ARTIFACT_INVALID') || error.data?.reason !== 'collection') return error;
  const { name, members } = error.data as { readonly name?: string; readonly members: readonly CollectionMember[] };
  const hint = `"skills collection list ${reference}" names them, "skills install ${reference}" takes them all`;
  return isCollectionError(reference, name, members, hint);
}
