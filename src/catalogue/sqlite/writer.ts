import { type Kysely, sql } from 'kysely';
import type { SkillEntry } from '../record.ts';
import { normaliseTag, weighTerms, writeCard } from '../scorer/index.ts';
import { CountChanges } from './counts.ts';
import { encodeTag, encodeTerm } from './encode.ts';
import { buildEntry, readVersion } from './entry.ts';
import { idOf, type Tables } from './schema.ts';

/** Writes the searchable row of skills from their listed versions: used by every change, inside its transaction. */
export async function reindexSkills(db: Kysely<Tables>, repositories: Iterable<string>): Promise<void> {
  const counts = new CountChanges();
  for (const repository of repositories) await reindexSkill(db, repository, counts);
  await counts.write(db);
}

async function reindexSkill(db: Kysely<Tables>, repository: string, counts: CountChanges): Promise<void> {
  const popularity = await dropRow(db, repository, counts);
  const rows = await listedVersions(db, repository);
  const entry = buildEntry(rows.map(readVersion));
  if (!entry) return;
  const body = rows.find(({ version }) => version === entry.version)?.body ?? '';
  await insertRow(db, entry, body, popularity, counts);
}

function listedVersions(db: Kysely<Tables>, repository: string) {
  return db
    .selectFrom('versions')
    .leftJoin('unlisted', (join) =>
      join.onRef('unlisted.repository', '=', 'versions.repository').onRef('unlisted.version', '=', 'versions.version'),
    )
    .where('versions.repository', '=', repository)
    .where('unlisted.version', 'is', null)
    .select(['versions.version', 'record', 'body', 'first_seen', 'last_changed'])
    .execute();
}

/** Takes the row of a skill out; gives its popularity. */
async function dropRow(db: Kysely<Tables>, repository: string, counts: CountChanges): Promise<number> {
  const row = await db
    .selectFrom('skills')
    .innerJoin('skill_terms', 'skill_terms.id', 'skills.id')
    .where('repository', '=', repository)
    .select(['skills.id', 'popularity', 'document', 'terms'])
    .executeTakeFirst();
  if (!row) return 0;
  const [guessable = '', others = ''] = row.terms.split('\n');
  const { tags } = JSON.parse(row.document) as SkillEntry;
  counts.add(-1, splitTerms(guessable), splitTerms(others), tagsOf(tags));
  await db.deleteFrom('skills').where('id', '=', row.id).execute();
  await db.deleteFrom('cards').where('id', '=', row.id).execute();
  await db.deleteFrom('skill_terms').where('id', '=', row.id).execute();
  await sql`delete from search where rowid = ${row.id}`.execute(db);
  return row.popularity;
}

async function insertRow(
  db: Kysely<Tables>,
  entry: SkillEntry,
  body: string,
  popularity: number,
  counts: CountChanges,
): Promise<void> {
  const weighed = weighTerms({
    name: `${entry.name} ${entry.title ?? ''}`,
    labels: [...entry.tags, ...entry.abilities],
    description: entry.description,
    body,
  });
  const { name, repository, lastChanged: updatedAt, tags } = entry;
  const others = [...weighed.terms].filter((term) => !weighed.guessable.has(term));
  const id = idOf(popularity, await nextSequence(db));
  const document = JSON.stringify(entry);
  const card = writeCard({ name, repository, updatedAt, tags }, weighed);
  const terms = `${[...weighed.guessable].join(' ')}\n${others.join(' ')}`;
  const searched = [...[...weighed.terms].map(encodeTerm), ...tagsOf(tags).map(encodeTag)].join(' ');
  counts.add(1, weighed.guessable, others, tagsOf(tags));
  await db.insertInto('skills').values({ id, repository, name, updated_at: updatedAt, popularity, document }).execute();
  await db.insertInto('cards').values({ id, card }).execute();
  await db.insertInto('skill_terms').values({ id, terms }).execute();
  await sql`insert into search (rowid, terms) values (${id}, ${searched})`.execute(db);
}

async function nextSequence(db: Kysely<Tables>): Promise<number> {
  const { value } = await db
    .updateTable('counters')
    .set(({ eb }) => ({ value: eb('value', '+', 1) }))
    .where('name', '=', 'sequence')
    .returning('value')
    .executeTakeFirstOrThrow();
  return value;
}

function tagsOf(tags: readonly string[]): string[] {
  return [...new Set(tags.map(normaliseTag).filter(Boolean))];
}

function splitTerms(text: string): string[] {
  return text === '' ? [] : text.split(' ');
}
