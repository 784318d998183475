import {
  type Descriptor,
  type Digest,
  fetchBytes,
  type ImageIndex,
  type ImageManifest,
  isIndexType,
  parseIndex,
  parseManifest,
} from '../../core/index.ts';
import type { Context } from '../context.ts';
import { type ArtifactKind, kindOf } from './artifact-kinds.ts';
import { openEndpoint, resolveEndpoint } from './endpoint.ts';

/** Content that a manifest or an index names. */
export interface ArtifactPart {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly artifactType?: string;
  /** The file that it is by its annotations, or the name of what an index lists. */
  readonly name?: string;
  /** `linux/amd64` */
  readonly platform?: string;
}

/** An artifact as its manifest says, whatever is in it. */
export interface ArtifactReport {
  readonly kind: 'other';
  /** By digest. */
  readonly reference: string;
  readonly digest: Digest;
  readonly mediaType: string;
  /** Bytes of the manifest. */
  readonly size: number;
  /** Its own, else the media type of its config. */
  readonly artifactType: string;
  readonly role: ArtifactKind['role'];
  /** What it is, in words. */
  readonly title: string;
  /** What it refers to. */
  readonly subject?: Digest;
  readonly config?: ArtifactPart;
  /** Empty for an index. */
  readonly layers: readonly ArtifactPart[];
  /** What an index lists. */
  readonly manifests: readonly ArtifactPart[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** Annotations that name content, those that say it most exactly first. */
const nameAnnotations = [
  'org.opencontainers.image.title',
  'org.opencontainers.image.ref.name',
  'io.agentskills.skill.name',
] as const;

export async function inspectArtifact(context: Context, reference: string): Promise<ArtifactReport> {
  const { target, describe, key, ...rest } = await openEndpoint(context, reference);
  const descriptor = await resolveEndpoint(context, { target, describe, key, ...rest });
  const bytes = await fetchBytes(target, descriptor, undefined, { signal: context.signal });
  const { digest, mediaType, size } = descriptor;
  return {
    kind: 'other',
    reference: describe(digest),
    digest,
    mediaType,
    size,
    ...(isIndexType(mediaType) ? describeIndex(parseIndex(bytes), mediaType) : describeManifest(parseManifest(bytes))),
  };
}

function describeManifest({ artifactType, config, layers, subject, annotations = {} }: ImageManifest) {
  const type = artifactType || config.mediaType;
  return {
    artifactType: type,
    ...kindOf(type),
    ...subjectOf(subject),
    config: partOf(config),
    layers: layers.map(partOf),
    manifests: [],
    annotations,
  };
}

function describeIndex({ artifactType, manifests, subject, annotations = {} }: ImageIndex, mediaType: string) {
  const type = artifactType || mediaType;
  return {
    artifactType: type,
    ...kindOf(type),
    ...subjectOf(subject),
    layers: [],
    manifests: manifests.map(partOf),
    annotations,
  };
}

function subjectOf(subject: Descriptor | undefined): { subject?: Digest } {
  return subject ? { subject: subject.digest } : {};
}

function partOf({ mediaType, digest, size, artifactType, annotations = {}, platform }: Descriptor): ArtifactPart {
  const name = nameAnnotations.map((key) => annotations[key]).find(Boolean);
  return {
    mediaType,
    digest,
    size,
    ...(artifactType ? { artifactType } : {}),
    ...(name ? { name } : {}),
    ...(platform ? { platform: [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/') } : {}),
  };
}
