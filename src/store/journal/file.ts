import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { syncFolder, writeFileAtomic } from '../../core/index.ts';
import { readOwnJson } from '../json-file.ts';
import { readNames } from '../staging.ts';
import type { Journal } from './types.ts';

export function journalPath(folder: string, id: string): string {
  return join(folder, `${id}.json`);
}

/** From here on the change happens, whatever becomes of this process. */
export function writeJournal(folder: string, journal: Journal): void {
  writeFileAtomic(journalPath(folder, journal.id), JSON.stringify(journal), { durable: true });
}

/**
 * The change is done. The removal is fsynced: a journal that comes back after a power cut would bring back an old state.
 */
export function removeJournal(folder: string, journal: Pick<Journal, 'id'>): void {
  rmSync(journalPath(folder, journal.id), { force: true });
  syncFolder(folder);
}

/** The journals of processes that were stopped; one that cannot be read was never complete, and nothing was done by it. */
export function readJournals(folder: string): Journal[] {
  return readNames(folder)
    .sort()
    .flatMap((name) => {
      const journal = name.endsWith('.json') ? readOwnJson<Journal>(join(folder, name), 1) : undefined;
      if (!journal) rmSync(join(folder, name), { force: true });
      return journal ? [journal] : [];
    });
}
