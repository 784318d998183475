import { isTag, SkillsError } from '../../core/index.ts';
import { compareVersions, readVersion } from './compare.ts';
import { sortVersions } from './ranges.ts';

/** The tag of a version: `+` is not allowed in tags and becomes `_`. @throws SkillsError ERR_REFERENCE_INVALID */
export function tagOf(version: string): string {
  const known = readVersion(version);
  const tag = known?.raw.replace(/^v/, '').replace('+', '_');
  if (tag !== undefined && isTag(tag)) return tag;
  throw new SkillsError('ERR_REFERENCE_INVALID', `"${version}" is not a version that can be a tag`, {
    hint: 'a version is MAJOR.MINOR.PATCH (semver.org) of at most 128 characters, like 1.2.0 or 1.2.0-beta.1',
  });
}

/** The version that a tag states: exact semver, a leading `v` read, `_` as `+`. Undefined for `latest`, `1.2`, `main`. */
export function versionOfTag(tag: string): string | undefined {
  const known = readVersion(tag.replace('_', '+'));
  if (!known) return undefined;
  return known.build.length > 0 ? `${known.version}+${known.build.join('.')}` : known.version;
}

/** The versions that tags state, newest first, each with the tag to ask for; `1.2.0` goes before `v1.2.0`. */
export function versionTags(tags: Iterable<string>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const tag of tags) {
    const version = versionOfTag(tag);
    if (version !== undefined && (!found.has(version) || tag === tagOf(version))) found.set(version, tag);
  }
  return new Map(sortVersions([...found.keys()]).map((version) => [version, found.get(version) ?? version]));
}

/**
 * Which of `latest`, `1` and `1.2` stand for `version` once it is published beside `existing` (versions or tags).
 *
 * None for a prerelease, and none that stands for something newer already: a moving tag never goes backwards.
 */
export function movingTags(version: string, existing: Iterable<string>): readonly string[] {
  const added = readVersion(version);
  if (!added || added.prerelease.length > 0) return [];
  const releases = [...existing].flatMap((text) => readVersion(versionOfTag(text) ?? '') ?? []);
  const newer = releases.filter((other) => other.prerelease.length === 0 && compareVersions(other.raw, version) > 0);
  const { major, minor } = added;
  const tags: string[] = [];
  if (newer.length === 0) tags.push('latest');
  if (!newer.some((other) => other.major === major)) tags.push(`${major}`);
  if (!newer.some((other) => other.major === major && other.minor === minor)) tags.push(`${major}.${minor}`);
  return tags;
}
