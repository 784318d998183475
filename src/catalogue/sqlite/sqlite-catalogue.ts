import { type Kysely, sql, type Transaction } from 'kysely';

import type { Digest } from '../../core/index.ts';
import type {
  Catalogue,
  CatalogueStats,
  Listing,
  ListQuery,
  SearchListing,
  SearchQuery,
  TagCount,
  UpsertOutcome,
} from '../catalogue.ts';
import type { IndexableRecord, SkillEntry, VersionEntry } from '../record.ts';
import { normaliseTag, type SortOrder } from '../scorer/index.ts';
import { searchTerms } from '../search/search.ts';
import type { TermStore } from '../search/term-store.ts';
import { encodeTag } from './encode.ts';
import { readVersion } from './entry.ts';
import type { Tables } from './schema.ts';
import { reindexSkills } from './writer.ts';

export interface SqliteHandles {
  readonly writer: Kysely<Tables>;
  readonly reader: Kysely<Tables>;
  readonly terms: TermStore;
  readonly now: () => Date;
  close(): Promise<void>;
}

/** The catalogue in one SQLite file: one handle writes, another reads, so that a search never waits for a long change. */
export class SqliteCatalogue implements Catalogue {
  readonly #handles: SqliteHandles;

  constructor(handles: SqliteHandles) {
    this.#handles = handles;
  }

