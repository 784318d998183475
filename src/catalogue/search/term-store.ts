import type { SkillEntry } from '../record.ts';
import type { Candidate } from '../scorer/index.ts';

/** What skills must have: of each group one alternative whole, and all tags (normalised). */
export interface Condition {
  readonly groups: readonly (readonly (readonly string[])[])[];
  readonly tags: readonly string[];
}

export interface TermCount {
  readonly term: string;
  readonly documents: number;
}

/** What the search asks of a store. Each method is one short query, so that every store can answer it alike. */
export interface TermStore {
  /** Number of skills. */
  countSkills(): Promise<number>;
  /** In how many skills each term is; a term that is in none may be missing. */
  countDocuments(terms: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Terms of names, labels and descriptions that begin with `prefix`: commonest first, then by code points. */
  completeTerm(prefix: string, limit: number): Promise<readonly TermCount[]>;
  /** All terms of names, labels and descriptions that have at least `least` of the trigrams. */
  findByTrigrams(trigrams: readonly string[], least: number): Promise<readonly TermCount[]>;
  /** The most popular skills, by ascending id, that satisfy the condition. */
  findMatching(condition: Condition, limit: number): Promise<readonly Candidate[]>;
  /** Skills whose name begins with `key`, by name, then by id. */
  findNamed(key: string, limit: number): Promise<readonly Candidate[]>;
  readEntries(ids: readonly number[]): Promise<readonly SkillEntry[]>;
}
