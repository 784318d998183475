import { type Digest, digestAlgorithm, digestHex } from '../../core/index.ts';
import { compareVersions, versionOfTag } from '../../resolve/index.ts';
import type { TagKind } from './tag.types.ts';

/** The referrers tag (distribution-spec, "Referrers Tag Schema"), and cosign's of old (SIGNATURE_SPEC.md) and its kin. */
const digestTag = /^sha(?:256-[0-9a-f]{64}|512-[0-9a-f]{64,128})(?:\.[a-z]+)?$/;
const movingTag = /^(?:latest|v?\d+(?:\.\d+)?)$/;

export function kindOfTag(tag: string): TagKind {
  if (digestTag.test(tag)) return 'digest';
  if (movingTag.test(tag)) return 'moving';
  return versionOfTag(tag) === undefined ? 'other' : 'version';
}

/**
 * Whether a tag is a version, in whichever dialect: `1.2.0`, `image-1.2.0`. People have locked what it stands for, so that
 * it is not moved unasked.
 */
export function isVersionTag(tag: string): boolean {
  return kindOfTag(tag) === 'version' || kindOfTag(tag.replace(/^image-/, '')) === 'version';
}

/** Versions from the newest, then `latest`, `2`, `1`, `1.2`, then the others, then what programs wrote. */
export function sortTags(tags: Iterable<string>): string[] {
  const ranked = [...new Set(tags)].map((tag) => ({ tag, rank: ranks[kindOfTag(tag)] }));
  return ranked.sort((a, b) => a.rank - b.rank || compareSame(a.tag, b.tag)).map(({ tag }) => tag);
}

/** The tag under which cosign keeps what belongs to a manifest, by its suffix: `sig`, `att`, `sbom`. */
export function cosignTag(subject: Digest, suffix: string): string {
  return `${digestAlgorithm(subject)}-${digestHex(subject)}.${suffix}`;
}

const ranks: Readonly<Record<TagKind, number>> = { version: 0, moving: 1, other: 2, digest: 3 };

function compareSame(a: string, b: string): number {
  const [one, other] = [versionOfTag(a), versionOfTag(b)];
  if (one !== undefined && other !== undefined) return compareVersions(other, one) || byText(a, b);
  if (kindOfTag(a) === 'moving') return compareMoving(a, b);
  return byText(a, b);
}

/** `latest` first, then the wider before the narrower, the higher number before the lower. */
function compareMoving(a: string, b: string): number {
  const [one, other] = [numbersOf(a), numbersOf(b)];
  if (one.length !== other.length) return one.length - other.length;
  const at = one.findIndex((number, index) => number !== other[index]);
  return at < 0 ? byText(a, b) : (other[at] ?? 0) - (one[at] ?? 0);
}

function numbersOf(tag: string): number[] {
  return tag === 'latest' ? [] : tag.replace(/^v/, '').split('.').map(Number);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
