import type { Digest } from '../core/index.ts';
import type { IndexableRecord, SkillEntry, VersionEntry } from './record.ts';
import type { SortOrder } from './scorer/index.ts';

export type UpsertOutcome = 'added' | 'changed' | 'same';

export interface Page {
  /** 1 to 100. */
  readonly limit: number;
  readonly offset: number;
}

export interface ListQuery extends Page {
  /** A skill must have all of them. */
  readonly tags?: readonly string[];
  readonly sort?: SortOrder;
}

export interface SearchQuery extends ListQuery {
  readonly text: string;
}

export interface Listing {
  readonly skills: readonly SkillEntry[];
  /** How many there are in all. */
  readonly total: number;
}

export interface SearchHit {
  readonly skill: SkillEntry;
  /** Higher is better; comparable only within one answer. */
  readonly score: number;
}

export interface SearchListing {
  readonly hits: readonly SearchHit[];
  /** Skills found, at most the number of candidates that are looked at. */
  readonly total: number;
  /** Whether more would match than are looked at: `total` is then a lower bound. */
  readonly capped: boolean;
  /** Whether too few skills had all words, so that those with some of them were taken in. */
  readonly relaxed: boolean;
}

export interface TagCount {
  readonly tag: string;
  readonly count: number;
}

export interface CatalogueStats {
  readonly skills: number;
  readonly versions: number;
  readonly tags: number;
}

/** Most skills that a search looks at, in the order of stored popularity. */
export const mostCandidates = 2_000;

/**
 * The searchable records of the index. Everything in it but what was unlisted can be rebuilt from the registries.
 *
 * All stores give the same answers: the contract is `test/catalogue/contract.ts`.
 */
export interface Catalogue extends AsyncDisposable {
  /** Puts versions in; one that is there with the same digest is left as it is. An unlisted version stays unlisted. */
  upsert(records: readonly IndexableRecord[]): Promise<UpsertOutcome[]>;
  /** Takes out one version, or the whole skill: what is no longer in the registry. False where it was not there. */
  remove(repository: string, version?: string): Promise<boolean>;
  /** Hides a version or shows it again; outlives removal and rebuild. False where that changes nothing. */
  setListed(repository: string, version: string, listed: boolean): Promise<boolean>;
  /** Moves a skill up (or down) in the order of candidates. 0 to 1,048,575; 0 is where each begins. */
  setPopularity(repository: string, popularity: number): Promise<void>;

  get(repository: string): Promise<SkillEntry | undefined>;
  /** A listed version. */
  getVersion(repository: string, version: string): Promise<VersionEntry | undefined>;
  /** All skills of that name, by repository. */
  findByName(name: string): Promise<SkillEntry[]>;
  /** Tag to digest of all versions held of a repository, unlisted ones too. */
  knownTags(repository: string): Promise<ReadonlyMap<string, Digest>>;
  /** Repositories held, those that begin with `prefix`, sorted. */
  repositories(prefix?: string): Promise<string[]>;

  list(query: ListQuery): Promise<Listing>;
  search(query: SearchQuery): Promise<SearchListing>;
  /** By count, then by tag. */
  tags(): Promise<TagCount[]>;
  stats(): Promise<CatalogueStats>;
  close(): Promise<void>;
}
