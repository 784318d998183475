import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { withLock } from '../../core/index.ts';
import type { StorePaths } from '../home.ts';
import { type InstalledIndex, indexFile } from '../installed/index-file.ts';
import { ioError } from '../io.ts';
import { bootId } from '../owner.ts';
import { guardPlaces } from '../places/guard.ts';
import { PlaceRecords } from '../places/records.ts';
import type { PlaceChange } from '../places/types.ts';
import { OutsideStaging } from '../staging.ts';
import { redo, undo } from './apply.ts';
import { journalPath, removeJournal, writeJournal } from './file.ts';
import { stageFile } from './files.ts';
import { stagePlace } from './places.ts';
import { recoverLocked, storeLock } from './recover.ts';
import type { FileChange, Journal, JournalFile, JournalPlace } from './types.ts';

/** Everything that one command changes, to happen wholly or not at all. */
export interface Change {
  /** Applied to the index as it is when the change's turn comes: other processes may have written it since it was read. */
  readonly index?: ((current: InstalledIndex) => InstalledIndex) | undefined;
  /** skills.json, the lock, .gitignore. Written in this order. */
  readonly files?: readonly FileChange[];
  readonly places?: readonly PlaceChange[];
}

/**
 * Makes a change: stages everything beside its place, writes the journal, then index.json, the files and the places.
 * Before the journal an error or a kill leaves all as it was; after it, the change is finished by whoever comes next.
 *
 * The caller holds the project's lock; the store's is taken here, for the part that only renames.
 *
 * @throws SkillsError ERR_NOT_OURS, ERR_CONFLICT, ERR_IO, ERR_FILE_INVALID; nothing was changed then.
 */
export async function commitChange(paths: StorePaths, change: Change): Promise<void> {
  const records = new PlaceRecords(paths);
  const places = guardPlaces(change.places ?? [], { home: paths.home, records, hash: false });
  if (places.length === 0 && !change.index && !change.files?.length) return;
  const staging = new OutsideStaging(paths.staging);
  try {
    staging.open(parentsOf(paths, change, places));
    const staged = places.map((place) => stagePlace(place, staging));
    await withLock(storeLock(paths), async () => decide(paths, change, staged, staging));
  } catch (error) {
    throw ioError('the change was not made', error);
  } finally {
    closeQuietly(paths, staging);
  }
}

function parentsOf(paths: StorePaths, { index, files = [] }: Change, places: readonly PlaceChange[]): Set<string> {
  const written = files.filter((file) => file.content !== null);
  return new Set([...(index ? [paths.home] : []), ...[...written, ...places].map(({ path }) => dirname(path))]);
}

function decide(paths: StorePaths, change: Change, places: readonly JournalPlace[], staging: OutsideStaging): void {
  recoverLocked(paths);
  const files = stageFiles(paths, change, staging);
  if (places.length === 0 && files.length === 0) return;
  const journal: Journal = { format: 1, id: staging.id, boot: bootId(), files, places: places.map(touch) };
  writeJournal(paths.journal, journal);
  finish(paths, journal);
}

function stageFiles(paths: StorePaths, { index, files = [] }: Change, staging: OutsideStaging): JournalFile[] {
  const changes = index ? [indexFile(paths.index, index), ...files] : files;
  return changes.map((change) => stageFile(change, staging)).filter((file) => file !== undefined);
}

/** Nobody could touch what is staged until now: its stamps may be trusted from this moment on. */
function touch(place: JournalPlace): JournalPlace {
  if (place.record?.kind !== 'copy') return place;
  return { ...place, record: { ...place.record, seen: { ...place.record.seen, at: Date.now() } } };
}

/** A file system that refuses a rename half way gets everything back; what cannot even be undone is left to recovery. */
function finish(paths: StorePaths, journal: Journal): void {
  try {
    redo(journal, paths);
  } catch (error) {
    undo(journal);
    removeJournal(paths.journal, journal);
    throw error;
  }
  removeJournal(paths.journal, journal);
}

/**
 * What was replaced may refuse to go away (a folder of another owner); the change is made all the same, and a later
 * sweep tries again. A journal that is still there needs what is staged.
 */
function closeQuietly(paths: StorePaths, staging: OutsideStaging): void {
  if (existsSync(journalPath(paths.journal, staging.id))) return;
  try {
    staging.close();
  } catch {
    // see above
  }
}
