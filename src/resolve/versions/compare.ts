import type SemVer from 'semver/classes/semver.js';
import compareBuild from 'semver/functions/compare-build.js';
import parse from 'semver/functions/parse.js';

/** A version of SemVer 2.0, strictly; a leading `v` is read. */
export function readVersion(text: string): SemVer | undefined {
  return parse(text) ?? undefined;
}

/** Older first. Build metadata orders what precedence leaves equal, so that every order is total. */
export function compareVersions(a: string, b: string): number {
  return compareBuild(a, b);
}
