import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

import type { SkillEntry } from '../record.ts';
import type { Candidate } from '../scorer/index.ts';
import type { Condition, TermCount, TermStore } from '../search/term-store.ts';
import { CardCache } from './card-cache.ts';
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
      'select term, documents from terms where term >= ? and term < ? and guessable > 0 order by documents desc, term limit ?';
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
    const cards = ids.map((id) => this.#cards.get(id));
    const missing = ids.filter((_, index) => cards[index] === undefined);
    const read = missing.length === 0 ? undefined : this.#readCards(missing);
    const candidates: Candidate[] = [];
    for (const [index, id] of ids.entries()) {
      const card = cards[index] ?? read?.get(id);
      if (card !== undefined) candidates.push({ id, card });
    }
    return candidates;
  }

  #readCards(ids: readonly number[]): Map<number, string> {
    const text = 'select c.id, c.card from json_each(?) j cross join cards c on c.id = j.value';
    const read = new Map(this.#rows(text, JSON.stringify(ids)).map(([id, card]) => [Number(id), String(card)]));
    for (const [id, card] of read) this.#cards.set(id, card);
    return read;
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

function toTermCount([term, documents]: SQLInputValue[]): TermCount {
  return { term: String(term), documents: Number(documents) };
}
