import { resolve } from 'node:path';
import {
  canListTags,
  type Descriptor,
  type Digest,
  isSkillsError,
  SkillsError,
  type Target,
  toSkillsError,
} from '../../core/index.ts';
import { copy } from '../../oci/index.ts';
import { openPackage, type PackedSkill, type PublishedVersion, readArtifact } from '../../pack/index.ts';
import { movingTags, newestMatching, tagOf, versionOfTag, versionTags } from '../../resolve/index.ts';
import { packFolder } from '../../sources/index.ts';
import { type Endpoint, openEndpoint } from '../artifacts/endpoint.ts';
import type { Context } from '../context.ts';
import type { PushReport } from '../types.ts';
import { verifyBeforeTag } from '../verification.ts';

/** What is pushed beside the skill itself. */
export interface PushOptions {
  /** Default: the reference's tag, the manifest's, a git tag's, one made from the commit, or 0.1.0. */
  readonly version?: string | undefined;
  /** Tags beside the version's. */
  readonly tags?: readonly string[] | undefined;
  /** Whether `latest`, `1` and `1.2` follow; publish does, push does not. */
  readonly moving?: boolean | undefined;
  /** Do all but write. */
  readonly dryRun?: boolean | undefined;
}

/** Packs a folder or package file and pushes it; a version that exists with other content is refused. */
export async function push(
  context: Context,
  source: string,
  reference: string,
  options: PushOptions = {},
): Promise<PushReport> {
  const destination = await openEndpoint(context, reference);
  await using folder = await openPackage(resolve(context.settings.cwd, source));
  const wanted = options.version ?? versionOfEndpoint(destination);
  context.report({ phase: 'pack', name: folder.folder });
  const { packed: made, chosen } = await packFolder(folder, {
    version: wanted,
    published: () => publishedWithContent(destination.target),
  });
  await using packed = made;
  checkLeaf(destination, packed.name);
  return await pushPacked(context, packed, destination, {
    ...options,
    versionFrom: wanted !== undefined && options.version === undefined ? 'reference' : chosen.from,
  });
}

async function pushPacked(
  context: Context,
  packed: PackedSkill,
  destination: Endpoint,
  options: PushOptions & { versionFrom: string },
): Promise<PushReport> {
  const tag = tagOf(packed.version);
  const existing = await contentAt(destination.target, tag);
  if (existing && existing.contentDigest !== packed.contentDigest)
    throw versionExists(packed, destination.describe(tag), existing);
  const report = {
    name: packed.name,
    reference: destination.describe(tag),
    digest: existing?.digest ?? packed.descriptor.digest,
    contentDigest: packed.contentDigest,
    version: packed.version,
    versionFrom: options.versionFrom,
    size: packed.layer.size,
    existed: existing !== undefined,
    problems: packed.problems,
  };
  const versions = options.moving ? await publishedVersions(destination.target) : [];
  const follow = [
    ...new Set([...(options.tags ?? []), ...(options.moving ? movingTags(packed.version, versions) : [])]),
  ];
  if (options.dryRun) return { ...report, tags: [tag, ...follow], warnings: [] };
  context.report({ phase: 'push', name: packed.name, total: packed.layer.size });
  const pushed = await copy(packed.target, packed.descriptor.digest, destination.target, existing ? undefined : tag, {
    beforeTag: verifyBeforeTag(context),
    ...(context.signal ? { signal: context.signal } : {}),
  });
  const descriptor = existing ? await destination.target.resolve(tag) : pushed;
  const { moved, warnings } = await moveTags(destination.target, descriptor, follow);
  return { ...report, tags: [tag, ...moved], warnings };
}

/** A registry with immutable tags refuses to move one: the version itself is published all the same. */
async function moveTags(
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

/** A tag that is a version decides the version; another tag is refused, since versions are what people install. */
function versionOfEndpoint({ key: tag, describe }: Endpoint): string | undefined {
  if (tag === undefined) return undefined;
  const version = versionOfTag(tag);
  if (version) return version;
  throw new SkillsError('ERR_REFERENCE_INVALID', `${describe(tag)}: the tag is not an exact version`, {
    hint: 'push to host/prefix/name:1.2.3, or leave the tag out; tags like "latest" are set beside it, by publish or --tag',
  });
}

function checkLeaf({ leaf }: Endpoint, name: string): void {
  if (leaf === undefined || leaf === name) return;
  throw new SkillsError('ERR_CONFLICT', `the skill is called "${name}", the repository ends in "${leaf}"`, {
    hint: `push to a repository that ends in /${name}: readers of the format derive the name from it`,
  });
}

async function publishedVersions(target: Target): Promise<readonly string[]> {
  if (!canListTags(target)) return [];
  try {
    return [...versionTags(await Array.fromAsync(target.tags())).keys()];
  } catch (error) {
    // A repository comes into being with its first push.
    if (isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN')) return [];
    throw error;
  }
}

/** The versions that are there, newest first, with the content of the newest release: it decides the next patch. */
async function publishedWithContent(target: Target): Promise<readonly PublishedVersion[]> {
  const versions = await publishedVersions(target);
  const newest = newestMatching('', versions);
  const content = newest === undefined ? undefined : await contentAt(target, tagOf(newest));
  return versions.map((version) =>
    version === newest ? { version, contentDigest: content?.contentDigest } : { version },
  );
}

async function contentAt(
  target: Target,
  tag: string,
): Promise<{ digest: Digest; contentDigest: Digest | undefined } | undefined> {
  try {
    const { descriptor, contentDigest } = await readArtifact(target, tag);
    return { digest: descriptor.digest, contentDigest };
  } catch (error) {
    if (isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN')) return undefined;
    throw error;
  }
}

function versionExists(packed: PackedSkill, reference: string, existing: { digest: Digest }): SkillsError {
  return new SkillsError(
    'ERR_VERSION_EXISTS',
    `${reference} is already published with other content (${existing.digest})`,
    {
      hint: `raise the version: skills publish --version ${nextPatch(packed.version)}`,
      data: { version: packed.version, published: existing.digest },
    },
  );
}

function nextPatch(version: string): string {
  const [, major = '0', minor = '0', patch = '0'] = /^(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
  return `${major}.${minor}.${Number(patch) + 1}`;
}