  upsert(records: readonly IndexableRecord[]): Promise<UpsertOutcome[]> {
    const now = this.#handles.now().toISOString();
    return this.#change(async (db) => {
      const outcomes: UpsertOutcome[] = [];
      const touched = new Set<string>();
      for (const record of records) {
        const outcome = await putVersion(db, record, now);
        if (outcome !== 'same') touched.add(record.repository);
        outcomes.push(outcome);
      }
      await reindexSkills(db, touched);
      return outcomes;
    });
  }

  remove(repository: string, version?: string): Promise<boolean> {
    return this.#change(async (db) => {
      const all = db.deleteFrom('versions').where('repository', '=', repository);
      const { numDeletedRows } = await (version === undefined
        ? all
        : all.where('version', '=', version)
      ).executeTakeFirst();
      if (numDeletedRows > 0n) await reindexSkills(db, [repository]);
      return numDeletedRows > 0n;
    });
  }

  setListed(repository: string, version: string, listed: boolean): Promise<boolean> {
    const since = this.#handles.now().toISOString();
    return this.#change(async (db) => {
      const changed = listed
        ? await db
            .deleteFrom('unlisted')
            .where('repository', '=', repository)
            .where('version', '=', version)
            .executeTakeFirst()
            .then(({ numDeletedRows }) => numDeletedRows > 0n)
        : await hideVersion(db, repository, version, since);
      if (changed) await reindexSkills(db, [repository]);
      return changed;
    });
  }

  setPopularity(repository: string, popularity: number): Promise<void> {
    return this.#change(async (db) => {
      await db.updateTable('skills').set({ popularity }).where('repository', '=', repository).execute();
      await reindexSkills(db, [repository]);
    });
  }

  async get(repository: string): Promise<SkillEntry | undefined> {
    const row = await this.#handles.reader
      .selectFrom('skills')
      .where('repository', '=', repository)
      .select('document')
      .executeTakeFirst();
    return row && readEntry(row);
  }

  async getVersion(repository: string, version: string): Promise<VersionEntry | undefined> {
    const row = await this.#handles.reader
      .selectFrom('versions')
      .leftJoin('unlisted', (join) =>
        join
          .onRef('unlisted.repository', '=', 'versions.repository')
          .onRef('unlisted.version', '=', 'versions.version'),
      )
      .where('versions.repository', '=', repository)
      .where('versions.version', '=', version)
      .where('unlisted.version', 'is', null)
      .select(['record', 'first_seen', 'last_changed'])
      .executeTakeFirst();
    return row && readVersion(row);
  }

  async findByName(name: string): Promise<SkillEntry[]> {
    const found = this.#handles.reader.selectFrom('skills').where('name', '=', name);
    return (await found.orderBy('repository').select('document').execute()).map(readEntry);
  }

  async knownTags(repository: string): Promise<ReadonlyMap<string, Digest>> {
    const found = this.#handles.reader.selectFrom('versions').where('repository', '=', repository);
    const rows = await found.select(['tag', 'digest']).execute();
    return new Map(rows.map(({ tag, digest }) => [tag, digest as Digest]));
  }

  async repositories(prefix = ''): Promise<string[]> {
    const rows = await this.#handles.reader
      .selectFrom('versions')
      .where('repository', '>=', prefix)
      .where('repository', '<', `${prefix}\u{10ffff}`)
      .select('repository')
      .distinct()
      .orderBy('repository')
      .execute();
    return rows.map(({ repository }) => repository);
  }

  async list({ tags = [], sort = 'downloads', limit, offset }: ListQuery): Promise<Listing> {
    const { reader } = this.#handles;
    const match = tags.map((tag) => `"${encodeTag(normaliseTag(tag))}"`).join(' AND ');
    const all = reader.selectFrom('skills');
    const matching = sql<number>`(select rowid from search where search match ${match})`;
    const found = match === '' ? all : all.where('id', 'in', matching);
    const { total } = await found.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
    const page = orderRows(found.select('document'), sort).limit(limit).offset(offset);
    return { total, skills: (await page.execute()).map(readEntry) };
  }

  search(query: SearchQuery): Promise<SearchListing> {
    return searchTerms(query, this.#handles.terms);
  }

  async tags(): Promise<TagCount[]> {
    const rows = await this.#handles.reader
      .selectFrom('tags')
      .selectAll()
      .orderBy('skills', 'desc')
      .orderBy('tag')
      .execute();
    return rows.map(({ tag, skills }) => ({ tag, count: skills }));
  }

  async stats(): Promise<CatalogueStats> {
    const { rows } = await sql<CatalogueStats>`select (select count(*) from skills) as skills,
      (select count(*) from versions) as versions, (select count(*) from tags) as tags`.execute(this.#handles.reader);
    const [stats] = rows;
    return { skills: stats?.skills ?? 0, versions: stats?.versions ?? 0, tags: stats?.tags ?? 0 };
  }

  close(): Promise<void> {
    return this.#handles.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #change<T>(work: (db: Transaction<Tables>) => Promise<T>): Promise<T> {
    return this.#handles.writer.transaction().execute(work);
  }
}

async function putVersion(db: Kysely<Tables>, given: IndexableRecord, now: string): Promise<UpsertOutcome> {
  const { body, ...record } = given;
  const { repository, version, tag, digest } = record;
  const key = db.selectFrom('versions').where('repository', '=', repository).where('version', '=', version);
  const known = await key.select(['digest', 'tag']).executeTakeFirst();
  if (known && known.digest === digest && known.tag === tag) return 'same';
  const values = { tag, digest, record: JSON.stringify(record), body, last_changed: now };
  await db
    .insertInto('versions')
    .values({ repository, version, ...values, first_seen: now })
    .onConflict((conflict) => conflict.columns(['repository', 'version']).doUpdateSet(values))
    .execute();
  return known ? 'changed' : 'added';
}

async function hideVersion(db: Kysely<Tables>, repository: string, version: string, since: string): Promise<boolean> {
  const key = db.selectFrom('versions').where('repository', '=', repository).where('version', '=', version);
  if (!(await key.select('version').executeTakeFirst())) return false;
  const { numInsertedOrUpdatedRows = 0n } = await db
    .insertInto('unlisted')
    .values({ repository, version, since })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows > 0n;
}

function orderRows<Query extends { orderBy(column: string, direction?: 'asc' | 'desc'): Query }>(
  query: Query,
  sort: SortOrder,
): Query {
  if (sort === 'recent') return query.orderBy('updated_at', 'desc').orderBy('name').orderBy('repository');
  if (sort === 'name') return query.orderBy('name').orderBy('repository');
  return query.orderBy('id');
}

function readEntry({ document }: { document: string }): SkillEntry {
  return JSON.parse(document) as SkillEntry;
}
