/** The trigrams of a term as pg_trgm takes them: two blanks before it and one behind. */
export function trigramsOf(term: string): string[] {
  const letters = [...`  ${term} `];
  const trigrams = new Set<string>();
  for (let at = 0; at + 2 < letters.length; at += 1) trigrams.add(letters.slice(at, at + 3).join(''));
  return [...trigrams];
}

/** Trigrams that both have to trigrams that either has (Jaccard), 0 to 1. */
export function similarity(a: string, b: string): number {
  const left = new Set(trigramsOf(a));
  const right = trigramsOf(b);
  const shared = right.filter((trigram) => left.has(trigram)).length;
  return shared / (left.size + right.length - shared);
}

export const leastSimilarity = 0.4;

/** How many trigrams of `term` another must share to be similar at all: |A ∩ B| ≥ s·|A ∪ B| ≥ s·|A|. */
export function leastShared(term: string): number {
  return Math.ceil(leastSimilarity * trigramsOf(term).length);
}

/** The words that differ from `word` by two neighbouring letters changed over: trigrams do not see these in short words. */
export function transpositions(word: string): string[] {
  const results = new Set<string>();
  for (let at = 0; at + 1 < word.length; at += 1) {
    results.add(word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2));
  }
  results.delete(word);
  return [...results];
}
