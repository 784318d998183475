export { type Card, type CardSubject, hasTag, normaliseTag, writeCard } from './card.ts';
export { type Candidate, nameTier, type Ranked, type SortOrder, selectBest, sortCandidates } from './rank.ts';
export { planScoring, type ScoringPlan, scoreCard, type TermStatistics } from './score.ts';
export { leastShared, leastSimilarity, similarity, transpositions, trigramsOf } from './similarity.ts';
export { type SearchTexts, tailStrength, type WeighedTerms, weighTerms } from './weigh.ts';
