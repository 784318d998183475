import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { syncFolder, writeFileAtomic } from '../../core/index.ts';
import { errnoOf } from '../io.ts';
import { readTextIfThere } from '../json-file.ts';
import type { OutsideStaging } from '../staging.ts';
import type { FileChange, JournalFile } from './types.ts';

/** Writes the new content into a staging folder beside its file. Undefined where the file has it already. */
export function stageFile(change: FileChange, staging: OutsideStaging): JournalFile | undefined {
  const before = readTextIfThere(change.path) ?? null;
  if (before === change.content) return undefined;
  if (change.content === null) return { ...change, before };
  const staged = join(staging.folder(dirname(change.path)), `${basename(change.path)}.file`);
  writeDurably(staged, change.content, modeOf(change.path));
  return { ...change, before, staged };
}

/**
 * Brings a file to its new content; safe to repeat. One that is neither as before nor as after was changed by somebody
 * since: it is theirs, and stays.
 *
 * @returns false where it stays.
 */
export function redoFile(file: JournalFile): boolean {
  const now = readTextIfThere(file.path) ?? null;
  if (now === file.content) return true;
  if (now !== file.before) return false;
  write(file);
  return true;
}

/** Brings a file back. */
export function undoFile(file: JournalFile): void {
  if ((readTextIfThere(file.path) ?? null) !== file.content) return;
  if (file.before === null) rmSync(file.path, { force: true });
  else writeFileAtomic(file.path, file.before, { durable: true, mode: modeOf(file.path) });
}

/** fsync of every folder that a file was renamed in, each once. */
export function syncFolders(files: readonly JournalFile[]): void {
  for (const folder of new Set(files.map((file) => dirname(file.path)))) {
    if (statSync(folder, { throwIfNoEntry: false })) syncFolder(folder);
  }
}

function write({ path, content, staged }: JournalFile): void {
  if (content === null) rmSync(path, { force: true });
  else if (staged && tryRename(staged, path)) return;
  // A folder that is gone, is gone with its project.
  else if (statSync(dirname(path), { throwIfNoEntry: false })) writeFileAtomic(path, content, { durable: true });
}

function tryRename(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

function modeOf(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? stat.mode & 0o777 : 0o644;
}

function writeDurably(path: string, content: string, mode: number): void {
  const bytes = Buffer.from(content);
  const descriptor = openSync(path, 'wx', mode);
  try {
    for (let written = 0; written < bytes.byteLength; ) written += writeSync(descriptor, bytes, written);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
