import { toSkillName } from '../../core/index.ts';
import { analyseQuery, type QueryGroup } from '../analyser/index.ts';
import { mostCandidates, type SearchListing, type SearchQuery } from '../catalogue.ts';
import {
  type Candidate,
  hasTag,
  nameTier,
  normaliseTag,
  planScoring,
  type Ranked,
  type ScoringPlan,
  scoreCard,
  selectBest,
  sortCandidates,
  tailStrength,
} from '../scorer/index.ts';
import { type KnownGroups, repairGroups } from './repair.ts';
import type { TermStore } from './term-store.ts';

const mostNamed = 200;
const mostRelaxed = 500;
/** Fewer skills than this with all words: those with some of them are taken in. */
const enough = 10;

interface Gathered {
  readonly candidates: readonly Candidate[];
  /** The first so many have all words of the query. */
  readonly complete: number;
  readonly capped: boolean;
  readonly relaxed: boolean;
}

/** Finds and ranks. The store only finds: what a skill is worth is decided here, alike for all stores. */
export async function searchTerms(query: SearchQuery, store: TermStore): Promise<SearchListing> {
  const key = toSkillName(query.text);
  const known = await repairGroups(analyseQuery(query.text), store);
  const gathered = await gather(known, key, (query.tags ?? []).map(normaliseTag), store);
  const skills = await store.countSkills();
  const plan = planScoring(known.groups, { skills, documents: (term) => known.documents.get(term) ?? 0 });
  const best = orderCandidates(gathered, plan, key, query);
  const entries = await store.readEntries(best.map(({ id }) => id));
  return {
    hits: entries.map((skill, index) => ({ skill, score: roundScore(best[index]?.score ?? 0) })),
    total: gathered.candidates.length,
    capped: gathered.capped,
    relaxed: gathered.relaxed,
  };
}

async function gather(known: KnownGroups, key: string, tags: readonly string[], store: TermStore): Promise<Gathered> {
  const groups = known.groups.filter(({ alternatives }) => alternatives.length > 0);
  const whole = groups.length > 0 && groups.length === known.groups.length;
  const found = whole ? await store.findMatching({ groups: groups.map(termsOf), tags }, mostCandidates) : [];
  const relaxed = found.length < enough && known.groups.length > 1;
  const named = key === '' ? [] : await store.findNamed(key, mostNamed);
  const partly = relaxed ? await gatherPartly(groups, known, tags, store) : [];
  const extra = [...named.filter(({ card }) => tags.every((tag) => hasTag(card, tag))), ...partly];
  const candidates = addNew(found, extra);
  return {
    candidates,
    complete: found.length,
    capped: found.length === mostCandidates,
    relaxed: relaxed && candidates.length > found.length,
  };
}

/** Skills with some of the words: those with the rarest word first. */
async function gatherPartly(
  groups: readonly QueryGroup[],
  known: KnownGroups,
  tags: readonly string[],
  store: TermStore,
): Promise<Candidate[]> {
  const byRarity = groups
    .map((group) => ({ group, documents: countGroup(group, known) }))
    .sort((a, b) => a.documents - b.documents || (a.group.typed < b.group.typed ? -1 : 1));
  const results: Candidate[] = [];
  for (const { group } of byRarity) {
    const room = mostRelaxed - results.length;
    if (room <= 0) break;
    results.push(...(await store.findMatching({ groups: [termsOf(group)], tags }, room)));
  }
  return results;
}

function orderCandidates(gathered: Gathered, plan: ScoringPlan, key: string, query: SearchQuery): Ranked[] {
  const scores = new Float64Array(gathered.candidates.length);
  for (const [index, { card }] of gathered.candidates.entries()) {
    const missing = index < gathered.complete ? tailStrength : 0;
    scores[index] = nameTier(card, key) + scoreCard(card, plan, missing);
  }
  const end = query.offset + query.limit;
  if (query.sort === undefined || query.sort === 'relevance') {
    return selectBest(gathered.candidates, scores, end).slice(query.offset);
  }
  const scored = gathered.candidates.map((candidate, index) => ({ ...candidate, score: scores[index] ?? 0 }));
  return sortCandidates(scored, query.sort).slice(query.offset, end);
}

function addNew(found: readonly Candidate[], extra: readonly Candidate[]): readonly Candidate[] {
  if (extra.length === 0) return found;
  const seen = new Set(found.map(({ id }) => id));
  const results = [...found];
  for (const candidate of extra) {
    if (seen.has(candidate.id)) continue;
    seen.add(candidate.id);
    results.push(candidate);
  }
  return results;
}

function termsOf(group: QueryGroup): (readonly string[])[] {
  return group.alternatives.map(({ terms }) => terms);
}

function countGroup(group: QueryGroup, known: KnownGroups): number {
  return Math.max(...group.alternatives.map(({ terms }) => Math.min(...terms.map((t) => known.documents.get(t) ?? 0))));
}

function roundScore(score: number): number {
  return Math.round(score * 1e4) / 1e4;
}
