import { kindOfTag, sortTags } from '../tag-names.ts';

/** A pattern with `*` for any characters and `?` for one; nothing else has a meaning. */
export function globMatcher(patterns: readonly string[]): (text: string) => boolean {
  const all = [...new Set(patterns)];
  return (text) => all.some((pattern) => matchesGlob(pattern, text));
}

/**
 * No regular expression: with several `*` one takes for ever on a text that is made for it, and registries give the texts.
 * Only the last `*` that was met need ever take more, so that each is tried at each place once.
 */
function matchesGlob(pattern: string, text: string): boolean {
  let [at, star, resume] = [0, -1, 0];
  for (let place = 0; place < text.length; ) {
    if (pattern[at] === '*') [star, resume, at] = [at, place, at + 1];
    else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[place]))
      [at, place] = [at + 1, place + 1];
    else if (star < 0) return false;
    else [at, resume, place] = [star + 1, resume + 1, resume + 1];
  }
  return /^\**$/.test(pattern.slice(at));
}

/** Which tags of a repository are copied: versions first, from the newest. */
export interface TagChoice {
  /** Patterns; one of them must match. */
  readonly tags?: readonly string[] | undefined;
  /** Also those that are neither a version nor move with one. */
  readonly allTags?: boolean | undefined;
}

/**
 * Chooses versions, what moves with them (`latest`, `1`, `1.2`), and both of other dialects (`image-1.2.0`); or what the
 * patterns match. Tags that programs made of digests are never among them: they belong to what refers to an artifact.
 */
export function tagChooser({ tags, allTags }: TagChoice): (tags: readonly string[]) => readonly string[] {
  const matches = tags?.length ? globMatcher(tags) : allTags ? () => true : isRelease;
  return (all) => sortTags(all).filter((tag) => kindOfTag(tag) !== 'digest' && matches(tag));
}

function isRelease(tag: string): boolean {
  const [, bare = tag] = /^[a-z]+-(.+)$/.exec(tag) ?? [];
  return [tag, bare].some((each) => ['version', 'moving'].includes(kindOfTag(each)));
}
