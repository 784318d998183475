import Range from 'semver/classes/range.js';
import { type Digest, isDigest, isTag, SkillsError } from '../../core/index.ts';
import { compareVersions, readVersion } from './compare.ts';

/** What the text behind `@`, or a `version` of skills.json, asks for. */
export type Selector =
  | { readonly kind: 'any' }
  | { readonly kind: 'range'; readonly range: Range }
  | { readonly kind: 'digest'; readonly digest: Digest }
  | { readonly kind: 'tag'; readonly tag: string };

/** Words that ask for the newest release, whatever it is. */
const anyVersion: ReadonlySet<string> = new Set(['', '*', 'x', 'X', 'latest']);

/**
 * Reads a range (npm's grammar), a digest, or a tag.
 *
 * `1.2` and `v1.2.0` are ranges, also where a registry has tags of that name: they mean the same.
 *
 * @throws SkillsError ERR_REFERENCE_INVALID
 */
export function readSelector(text: string): Selector {
  const asked = text.trim();
  if (anyVersion.has(asked)) return { kind: 'any' };
  if (isDigest(asked)) return { kind: 'digest', digest: asked };
  const range = readRange(asked);
  if (range) return { kind: 'range', range };
  if (isTag(asked)) return { kind: 'tag', tag: asked };
  throw new SkillsError('ERR_REFERENCE_INVALID', `"${text}" is neither a version range, nor a tag, nor a digest`, {
    hint: 'write 1.2.0, ^1.2, ">=1.2 <2", latest, or sha256: with 64 lower-case hexadecimal digits',
  });
}

/** Whether the text can stand behind `@`. */
export function isSelector(text: string): boolean {
  const asked = text.trim();
  return anyVersion.has(asked) || isDigest(asked) || isTag(asked) || readRange(asked) !== undefined;
}

/** One form for what means the same, so that `''`, `latest` and `*` compare equal: `*`. */
export function normaliseRange(text: string | undefined): string {
  const asked = (text ?? '').trim();
  return anyVersion.has(asked) ? '*' : asked;
}

/**
 * The versions of `versions` that `text` allows, newest first.
 *
 * Prereleases as npm: a range takes one only where it names a prerelease of the same major.minor.patch. Asking for the newest takes
 * prereleases only where there is no release at all: most real skills have pseudo-versions (`0.0.0-<time>-<commit>`) and nothing else.
 * A digest or a tag allows none: what they stand for is known to the registry only.
 */
export function matchingVersions(text: string, versions: readonly string[]): readonly string[] {
  const selector = readSelector(text);
  const known = sortVersions(versions);
  if (selector.kind === 'range') return known.filter((version) => selector.range.test(version));
  if (selector.kind !== 'any') return [];
  const releases = known.filter((version) => readVersion(version)?.prerelease.length === 0);
  return releases.length > 0 ? releases : known;
}

/** The newest of `versions` that `text` allows. */
export function newestMatching(text: string, versions: readonly string[]): string | undefined {
  return matchingVersions(text, versions)[0];
}

/** Whether `version` itself lies in the range; everything lies in `''`, `*` and `latest`. */
export function satisfiesRange(version: string, text: string): boolean {
  const selector = readSelector(text);
  return selector.kind === 'any' || (selector.kind === 'range' && selector.range.test(version));
}

/** Newest first; what is no version is left out. */
export function sortVersions(versions: readonly string[]): readonly string[] {
  return versions.filter((version) => readVersion(version) !== undefined).sort((a, b) => compareVersions(b, a));
}

/**
 * What is written as `version` into skills.json after an install: what was asked, or `^<resolved>` where the newest was.
 *
 * Undefined (no `version` at all: the newest) for a pseudo-version, which no caret range would ever lead away from.
 */
export function rangeToSave(asked: string, resolved: string | undefined): string | undefined {
  if (normaliseRange(asked) !== '*') return asked.trim();
  if (resolved === undefined || /^0\.0\.0-/.test(resolved)) return undefined;
  return `^${resolved.replace(/\+.*$/, '')}`;
}

function readRange(text: string): Range | undefined {
  try {
    return new Range(text);
  } catch {
    return undefined;
  }
}
