import type { Condition } from '../search/term-store.ts';

/**
 * A term as FTS5 stores it: anything but a to z and 0 to 9 as `_hex_`, because FTS5's own tables of letters are older than those of
 * JavaScript and would split some words.
 */
export function encodeTerm(term: string): string {
  return term.replace(/[^a-z0-9]/gu, (letter) => `_${letter.codePointAt(0)?.toString(16)}_`);
}

/** A tag, normalised, beside the terms. */
export function encodeTag(tag: string): string {
  return `#${encodeTerm(tag)}`;
}

/** The FTS5 query of a condition; FTS5 gives AND more binding than OR. */
export function matchOf({ groups, tags }: Condition): string {
  const ways = groups.map((group) => `(${group.map(allOf).join(' OR ')})`);
  return [...ways, ...tags.map((tag) => `"${encodeTag(tag)}"`)].join(' AND ');
}

function allOf(terms: readonly string[]): string {
  return terms.map((term) => `"${encodeTerm(term)}"`).join(' AND ');
}
