import { type Descriptor, SkillsError, type Target, toSkillsError } from '../../core/index.ts';
import { copy } from '../../oci/index.ts';
import { dialectTag, type PackedArtifact, type PackedSkill } from '../../pack/index.ts';
import { movingTags } from '../../resolve/index.ts';
import type { Endpoint } from '../artifacts/endpoint.ts';
import type { Context } from '../context.ts';
import type { PushedArtifact } from '../types.ts';
import { verifyBeforeTag } from '../verification.ts';
import { checkSameContent, contentAt, type Existing, publishedVersions } from './published.ts';

/** An artifact that may be pushed: nothing else stands under its tag. */
interface ToPush {
  readonly artifact: PackedArtifact;
  readonly existing: Existing | undefined;
  /** Tags that are to stand for it too. */
  readonly follow: readonly string[];
}

export interface TagOptions {
  readonly tags?: readonly string[] | undefined;
  readonly moving?: boolean | undefined;
}

/** @throws SkillsError ERR_VERSION_EXISTS where the version is there with other content. */
export async function toPush(
  packed: PackedSkill,
  artifact: PackedArtifact,
  { target, describe }: Endpoint,
  { tags = [], moving = false }: TagOptions,
): Promise<ToPush> {
  const { dialect, tag } = artifact;
  const existing = await contentAt(target, tag);
  checkSameContent(packed, describe(tag), existing);
  const versions = moving ? await publishedVersions(target, dialect) : [];
  const beside = [...tags, ...(moving ? movingTags(packed.version, versions) : [])];
  // `image-latest` stands beside `latest` as `image-1.2.0` does beside `1.2.0`.
  return { artifact, existing, follow: [...new Set(beside)].map((name) => dialectTag(dialect, name)) };
}

/** Copies an artifact to where it belongs, under its tag; what is there already only gets the further tags. */
export async function pushArtifact(
  context: Context,
  packed: PackedSkill,
  { target, describe }: Endpoint,
  { artifact, existing, follow }: ToPush,
  dryRun: boolean,
): Promise<PushedArtifact & { readonly warnings: readonly string[] }> {
  const { dialect, tag, descriptor, layer } = artifact;
  const report = {
    dialect,
    reference: describe(tag),
    digest: existing?.digest ?? descriptor.digest,
    size: layer.size,
    existed: existing !== undefined,
  };
  if (dryRun) return { ...report, tags: [tag, ...follow], warnings: [] };
  const options = { beforeTag: verifyBeforeTag(context), signal: context.signal };
  const root = existing
    ? await target.resolve(tag)
    : await copy(packed.target, descriptor.digest, target, tag, options);
  const { moved, warnings } = await moveTags(target, root, follow);
  return { ...report, tags: [tag, ...moved], warnings };
}

/** A registry with immutable tags refuses to move one: the version itself is published all the same. */
export async function moveTags(
  target: Target,
  descriptor: Descriptor,
  names: readonly string[],
): Promise<{ readonly moved: readonly string[]; readonly warnings: readonly string[] }> {
  // At once: a layout, or the embedded registry, makes all of them in one change of its index.
  const results = await Promise.allSettled(names.map((name) => target.tag(descriptor, name)));
  const moved = names.filter((_, at) => results[at]?.status === 'fulfilled');
  const warnings = results.flatMap((result, at) =>
    result.status === 'rejected'
      ? [`the tag ${names[at]} could not be moved: ${toSkillsError(result.reason).message}`]
      : [],
  );
  return { moved, warnings };
}

/** @throws SkillsError ERR_CONFLICT where the repository's name is another than the skill's. */
export function checkLeaf({ leaf }: Endpoint, name: string): void {
  if (leaf === undefined || leaf === name) return;
  throw new SkillsError('ERR_CONFLICT', `the skill is called "${name}", the repository ends in "${leaf}"`, {
    hint: `push to a repository that ends in /${name}: readers of the format derive the name from it`,
  });
}
