import { analyseText, type TermCounts } from '../analyser/index.ts';

/** The texts of a skill that are searched, by field. */
export interface SearchTexts {
  readonly name: string;
  /** Tags and abilities. */
  readonly labels: readonly string[];
  readonly description: string;
  readonly body: string;
}

/** The terms of one skill, ready to be stored. */
export interface WeighedTerms {
  /** The strength of a term in this skill, from 1 to {@link strongest}; only terms that tell much about it. */
  readonly strengths: ReadonlyMap<string, number>;
  /** All its terms; one that has no strength stands in the body only, and counts as {@link tailStrength}. */
  readonly terms: ReadonlySet<string>;
  /** Single words outside of the body: those that an unfinished or mistyped word is compared with. */
  readonly guessable: ReadonlySet<string>;
}

export const strongest = 62;

interface Field {
  readonly weight: number;
  /** How much a long text dilutes a word: b of BM25. */
  readonly dilution: number;
  /** Words of a usual text of this kind. A constant, so that the strength of a term depends on its own skill only. */
  readonly usualLength: number;
}

const fields = {
  name: { weight: 8, dilution: 0.3, usualLength: 3 },
  labels: { weight: 4, dilution: 0.5, usualLength: 8 },
  description: { weight: 2, dilution: 0.6, usualLength: 24 },
  body: { weight: 0.5, dilution: 0.7, usualLength: 300 },
} as const satisfies Record<string, Field>;

/** k1 of BM25: how soon repeating a word stops to help. */
const saturation = 1.2;
const bodyLength = 64 * 1024;
const mostBodyTerms = 24;
const guessablePattern = /^\p{L}{3,24}$/u;

/** The least strength: of a term that stands in the body only, and once. */
export const tailStrength = 12;

/**
 * Weighs the terms of a skill by BM25F (Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields",
 * CIKM 2004): the frequencies of a term in all fields become one, diluted by each field's length, and are saturated once.
 */
export function weighTerms(texts: SearchTexts): WeighedTerms {
  const name = analyseText(texts.name);
  const labels = analyseText(texts.labels.join(' , '));
  const description = analyseText(texts.description);
  const body = analyseText(texts.body.slice(0, bodyLength));
  const frequencies = new Map<string, number>();
  addField(frequencies, name, fields.name);
  addField(frequencies, labels, fields.labels);
  addField(frequencies, description, fields.description);
  const heads = new Set(frequencies.keys());
  addField(frequencies, body, fields.body);
  const telling = new Set([...heads, ...strongestOf(body, heads)]);
  const strengths = new Map([...telling].map((term) => [term, strengthOf(frequencies.get(term) ?? 0)] as const));
  const guessable = new Set([name, labels, description].flatMap(guessableOf));
  return { strengths, terms: new Set(frequencies.keys()), guessable };
}

/** A frequency from 0 up, saturated, as an integer from {@link tailStrength} to {@link strongest}. */
function strengthOf(frequency: number): number {
  return Math.max(tailStrength, Math.round((strongest * frequency) / (saturation + frequency)));
}

function addField(frequencies: Map<string, number>, text: TermCounts, field: Field): void {
  const length = 1 - field.dilution + (field.dilution * text.length) / field.usualLength;
  for (const [term, count] of text.counts) {
    frequencies.set(term, (frequencies.get(term) ?? 0) + (field.weight * count) / length);
  }
}

function strongestOf(body: TermCounts, heads: ReadonlySet<string>): string[] {
  return [...body.counts]
    .filter(([term, count]) => count > 1 && !heads.has(term))
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, mostBodyTerms)
    .map(([term]) => term);
}

function guessableOf({ counts, joined }: TermCounts): string[] {
  return [...counts.keys()].filter((term) => !joined.has(term) && guessablePattern.test(term));
}
