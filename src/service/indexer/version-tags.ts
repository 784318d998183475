import { rcompare, valid } from 'semver';

const mostVersions = 500;

/** The version that a tag names: exact semver, `_` for `+`, a leading `v` is read. Other tags name none. */
export function versionOfTag(tag: string): string | undefined {
  const text = tag.replace(/^v/, '').replace('_', '+');
  return valid(text) === null ? undefined : text;
}

/** The tags that are versions, newest first: one a version, the one without `v` where there are two; at most 500. */
export function selectVersionTags(tags: Iterable<string>): Map<string, string> {
  const byVersion = new Map<string, string>();
  for (const tag of tags) {
    const version = versionOfTag(tag);
    if (version === undefined || (byVersion.has(version) && tag.startsWith('v'))) continue;
    byVersion.set(version, tag);
  }
  return new Map([...byVersion].sort(([a], [b]) => rcompare(a, b)).slice(0, mostVersions));
}
