import { readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { SkillsError } from '../errors.ts';
import { loadSqlite } from '../sqlite.ts';
import { makeFolder } from './folder.ts';

/** How to wait while somebody else holds the lock. */
export interface LockOptions {
  /** Milliseconds to wait before ERR_BUSY. */
  readonly patience?: number;
  /** Called once when there is somebody to wait for; `holder` is a process id where it is known. */
  readonly onWait?: (holder: number | undefined) => void;
  readonly signal?: AbortSignal | undefined;
}

const defaultPatience = 300_000;
const sqliteBusy = 5;

/**
 * Runs `work` while no other process, and no other call in this one, holds the lock file at `path`.
 *
 * The lock is the operating system's (an exclusive SQLite transaction on an empty database), because it goes away with
 * its process: after a kill there is nothing stale to find, to date or to steal. The file stays, for removing it would
 * let two processes hold two files of one name.
 *
 * @throws SkillsError ERR_BUSY when the wait is over.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const database = await acquire(path, options);
  try {
    return await work();
  } finally {
    database.close();
  }
}

async function acquire(
  path: string,
  { patience = defaultPatience, onWait, signal }: LockOptions,
): Promise<DatabaseSync> {
  const { DatabaseSync } = await loadSqlite();
  makeFolder(dirname(path));
  const holderFile = `${path}.pid`;
  const deadline = Date.now() + patience;
  for (let attempt = 0; ; attempt++) {
    const database = tryLock(new DatabaseSync(path, { timeout: 0 }));
    if (database) return signed(database, holderFile);
    if (attempt === 0) onWait?.(readHolder(holderFile));
    if (Date.now() > deadline) throw busy(readHolder(holderFile));
    await sleep(Math.min(5 + attempt * 5, 50), undefined, signal ? { signal } : {});
  }
}

function tryLock(database: DatabaseSync): DatabaseSync | undefined {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === sqliteBusy) return undefined;
    throw error;
  }
}

/** A lock whose holder cannot be written down is given back: this process would wait for itself. */
function signed(database: DatabaseSync, holderFile: string): DatabaseSync {
  try {
    writeFileSync(holderFile, String(process.pid));
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function readHolder(path: string): number | undefined {
  try {
    return Number(readFileSync(path, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function busy(holder: number | undefined): SkillsError {
  const who = holder ? `process ${holder}` : 'another process';
  return new SkillsError('ERR_BUSY', `${who} has been changing the same files for too long`, {
    hint: 'wait until it is done, or end it, and run the command again',
  });
}
