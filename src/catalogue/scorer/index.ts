export {
  type Card,
  type CardSubject,
  hasTag,
  nameOn,
  needleFor,
  normaliseTag,
  repositoryOn,
  strengthOn,
  writeCard,
} from './card.ts';
export { type Candidate, nameTier, type Ranked, type SortOrder, selectBest, sortCandidates } from './rank.ts';
export { planScoring, rarityOf, type ScoringPlan, scoreCard, type TermStatistics } from './score.ts';
export { leastShared, leastSimilarity, similarity, transpositions, trigramsOf } from './similarity.ts';
export { type SearchTexts, strengthOf, strongest, tailStrength, type WeighedTerms, weighTerms } from './weigh.ts';
