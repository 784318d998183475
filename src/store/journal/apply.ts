import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { StorePaths } from '../home.ts';
import { PlaceRecords } from '../places/records.ts';
import { saveRecords } from '../places/remember.ts';
import { redoFile, syncFolders, undoFile } from './files.ts';
import { redoPlace, undoPlace } from './places.ts';
import type { Journal } from './types.ts';

/**
 * Does what a journal says: first the files, then the places; safe to repeat from any point.
 *
 * @returns paths that somebody else changed in the meantime, and that were left as they are.
 */
export function redo(journal: Journal, paths: StorePaths): string[] {
  const kept: string[] = [];
  for (const file of journal.files) if (!redoFile(file)) kept.push(file.path);
  syncFolders(journal.files);
  const records = new PlaceRecords(paths);
  for (const place of journal.places) {
    if (redoPlace(place, journal.boot)) records.set(place.path, place.record);
    else kept.push(place.path);
  }
  saveRecords(records);
  return kept;
}

/** Takes back what was done of a journal, the last first. The staging folders must still be there. */
export function undo(journal: Journal): void {
  for (const place of journal.places.toReversed()) undoPlace(place);
  for (const file of journal.files.toReversed()) undoFile(file);
  syncFolders(journal.files);
}

/** Removes what was staged, and what was replaced. Only when the journal is gone: until then it may be needed. */
export function removeStaged(journal: Journal): void {
  const staged = [...journal.files.map((file) => file.staged), ...journal.places.map((place) => place.trash)];
  for (const folder of new Set(staged.filter((path) => path !== undefined).map((path) => dirname(path)))) {
    rmSync(folder, { recursive: true, force: true });
  }
}
