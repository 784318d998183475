import { type Alternative, type QueryGroup, stemWord } from '../analyser/index.ts';
import { leastShared, leastSimilarity, similarity, transpositions, trigramsOf } from '../scorer/index.ts';
import type { TermStore } from './term-store.ts';

const completionWeight = 0.8;
const correctionWeight = 0.7;
const mostCompletions = 8;
const mostCorrections = 4;
const shortestToComplete = 2;

/** The groups with the number of skills each of their terms is in. */
export interface KnownGroups {
  readonly groups: readonly QueryGroup[];
  readonly documents: ReadonlyMap<string, number>;
}

/**
 * Drops alternatives that no skill can satisfy. A word left with none is taken for the beginning of a word, then for a
 * mistyped one; a group without alternatives stays in the result, for it counts as missing.
 */
export async function repairGroups(groups: readonly QueryGroup[], store: TermStore): Promise<KnownGroups> {
  const documents = new Map(
    await store.countDocuments(groups.flatMap((group) => group.alternatives.flatMap(({ terms }) => terms))),
  );
  const repaired: QueryGroup[] = [];
  for (const group of groups) {
    const known = group.alternatives.filter(({ terms }) => terms.every((term) => (documents.get(term) ?? 0) > 0));
    repaired.push({ ...group, alternatives: known.length > 0 ? known : await guess(group.typed, store, documents) });
  }
  return { groups: repaired, documents };
}

async function guess(typed: string, store: TermStore, documents: Map<string, number>): Promise<Alternative[]> {
  const completed = await completeWord(typed, store, documents);
  return completed.length > 0 ? completed : correctWord(typed, store, documents);
}

async function completeWord(typed: string, store: TermStore, documents: Map<string, number>): Promise<Alternative[]> {
  if (typed.length < shortestToComplete) return [];
  const found = await store.completeTerm(typed, mostCompletions);
  for (const { term, documents: count } of found) documents.set(term, count);
  return found.map(({ term }) => ({ terms: [term], weight: completionWeight }));
}

async function correctWord(typed: string, store: TermStore, documents: Map<string, number>): Promise<Alternative[]> {
  const stem = stemWord(typed);
  const swapped = await store.countDocuments(transpositions(typed).map(stemWord));
  const similar = await store.findByTrigrams(trigramsOf(stem), leastShared(stem));
  for (const [term, count] of swapped) documents.set(term, count);
  for (const { term, documents: count } of similar) documents.set(term, count);
  const guesses = new Map(similar.map(({ term }) => [term, similarity(stem, term)] as const));
  for (const [term, count] of swapped) if (count > 0) guesses.set(term, 1);
  return [...guesses]
    .filter(([, likeness]) => likeness >= leastSimilarity)
    .sort(([a, x], [b, y]) => y - x || (documents.get(b) ?? 0) - (documents.get(a) ?? 0) || (a < b ? -1 : 1))
    .slice(0, mostCorrections)
    .map(([term, likeness]) => ({ terms: [term], weight: correctionWeight * likeness }));
}
