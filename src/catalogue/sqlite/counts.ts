import { type Kysely, sql } from 'kysely';

import { trigramsOf } from '../scorer/index.ts';
import type { Tables } from './schema.ts';

interface Change {
  documents: number;
  guessable: number;
}

/** What a transaction changes in the counts of terms and tags, gathered so that each is written once. */
export class CountChanges {
  readonly #terms = new Map<string, Change>();
  readonly #tags = new Map<string, number>();
  #skills = 0;

  /** @param sign 1 where a skill comes in, -1 where it goes. */
  add(sign: 1 | -1, guessable: Iterable<string>, others: Iterable<string>, tags: Iterable<string>): void {
    this.#skills += sign;
    for (const term of guessable) this.#addTerm(term, sign, sign);
    for (const term of others) this.#addTerm(term, sign, 0);
    for (const tag of tags) this.#tags.set(tag, (this.#tags.get(tag) ?? 0) + sign);
  }

  async write(db: Kysely<Tables>): Promise<void> {
    await this.#writeTerms(db);
    await this.#writeTags(db);
    await db
      .updateTable('counters')
      .set(({ eb }) => ({ value: eb('value', '+', this.#skills) }))
      .where('name', '=', 'skills')
      .execute();
  }

  #addTerm(term: string, documents: number, guessable: number): void {
    const change = this.#terms.get(term) ?? { documents: 0, guessable: 0 };
    this.#terms.set(term, { documents: change.documents + documents, guessable: change.guessable + guessable });
  }

  async #writeTerms(db: Kysely<Tables>): Promise<void> {
    const changed = [...this.#terms].filter(([, { documents, guessable }]) => documents !== 0 || guessable !== 0);
    if (changed.length === 0) return;
    const rows = JSON.stringify(changed.map(([term, { documents, guessable }]) => [term, documents, guessable]));
    const { rows: written } = await sql<{ term: string; documents: number; guessable: number }>`
      insert into terms (term, documents, guessable) select value ->> 0, value ->> 1, value ->> 2 from json_each(${rows}) where true
      on conflict (term) do update set documents = documents + excluded.documents, guessable = guessable + excluded.guessable
      returning term, documents, guessable`.execute(db);
    const born = written.filter(
      ({ term, guessable }) => guessable > 0 && guessable === this.#terms.get(term)?.guessable,
    );
    const unguessable = written.filter(
      ({ term, guessable }) => guessable === 0 && (this.#terms.get(term)?.guessable ?? 0) < 0,
    );
    await writeTrigrams(
      db,
      born.map(({ term }) => term),
    );
    await dropTrigrams(
      db,
      unguessable.map(({ term }) => term),
    );
    const dead = written.filter(({ documents }) => documents === 0).map(({ term }) => term);
    await sql`delete from terms where term in (select value from json_each(${JSON.stringify(dead)}))`.execute(db);
  }

  async #writeTags(db: Kysely<Tables>): Promise<void> {
    const rows = JSON.stringify([...this.#tags].filter(([, count]) => count !== 0));
    await sql`insert into tags (tag, skills) select value ->> 0, value ->> 1 from json_each(${rows}) where true
      on conflict (tag) do update set skills = skills + excluded.skills`.execute(db);
    await db.deleteFrom('tags').where('skills', '<=', 0).execute();
  }
}

async function writeTrigrams(db: Kysely<Tables>, terms: readonly string[]): Promise<void> {
  if (terms.length === 0) return;
  const rows = JSON.stringify(terms.flatMap((term) => trigramsOf(term).map((trigram) => [trigram, term])));
  await sql`insert or ignore into trigrams (trigram, term) select value ->> 0, value ->> 1 from json_each(${rows})`.execute(
    db,
  );
}

async function dropTrigrams(db: Kysely<Tables>, terms: readonly string[]): Promise<void> {
  if (terms.length === 0) return;
  const rows = JSON.stringify(terms.flatMap((term) => trigramsOf(term).map((trigram) => [trigram, term])));
  await sql`delete from trigrams where (trigram, term) in (select value ->> 0, value ->> 1 from json_each(${rows}))`.execute(
    db,
  );
}
