import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { loadCrypto } from '../crypto.ts';
import { makeFolder } from './folder.ts';

/**
 * Replaces a file so that a reader, or the next start after a crash, sees the old or the new content, never a part.
 *
 * Written beside it, fsynced where `durable` says so, then renamed; the folder is fsynced too, or the rename itself
 * could be lost. Missing folders are made.
 */
export function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  options: { durable?: boolean; mode?: number } = {},
): void {
  const folder = dirname(path);
  makeFolder(folder);
  const temporary = temporaryName(path);
  try {
    writeWhole(temporary, typeof data === 'string' ? Buffer.from(data) : data, options);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  if (options.durable) syncFolder(folder);
}

/** A name beside `path` that nobody else uses: same file system, so that a rename is atomic. */
export function temporaryName(path: string): string {
  return `${path}.${process.pid}-${loadCrypto().randomBytes(6).toString('hex')}.tmp`;
}

/** Makes renames in a folder durable. Windows cannot open folders and needs it not. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function writeWhole(
  path: string,
  data: Uint8Array,
  { durable, mode = 0o644 }: { durable?: boolean; mode?: number },
): void {
  const descriptor = openSync(path, 'wx', mode);
  try {
    for (let written = 0; written < data.byteLength; ) written += writeSync(descriptor, data, written);
    if (durable) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
