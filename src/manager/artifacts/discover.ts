import { type Descriptor, type Digest, mapConcurrently, type Target } from '../../core/index.ts';
import type { Context } from '../context.ts';
import { type ArtifactKind, isSigstoreBundle, kindOf, kindOfCosignTag } from './artifact-kinds.ts';
import { openEndpoint, resolveEndpoint } from './endpoint.ts';
import { readPredicateType, readTypes } from './read-types.ts';
import { type Belonging, walkReferrers } from './walk-referrers.ts';

export interface DiscoverOptions {
  /** Only what is of this artifact type, and what leads to it. */
  readonly artifactType?: string | undefined;
  /** Levels that are looked at; default 8. */
  readonly depth?: number | undefined;
}

/** A manifest, and what belongs to it: signatures, attestations, SBOMs and others. */
export interface ArtifactNode {
  /** By digest. */
  readonly reference: string;
  readonly digest: Digest;
  readonly mediaType: string;
  /** Bytes of the manifest. */
  readonly size: number;
  readonly artifactType: string;
  readonly role: ArtifactKind['role'];
  /** What it is, in words. */
  readonly title: string;
  /** What a sigstore bundle states. */
  readonly predicateType?: string;
  /** The tag that it was found by, where nothing but a tag tells that it belongs here. */
  readonly tag?: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly referrers: readonly ArtifactNode[];
  /** Why nothing below it was looked for. */
  readonly cut?: 'depth' | 'repeated';
}

type Describe = (key: string) => string;
const parallel = 8;

/** What belongs to an artifact, as a tree whose root is the artifact. */
export async function discover(
  context: Context,
  reference: string,
  { artifactType, depth }: DiscoverOptions = {},
): Promise<ArtifactNode> {
  const endpoint = await openEndpoint(context, reference);
  const root = await resolveEndpoint(context, endpoint);
  const { target, describe } = endpoint;
  const { signal } = context;
  const belongings = await walkReferrers(target, root, { depth, signal });
  const children = await mapConcurrently(belongings, parallel, (item) => toNode(target, item, describe, context));
  const { artifactType: own, annotations } = await readTypes(target, root, { signal });
  return {
    ...facts(root, describe),
    artifactType: own,
    ...kindOf(own),
    annotations,
    referrers: artifactType === undefined ? children : prune(children, artifactType),
  };
}

async function toNode(target: Target, item: Belonging, describe: Describe, context: Context): Promise<ArtifactNode> {
  const { descriptor, tag, cut } = item;
  const referrers = await mapConcurrently(item.referrers, parallel, (one) => toNode(target, one, describe, context));
  const known = await describeContent(target, descriptor, context);
  const kind = tag === undefined ? kindOf(known.artifactType, known.predicateType) : kindOfCosignTag(tag);
  return {
    ...facts(descriptor, describe),
    ...known,
    ...kind,
    ...(tag === undefined ? {} : { tag }),
    referrers,
    ...(cut === undefined ? {} : { cut }),
  };
}

interface Content {
  readonly artifactType: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly predicateType?: string;
}

/** A list of referrers may leave out types and annotations: some registries, and some writers of the fallback index, do. */
async function describeContent(target: Target, descriptor: Descriptor, { signal }: Context): Promise<Content> {
  const listed = descriptor.annotations ?? {};
  const stated =
    descriptor.artifactType !== undefined &&
    (Object.keys(listed).length > 0 || !isSigstoreBundle(descriptor.artifactType))
      ? { artifactType: descriptor.artifactType, annotations: listed }
      : await readTypes(target, descriptor, { signal });
  if (!isSigstoreBundle(stated.artifactType)) return stated;
  const predicateType = await readPredicateType(target, descriptor, stated.annotations, { signal });
  return { ...stated, ...(predicateType === undefined ? {} : { predicateType }) };
}

function facts({ digest, mediaType, size }: Descriptor, describe: Describe) {
  return { reference: describe(digest), digest, mediaType, size };
}

/** What is of a type, with what leads to it and all that is below it. */
function prune(nodes: readonly ArtifactNode[], artifactType: string): readonly ArtifactNode[] {
  return nodes.flatMap((node) => {
    if (node.artifactType === artifactType) return [node];
    const referrers = prune(node.referrers, artifactType);
    return referrers.length > 0 ? [{ ...node, referrers }] : [];
  });
}
