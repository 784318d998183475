import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

import type { SkillEntry } from '../record.ts';
import type { Candidate, Card } from '../scorer/index.ts';
import type { Condition, TermCount, TermStore } from '../search/term-store.ts';
import { matchOf } from './encode.ts';

const highest = '\u{10ffff}';

/**
 * The queries of a search as statements prepared once: Kysely's share, 6 to 28 µs a query, is spared where it would be paid for
 * every key that is typed.
 */
export class SqliteTermStore implements TermStore {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #cards = new CardCache();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  async countSkills(): Promise<number> {
    return Number(this.#rows("select value from counters where name = 'skills'")[0]?.[0] ?? 0);
  }

  async countDocuments(terms: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const text = 'select term, documents from terms where term in (select value from json_each(?))';
    return new Map(this.#rows(text, JSON.stringify(terms)).map(([term, count]) => [String(term), Number(count)]));
  }

  async completeTerm(prefix: string, limit: number): Promise<readonly TermCount[]> {
    const text =
      'select term, documents from terms where term >= ? and term < ? and heads > 0 order by documents desc, term limit ?';
    return this.#rows(text, prefix, prefix + highest, limit).map(toTermCount);
  }

  async findByTrigrams(trigrams: readonly string[], least: number): Promise<readonly TermCount[]> {
    const text = `select t.term, t.documents from (select term from trigrams
      where trigram in (select value from json_each(?)) group by term having count(*) >= ?) k join terms t on t.term = k.term`;
    return this.#rows(text, JSON.stringify(trigrams), least).map(toTermCount);
  }

  async findMatching(condition: Condition, limit: number): Promise<readonly Candidate[]> {
    const text = 'select rowid from search where search match ? order by rowid limit ?';
    return this.#withCards(this.#rows(text, matchOf(condition), limit).map(([id]) => Number(id)));
  }

  async findNamed(key: string, limit: number): Promise<readonly Candidate[]> {
    const text = 'select id from skills where name >= ? and name < ? order by name, id limit ?';
    return this.#withCards(this.#rows(text, key, key + highest, limit).map(([id]) => Number(id)));
  }

  async readEntries(ids: readonly number[]): Promise<readonly SkillEntry[]> {
    const entries: SkillEntry[] = [];
    for (const id of ids) {
      const document = this.#rows('select document from skills where id = ?', id)[0]?.[0];
      if (typeof document === 'string') entries.push(JSON.parse(document) as SkillEntry);
    }
    return entries;
  }

  #withCards(ids: readonly number[]): Candidate[] {
    const missing = ids.filter((id) => this.#cards.get(id) === undefined);
    if (missing.length > 0) {
      const text = 'select id, card from cards where id in (select value from json_each(?))';
      for (const [id, card] of this.#rows(text, JSON.stringify(missing))) this.#cards.set(Number(id), String(card));
    }
    const candidates: Candidate[] = [];
    for (const id of ids) {
      const card = this.#cards.get(id);
      if (card !== undefined) candidates.push({ id, card });
    }
    return candidates;
  }

  #rows(text: string, ...values: SQLInputValue[]): SQLInputValue[][] {
    return this.#prepare(text).all(...values) as unknown as SQLInputValue[][];
  }

  #prepare(text: string): StatementSync {
    const known = this.#statements.get(text);
    if (known) return known;
    const statement = this.#database.prepare(text);
    statement.setReturnArrays(true);
    this.#statements.set(text, statement);
    return statement;
  }
}

const youngCharacters = 16 * 1024 * 1024;

/**
 * Cards by id, in two generations: when the young one is full it becomes the old one. The most popular skills answer the commonest
 * words, so they stay. Nothing grows stale: a changed skill has another id.
 */
class CardCache {
  #young = new Map<number, Card>();
  #old = new Map<number, Card>();
  #size = 0;

  get(id: number): Card | undefined {
    const young = this.#young.get(id);
    if (young !== undefined) return young;
    const old = this.#old.get(id);
    if (old !== undefined) this.set(id, old);
    return old;
  }

  set(id: number, card: Card): void {
    this.#young.set(id, card);
    this.#size += card.length;
    if (this.#size < youngCharacters) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#size = 0;
  }
}

function toTermCount([term, documents]: SQLInputValue[]): TermCount {
  return { term: String(term), documents: Number(documents) };
}
