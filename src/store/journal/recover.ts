import { join } from 'node:path';
import { type Logger, SkillsError, silentLogger, withLock } from '../../core/index.ts';
import type { StorePaths } from '../home.ts';
import { listAbandoned, readNames, sweep } from '../staging.ts';
import { redo, removeStaged, undo } from './apply.ts';
import { readJournals, removeJournal } from './file.ts';
import type { Journal } from './types.ts';

export function storeLock(paths: StorePaths): string {
  return join(paths.locks, 'store');
}

/**
 * Finishes what stopped processes left, and clears their staging folders away. Costs two folder reads where there is
 * nothing; else it waits for the store's lock, for a journal may be that of a process at work.
 */
export async function recover(paths: StorePaths, logger: Logger = silentLogger): Promise<void> {
  if (readNames(paths.journal).length === 0 && listAbandoned(paths.staging).length === 0) return;
  await withLock(storeLock(paths), async () => recoverLocked(paths, logger));
}

/** As {@link recover}, by one who holds the lock: no journal is that of a process at work then. */
export function recoverLocked(paths: StorePaths, logger: Logger = silentLogger): void {
  // In this order: a process that is seen dead here has written all the journals that it will ever write.
  const abandoned = listAbandoned(paths.staging);
  for (const journal of readJournals(paths.journal)) settle(paths, journal, logger);
  if (abandoned.length > 0) sweep(paths.staging, abandoned);
}

function settle(paths: StorePaths, journal: Journal, logger: Logger): void {
  try {
    const kept = redo(journal, paths);
    logger.info({ journal: journal.id, kept }, 'finished a change that was interrupted');
  } catch (error) {
    logger.warn({ journal: journal.id, error }, 'an interrupted change cannot be finished and is taken back');
    takeBack(paths, journal, error);
  }
  removeJournal(paths.journal, journal);
  removeStaged(journal);
}

function takeBack(paths: StorePaths, journal: Journal, cause: unknown): void {
  try {
    undo(journal);
  } catch {
    throw new SkillsError('ERR_IO', 'a change that was interrupted can neither be finished nor taken back', {
      cause,
      hint: `make these places writable, or remove ${join(paths.journal, `${journal.id}.json`)} to leave them as they are`,
      data: { paths: [...journal.files, ...journal.places].map((item) => item.path) },
    });
  }
}
