import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';

import { loadSqlite, makeFolder, SkillsError, toSkillsError } from '../../core/index.ts';
import type { Catalogue } from '../catalogue.ts';
import { createDialect } from './dialect.ts';
import { migrations, type Tables } from './schema.ts';
import { SqliteCatalogue } from './sqlite-catalogue.ts';
import { SqliteTermStore } from './sqlite-term-store.ts';

export interface SqliteOptions {
  /** The clock of first seen and last changed. */
  readonly now?: () => Date;
}

/**
 * Opens the catalogue in `file`, made if it is not there; `:memory:` is a private temporary file that goes with `close`.
 *
 * @throws SkillsError ERR_IO, or ERR_CONFIG_INVALID where the file is no catalogue of ours.
 */
export async function openSqliteCatalogue(file: string, options: SqliteOptions = {}): Promise<Catalogue> {
  const temporary = file === ':memory:' ? mkdtempSync(join(tmpdir(), 'skills-catalogue-')) : undefined;
  const path = temporary === undefined ? file : join(temporary, 'catalogue.db');
  const sqlite = await loadSqlite();
  const writer = await openWriter(path, sqlite);
  const readerHandle = new sqlite.DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  readerHandle.exec('pragma cache_size = -65536; pragma mmap_size = 268435456');
  const reader = new Kysely<Tables>({ dialect: createDialect(readerHandle) });
  return new SqliteCatalogue({
    writer,
    reader,
    terms: new SqliteTermStore(readerHandle),
    now: options.now ?? (() => new Date()),
    async close() {
      await reader.destroy();
      await writer.destroy();
      if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
    },
  });
}

async function openWriter(path: string, { DatabaseSync }: typeof import('node:sqlite')): Promise<Kysely<Tables>> {
  try {
    makeFolder(dirname(path));
    const handle = new DatabaseSync(path, { timeout: 5_000 });
    handle.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma cache_size = -32768');
    const writer = new Kysely<Tables>({ dialect: createDialect(handle) });
    await migrate(writer);
    return writer;
  } catch (error) {
    throw explainOpen(path, error);
  }
}

async function migrate(db: Kysely<Tables>): Promise<void> {
  const { error } = await new Migrator({ db, provider: migrations }).migrateToLatest();
  if (error === undefined) return;
  await db.destroy();
  throw error;
}

function explainOpen(path: string, error: unknown): SkillsError {
  const known = toSkillsError(error);
  if (known.code !== 'ERR_INTERNAL') return known;
  return new SkillsError('ERR_CONFIG_INVALID', `${path} cannot be used as a catalogue: ${known.message}`, {
    hint: 'name another file; what is in a catalogue is read again from the registries',
    cause: error,
  });
}
