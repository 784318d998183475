import type { QueryGroup } from '../analyser/index.ts';
import { type Card, needleFor, strengthOn } from './card.ts';
import { strongest } from './weigh.ts';

/** How many skills a term is in, and how many there are. */
export interface TermStatistics {
  readonly skills: number;
  documents(term: string): number;
}

interface ScoredAlternative {
  readonly needles: readonly string[];
  readonly factor: number;
}

interface ScoredGroup {
  readonly alternatives: readonly ScoredAlternative[];
  readonly rarity: number;
}

/** A query made ready to score many cards. */
export interface ScoringPlan {
  readonly groups: readonly ScoredGroup[];
  readonly rarity: number;
}

/** How much a term tells: idf of BM25, never negative. */
function rarityOf(documents: number, skills: number): number {
  return Math.log(1 + (skills - documents + 0.5) / (documents + 0.5));
}

export function planScoring(groups: readonly QueryGroup[], statistics: TermStatistics): ScoringPlan {
  const scored = groups.map((group) => planGroup(group, statistics));
  return { groups: scored, rarity: scored.reduce((sum, group) => sum + group.rarity, 0) };
}

/**
 * How well a card answers a query, 0 to 1: per word of the query its rarity times the term's strength, as a part of what could be
 * reached, and less where words of the query are missing.
 *
 * @param missingStrength what a word counts that is not on the card: {@link tailStrength} where the store says that it is in the body, else 0.
 */
export function scoreCard(card: Card, plan: ScoringPlan, missingStrength: number): number {
  let score = 0;
  let covered = 0;
  for (const group of plan.groups) {
    const best = scoreGroup(card, group, missingStrength);
    if (best > 0) covered += group.rarity;
    score += best * group.rarity;
  }
  if (plan.rarity === 0) return 0;
  return (score / plan.rarity) * (covered / plan.rarity);
}

function scoreGroup(card: Card, group: ScoredGroup, missingStrength: number): number {
  let best = 0;
  for (const { needles, factor } of group.alternatives) {
    const found = scoreAlternative(card, needles) * factor;
    if (found > best) best = found;
  }
  return best > 0 ? best : missingStrength / strongest;
}

/** All terms must be there; together they are as strong as they are on the mean. */
function scoreAlternative(card: Card, needles: readonly string[]): number {
  let sum = 0;
  for (const needle of needles) {
    const strength = strengthOn(card, needle);
    if (strength === 0) return 0;
    sum += strength;
  }
  return sum / (needles.length * strongest);
}

/** The rarity of a group is that of its commonest alternative, so that a rare guess never outweighs what was typed. */
function planGroup(group: QueryGroup, statistics: TermStatistics): ScoredGroup {
  const documents = Math.max(0, ...group.alternatives.map(({ terms }) => rarestOf(terms, statistics)));
  return {
    rarity: rarityOf(Math.min(documents, statistics.skills), statistics.skills),
    alternatives: group.alternatives.map(({ terms, weight }) => ({ needles: terms.map(needleFor), factor: weight })),
  };
}

function rarestOf(terms: readonly string[], statistics: TermStatistics): number {
  return Math.min(...terms.map((term) => statistics.documents(term)));
}
