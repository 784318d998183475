import { splitWords, type Word } from './split.ts';
import { stemWord } from './stem.ts';
import { isStopWord } from './stop-words.ts';
import { findSynonyms } from './synonyms.ts';

/** The terms of a text as they are indexed: how often each stands there, and how many words the text has. */
export interface TermCounts {
  readonly counts: ReadonlyMap<string, number>;
  /** Those that are words joined: `github` of GitHub. */
  readonly joined: ReadonlySet<string>;
  readonly length: number;
}

/** One way to satisfy a word of a query: all these terms. `weight` is 1 for what was typed, less for what was guessed. */
export interface Alternative {
  readonly terms: readonly string[];
  readonly weight: number;
}

/** One word of a query with all ways to satisfy it; `typed` is the word in lower case. */
export interface QueryGroup {
  readonly typed: string;
  readonly alternatives: readonly Alternative[];
}

const synonymWeight = 0.6;
const mostGroups = 12;

/** Analyses a text that is to be found. Words written together are indexed apart and as one. */
export function analyseText(text: string): TermCounts {
  const counts = new Map<string, number>();
  const joined = new Set<string>();
  let length = 0;
  for (const word of splitWords(text)) {
    for (const part of word.parts) {
      if (isStopWord(part)) continue;
      length += 1;
      count(counts, stemWord(part));
    }
    if (word.joined === undefined) continue;
    joined.add(stemWord(word.joined));
    count(counts, stemWord(word.joined));
  }
  return { counts, joined, length };
}

/** Analyses what a person typed. Stop words count only where there is nothing else. At most 12 words are looked at. */
export function analyseQuery(text: string): QueryGroup[] {
  const words = splitWords(text);
  const telling = words.filter((word) => !word.parts.every(isStopWord));
  const groups = new Map<string, QueryGroup>();
  for (const word of telling.length > 0 ? telling : words) {
    const typed = word.joined ?? word.parts.join('');
    groups.set(typed, { typed, alternatives: waysToSay(word) });
  }
  return [...groups.values()].slice(0, mostGroups);
}

function waysToSay(word: Word): Alternative[] {
  const parts = word.parts.filter((part) => !isStopWord(part)).map(stemWord);
  const joined = word.joined === undefined ? [] : [[stemWord(word.joined)]];
  const typed = [...joined, parts.length > 0 ? parts : word.parts.map(stemWord)];
  const synonyms = typed.flatMap((terms) => (terms.length === 1 && terms[0] ? findSynonyms(terms[0]) : []));
  return [
    ...typed.map((terms) => ({ terms, weight: 1 })),
    ...synonyms.map((terms) => ({ terms, weight: synonymWeight })),
  ];
}

function count(counts: Map<string, number>, term: string): void {
  counts.set(term, (counts.get(term) ?? 0) + 1);
}
