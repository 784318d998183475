import { type Card, nameOn, repositoryOn, updatedOn } from './card.ts';

/** A skill that may answer a query. Ids ascend with falling popularity. */
export interface Candidate {
  readonly id: number;
  readonly card: Card;
}

export interface Ranked extends Candidate {
  /** 0 to 1, more by one where the name begins with what was asked for, by two where it is just that. */
  readonly score: number;
}

export type SortOrder = 'relevance' | 'downloads' | 'rating' | 'recent' | 'name';

/** 2 where the skill's name is `key`, 1 where it begins with it. */
export function nameTier(card: Card, key: string): 0 | 1 | 2 {
  if (key === '' || !card.startsWith(key)) return 0;
  return card[key.length] === '\n' ? 2 : 1;
}

/** The best `wanted` of `candidates`: by score, ties by name, then by repository. */
export function selectBest(candidates: readonly Candidate[], scores: Float64Array, wanted: number): Ranked[] {
  const least = wanted < scores.length ? (scores.toSorted()[scores.length - wanted] ?? 0) : 0;
  const best: Ranked[] = [];
  for (const [index, candidate] of candidates.entries()) {
    const score = scores[index] ?? 0;
    if (score >= least) best.push({ ...candidate, score });
  }
  return best.sort((a, b) => b.score - a.score || compareNames(a.card, b.card)).slice(0, wanted);
}

/** Sorts in an order other than relevance. Nothing is counted yet: downloads and rating mean the stored popularity. */
export function sortCandidates<T extends Candidate>(candidates: readonly T[], order: SortOrder): T[] {
  if (order === 'name') return candidates.toSorted((a, b) => compareNames(a.card, b.card));
  if (order === 'recent') {
    return candidates.toSorted(
      (a, b) => compareText(updatedOn(b.card), updatedOn(a.card)) || compareNames(a.card, b.card),
    );
  }
  return candidates.toSorted((a, b) => a.id - b.id);
}

function compareNames(a: Card, b: Card): number {
  return compareText(nameOn(a), nameOn(b)) || compareText(repositoryOn(a), repositoryOn(b));
}

/** By code units: the same on every machine and in every database. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
