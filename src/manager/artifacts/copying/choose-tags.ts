import { kindOfTag, sortTags } from '../tag-names.ts';

/** A pattern with `*` for any characters and `?` for one; nothing else has a meaning. */
export function globMatcher(patterns: readonly string[]): (text: string) => boolean {
  const parts = patterns.map((pattern) =>
    pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.'),
  );
  const whole = new RegExp(`^(?:${parts.join('|')})$`);
  return (text) => whole.test(text);
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
