import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';

import { SkillsError } from '../../core/index.ts';

const mostStatements = 200;

/** Kysely's own SQLite dialect over a handle of node:sqlite. Statements are kept by their text. */
export function createDialect(database: DatabaseSync): SqliteDialect {
  const statements = new Map<string, SqliteStatement>();
  const adapter: SqliteDatabase = {
    close: () => database.close(),
    prepare(text) {
      const known = statements.get(text);
      if (known) return known;
      const statement = adaptStatement(database.prepare(text));
      if (statements.size < mostStatements) statements.set(text, statement);
      return statement;
    },
  };
  return new SqliteDialect({ database: adapter });
}

function adaptStatement(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (values) => statement.all(...values.map(toSqlValue)),
    run: (values) => statement.run(...values.map(toSqlValue)),
    iterate: (values) => statement.iterate(...values.map(toSqlValue)),
  };
}

/** node:sqlite takes an object in the first place for named parameters and binds NULL: only plain values may pass. */
function toSqlValue(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return value;
  throw new SkillsError('ERR_INTERNAL', `a ${typeof value} cannot be stored in SQLite`);
}
