import { canListTags, type Digest, isSkillsError, SkillsError, type Target } from '../../core/index.ts';
import {
  dialectTag,
  type PackedSkill,
  type PublishedVersion,
  readArtifact,
  type WritableDialect,
} from '../../pack/index.ts';
import { newestMatching, tagOf, versionTags } from '../../resolve/index.ts';

/** The versions that a repository has in a dialect: the others' tags are no versions of it. */
export async function publishedVersions(target: Target, dialect: WritableDialect): Promise<readonly string[]> {
  if (!canListTags(target)) return [];
  const prefix = dialectTag(dialect, '');
  try {
    const tags = await Array.fromAsync(target.tags());
    const own = tags.filter((tag) => tag.startsWith(prefix)).map((tag) => tag.slice(prefix.length));
    return [...versionTags(own).keys()];
  } catch (error) {
    // A repository comes into being with its first push.
    if (isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN')) return [];
    throw error;
  }
}

/** The versions that are there, newest first, with the content of the newest release: it decides the next patch. */
export async function publishedWithContent(
  target: Target,
  dialect: WritableDialect,
): Promise<readonly PublishedVersion[]> {
  const versions = await publishedVersions(target, dialect);
  const newest = newestMatching('', versions);
  const content = newest === undefined ? undefined : await shownAt(target, dialectTag(dialect, tagOf(newest)));
  return versions.map((version) =>
    version === newest ? { version, contentDigest: content?.contentDigest } : { version },
  );
}

/** What a tag stands for already. */
export interface Existing {
  readonly digest: Digest;
  readonly dialect: string;
  readonly contentDigest: Digest | undefined;
}

/** What a tag stands for; nothing where it is not there yet. */
export async function contentAt(target: Target, tag: string): Promise<Existing | undefined> {
  try {
    const { descriptor, dialect, contentDigest } = await readArtifact(target, tag);
    return { digest: descriptor.digest, dialect, contentDigest };
  } catch (error) {
    if (isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN')) return undefined;
    throw error;
  }
}

/** What a registry hides by its policy (412) is unknown, and in the way of no new version. */
async function shownAt(target: Target, tag: string): Promise<Existing | undefined> {
  try {
    return await contentAt(target, tag);
  } catch (error) {
    if (isSkillsError(error, 'ERR_UNTRUSTED') && error.data?.status === 412) return undefined;
    throw error;
  }
}

/** @throws SkillsError ERR_VERSION_EXISTS where a tag stands for other content. */
export function checkSameContent(
  { version, contentDigest }: Pick<PackedSkill, 'version' | 'contentDigest'>,
  reference: string,
  existing: Existing | undefined,
): void {
  if (!existing || existing.contentDigest === contentDigest) return;
  throw new SkillsError(
    'ERR_VERSION_EXISTS',
    `${reference} is already published with other content (${existing.digest})`,
    {
      hint: `raise the version: skills publish --version ${nextPatch(version)}`,
      data: { version, published: existing.digest },
    },
  );
}

function nextPatch(version: string): string {
  const [, major = '0', minor = '0', patch = '0'] = /^(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
  return `${major}.${minor}.${Number(patch) + 1}`;
}
