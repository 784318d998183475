import { lstatSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from '../../core/index.ts';
import { bootId } from '../owner.ts';
import { copyTree, makeLink } from '../places/copy.ts';
import { observe } from '../places/observe.ts';
import type { PlaceChange } from '../places/types.ts';
import type { OutsideStaging } from '../staging.ts';
import type { JournalPlace } from './types.ts';

/** Makes what comes to a place, whole, in the staging folder beside it. All that takes space or time is here. */
export function stagePlace(change: PlaceChange, staging: OutsideStaging): JournalPlace {
  const { path } = change;
  const folder = staging.folder(dirname(path));
  const trash = join(folder, `${basename(path)}.old`);
  if (change.kind === 'remove') return { path, trash };
  const staged = join(folder, `${basename(path)}.new`);
  if (change.kind === 'link') {
    makeLink(change.target, staged, path);
    return { path, staged, trash, record: { kind: 'link', target: change.target } };
  }
  const { contentDigest } = change.tree;
  const seen = copyTree(change.tree, staged);
  return {
    path,
    staged,
    trash,
    contentDigest,
    record: { kind: 'copy', installed: contentDigest, seen },
  };
}

/**
 * Swaps a place by two renames; safe to repeat. What lies in the trash tells how far an earlier try came: something that
 * appeared at the place after that is somebody else's, and stays.
 *
 * @returns whether the place is now as the journal wants it.
 */
export function redoPlace(place: JournalPlace, boot: string): boolean {
  const { path, staged, trash } = place;
  if (staged === undefined) return moveAway(path, trash);
  if (!exists(staged)) return exists(path);
  if (boot !== bootId() && !isIntact(place)) return false;
  if (!moveAway(path, trash)) return false;
  renameSync(staged, path);
  return true;
}

/** Brings back what was at a place. */
export function undoPlace({ path, staged, trash }: JournalPlace): void {
  if (staged !== undefined && !exists(staged) && exists(path)) renameSync(path, staged);
  if (exists(trash) && !exists(path)) renameSync(trash, path);
}

/** False where something new stands in the way. */
function moveAway(path: string, trash: string): boolean {
  if (!exists(path)) return true;
  if (exists(trash)) return false;
  makeFolder(dirname(trash));
  renameSync(path, trash);
  return true;
}

/**
 * Copies are not fsynced: after a crash of the system they may have holes. Such a one is dropped, and the next install,
 * which finds the place outdated or missing, makes it anew.
 */
function isIntact({ staged, contentDigest }: JournalPlace): boolean {
  if (staged === undefined || contentDigest === undefined) return true;
  return observe(staged, new Set()).contentDigest === contentDigest;
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
