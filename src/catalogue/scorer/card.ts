import type { WeighedTerms } from './weigh.ts';

/**
 * What the scorer needs of a skill, as one string: it is read for up to 2,000 skills a query, and to look for a term in a
 * string is faster than to parse anything. Lines: name, repository, time of the last change, then
 * `term:strength term:strength #tag: `, a strength being one character.
 */
export type Card = string;

const zero = 48;

export interface CardSubject {
  readonly name: string;
  readonly repository: string;
  /** ISO 8601 in UTC. */
  readonly updatedAt: string;
  readonly tags: readonly string[];
}

export function writeCard(skill: CardSubject, weighed: WeighedTerms): Card {
  const terms = [...weighed.strengths].map(([term, strength]) => `${term}:${String.fromCharCode(zero + strength)}`);
  const tags = skill.tags.map((tag) => `#${normaliseTag(tag)}:`);
  return `${skill.name}\n${skill.repository}\n${skill.updatedAt}\n ${[...terms, ...tags].join(' ')} `;
}

/** The strength of a term on a card; `needle` is made by {@link needleFor}. 0 where it is not on the card. */
export function strengthOn(card: Card, needle: string): number {
  const at = card.indexOf(needle);
  return at < 0 ? 0 : card.charCodeAt(at + needle.length) - zero;
}

export function needleFor(term: string): string {
  return ` ${term}:`;
}

/** @param tag as {@link normaliseTag} gives it. */
export function hasTag(card: Card, tag: string): boolean {
  return card.includes(` #${tag}: `);
}

export function nameOn(card: Card): string {
  return lineOf(card, 0);
}

export function repositoryOn(card: Card): string {
  return lineOf(card, 1);
}

export function updatedOn(card: Card): string {
  return lineOf(card, 2);
}

/** A tag as it is compared: folded to lower case, anything but letters, digits, `+`, `.` and `#` a hyphen. */
export function normaliseTag(tag: string): string {
  return tag
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}+#.]+/gu, '-')
    .replace(/^-+|-+$/g, '');
}

function lineOf(card: Card, line: number): string {
  let start = 0;
  for (let passed = 0; passed < line; passed += 1) start = card.indexOf('\n', start) + 1;
  return card.slice(start, card.indexOf('\n', start));
}
