import { type Kysely, sql } from 'kysely';
import type { Migration, MigrationProvider } from 'kysely/migration';

/** The tables. Ids ascend with falling popularity: see {@link idOf}. Times are ISO 8601 in UTC. */
export interface Tables {
  skills: {
    id: number;
    repository: string;
    name: string;
    updated_at: string;
    popularity: number;
    /** A SkillEntry as JSON. */
    document: string;
  };
  /** Apart from `skills`, so that reading 2,000 of them touches few pages. */
  cards: { id: number; card: string };
  /** The terms that a skill was counted with, separated by blanks; those that may be guessed first, up to the line end. */
  skill_terms: { id: number; terms: string };
  versions: {
    repository: string;
    version: string;
    tag: string;
    digest: string;
    /** A SkillRecord as JSON. */
    record: string;
    body: string;
    first_seen: string;
    last_changed: string;
  };
  /** `guessable`: of how many skills it is a term that a mistyped word is compared with. */
  terms: { term: string; documents: number; guessable: number };
  trigrams: { trigram: string; term: string };
  tags: { tag: string; skills: number };
  counters: { name: string; value: number };
  /** What only the index knows: not dropped with the rest. */
  unlisted: { repository: string; version: string; since: string };
}

const highestPopularity = 2 ** 20 - 1;
const sequenceSpace = 2 ** 32;

/**
 * The id of a skill's row, which is its place in the order of popularity too: FTS5 gives rows by ascending rowid, so the first
 * 2,000 that match are the 2,000 most popular. At most 52 bits. A changed skill gets a new id: what is read by id may be kept.
 */
export function idOf(popularity: number, sequence: number): number {
  const bounded = Math.min(Math.max(0, Math.trunc(popularity)), highestPopularity);
  return (highestPopularity - bounded) * sequenceSpace + sequence;
}

/** The part of an id that no two ever share. */
export function sequenceOf(id: number): number {
  return id % sequenceSpace;
}

export const migrations: MigrationProvider = {
  getMigrations: async (): Promise<Record<string, Migration>> => ({ '0001_catalogue': { up: createCatalogue } }),
};

async function createCatalogue(db: Kysely<unknown>): Promise<void> {
  for (const statement of firstStatements) await sql.raw(statement).execute(db);
}

const firstStatements: readonly string[] = [
  `create table skills (id integer primary key, repository text not null unique, name text not null,
    updated_at text not null, popularity integer not null, document text not null) strict`,
  'create index skills_by_name on skills (name, id)',
  'create index skills_by_update on skills (updated_at desc, name)',
  'create table cards (id integer primary key, card text not null) strict',
  'create table skill_terms (id integer primary key, terms text not null) strict',
  `create table versions (repository text not null, version text not null, tag text not null, digest text not null,
    record text not null, body text not null, first_seen text not null, last_changed text not null,
    primary key (repository, version)) strict`,
  'create table terms (term text primary key, documents integer not null, guessable integer not null) strict, without rowid',
  'create table trigrams (trigram text not null, term text not null, primary key (trigram, term)) strict, without rowid',
  'create table tags (tag text primary key, skills integer not null) strict, without rowid',
  'create table counters (name text primary key, value integer not null) strict, without rowid',
  "insert into counters values ('sequence', 0), ('skills', 0)",
  'create table unlisted (repository text not null, version text not null, since text not null, primary key (repository, version)) strict',
  // Terms are ours, in ASCII: FTS5 only has to split at blanks. Without positions: the cards tell the fields.
  `create virtual table search using fts5(terms, content='', contentless_delete=1, detail=none, tokenize="ascii tokenchars '_#'")`,
];
