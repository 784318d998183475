import { compare, inc, prerelease, rcompare } from 'semver';
import { type Digest, SkillsError } from '../../core/index.ts';
import type { SkillManifest } from '../../manifest/index.ts';
import type { SkillFolder } from '../files/folder.types.ts';
import { type GitState, readGitState } from './git.ts';
import { readVersionText } from './version-text.ts';

/** Where a version came from. `unchanged` is a published version that has the same content. */
export type VersionOrigin = 'flag' | 'manifest' | 'git tag' | 'git commit' | 'first' | 'next patch' | 'unchanged';

export interface ChosenVersion {
  readonly version: string;
  readonly from: VersionOrigin;
  /** The commit it was taken from; only with `git tag` and `git commit`. */
  readonly commit?: string;
  /** Whether the folder holds more than that commit: then the version names content that nobody can find in git. */
  readonly dirty?: boolean;
}

/** A version that is published already. */
export interface PublishedVersion {
  readonly version: string;
  readonly contentDigest?: Digest | undefined;
}

export interface VersionOptions {
  /** `--version`. */
  readonly version?: string | undefined;
  readonly manifest: Pick<SkillManifest, 'name' | 'version' | 'metadata'>;
  /** Of what is to be published: decides between `unchanged` and `next patch`. */
  readonly contentDigest?: Digest | undefined;
  /** The versions in the repository; asked for only when nothing else states a version. */
  readonly published?: readonly PublishedVersion[] | (() => Promise<readonly PublishedVersion[]>) | undefined;
}

/**
 * The version to publish a folder as, in this order: the flag; the manifest, or its `metadata.version`; a git tag
 * `<name>/vX.Y.Z` or `vX.Y.Z` at HEAD; a pseudo-version of the last commit to the folder; else 0.1.0, and from then on the
 * next patch whenever the content changed.
 *
 * @throws SkillsError ERR_REFERENCE_INVALID for a flag, ERR_SKILL_INVALID for a manifest, with a version that is no semver.
 */
export async function versionFor(folder: Pick<SkillFolder, 'root'>, options: VersionOptions): Promise<ChosenVersion> {
  return (
    fromFlag(options.version) ??
    fromManifest(options.manifest) ??
    (await fromGit(folder.root, options.manifest.name)) ??
    nextVersion(await listPublished(options.published), options.contentDigest)
  );
}

/** `0.0.0-<UTC time>-<12 hex>`, as Go writes them: later commits are later versions, before every real one. */
export function pseudoVersion({ commit, time }: Pick<GitState, 'commit' | 'time'>): string {
  const stamp = new Date(time * 1000).toISOString().slice(0, 19).replace(/\D/g, '');
  return `0.0.0-${stamp}-${commit.slice(0, 12)}`;
}

/** The version after those that are published; prereleases are none to count on. */
export function nextVersion(published: readonly PublishedVersion[], contentDigest?: Digest): ChosenVersion {
  const readable = published.flatMap((entry) => (readVersionText(entry.version) ? [entry] : []));
  const releases = readable.filter(({ version }) => prerelease(version) === null);
  const [newest] = releases.sort((a, b) => rcompare(a.version, b.version));
  if (!newest) return { version: '0.1.0', from: 'first' };
  if (contentDigest !== undefined && newest.contentDigest === contentDigest) {
    return { version: newest.version, from: 'unchanged' };
  }
  return { version: inc(newest.version, 'patch') ?? '0.1.0', from: 'next patch' };
}

function fromFlag(text: string | undefined): ChosenVersion | undefined {
  if (text === undefined) return undefined;
  const version = readVersionText(text);
  if (version !== undefined) return { version, from: 'flag' };
  throw new SkillsError('ERR_REFERENCE_INVALID', `"${text}" is not a version`, {
    hint: 'a version is three numbers, and perhaps a prerelease: 1.2.0, 2.0.0-beta.1 (semver.org)',
  });
}

function fromManifest({ version: stated, metadata }: VersionOptions['manifest']): ChosenVersion | undefined {
  if (stated === undefined) return fromMetadata(metadata.version);
  const version = readVersionText(stated);
  if (version !== undefined) return { version, from: 'manifest' };
  throw new SkillsError('ERR_SKILL_INVALID', `The manifest's version "${stated}" is no semantic version`, {
    hint: 'write three numbers (1.2.0), or give one with --version',
  });
}

/** agentskills.io's own example is `version: "1.0"`; missing numbers are zeros, and what is no version at all is not read. */
function fromMetadata(text: string | undefined): ChosenVersion | undefined {
  const numbers = /^v?(\d+)(?:\.(\d+))?$/.exec(text?.trim() ?? '');
  const version = readVersionText(numbers ? `${numbers[1]}.${numbers[2] ?? 0}.0` : (text ?? ''));
  return version === undefined ? undefined : { version, from: 'manifest' };
}

async function fromGit(root: string, name: string): Promise<ChosenVersion | undefined> {
  const state = await readGitState(root);
  if (!state) return undefined;
  const { commit, dirty } = state;
  const tagged = versionOfTags(state.tags, `${name}/v`) ?? versionOfTags(state.tags, 'v');
  if (tagged) return { version: tagged, from: 'git tag', commit, dirty };
  return { version: pseudoVersion(state), from: 'git commit', commit, dirty };
}

function versionOfTags(tags: readonly string[], prefix: string): string | undefined {
  const texts = tags.filter((tag) => tag.startsWith(prefix)).map((tag) => tag.slice(prefix.length));
  return texts
    .flatMap((text) => (/^\d/.test(text) ? (readVersionText(text) ?? []) : []))
    .sort(compare)
    .at(-1);
}

async function listPublished(published: VersionOptions['published']): Promise<readonly PublishedVersion[]> {
  return typeof published === 'function' ? published() : (published ?? []);
}
