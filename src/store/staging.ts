import { readdirSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder, syncFolder } from '../core/index.ts';
import { errnoOf } from './io.ts';
import { readOwnJson } from './json-file.ts';
import { isAbandoned, ownedName } from './owner.ts';

/** Names the staging folders that a change has outside the home, so that they go away even when it is killed. */
interface StagingNote {
  readonly format: 1;
  readonly folders: readonly string[];
  readonly made: readonly string[];
}

/** A path in the home, for something that is made there and then renamed to where it belongs. It is not made. */
export function stagingPath(staging: string): string {
  makeFolder(staging);
  return join(staging, ownedName());
}

/**
 * Replaces a file by way of the staging folder: where a kill leaves a part of it, a sweep finds it.
 *
 * @param options.durable fsync, of the folder too.
 */
export function writeStaged(
  staging: string,
  path: string,
  text: string,
  { mode = 0o644, durable = false }: { mode?: number; durable?: boolean } = {},
): void {
  const temporary = stagingPath(staging);
  try {
    makeFolder(dirname(path));
    writeFileSync(temporary, text, { mode, flag: 'wx', flush: durable });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  if (durable) syncFolder(dirname(path));
}

/** Takes a folder away at once, by a rename, then removes it. */
export function discard(staging: string, path: string): void {
  const away = stagingPath(staging);
  try {
    renameSync(path, away);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    throw error;
  }
  rmSync(away, { recursive: true, force: true });
}

/** Staging folders beside the places of one change. Each is `<parent>/.skills-<id>`, no folder that a skill could have. */
export class OutsideStaging {
  readonly id = ownedName();
  readonly #note: string;
  readonly #folders = new Map<string, string>();
  readonly #made: string[] = [];

  constructor(staging: string) {
    this.#note = join(staging, `${this.id}.json`);
  }

  /** Notes all folders first and makes them then: a kill in between leaves a note too many, never a folder too many. */
  open(parents: Iterable<string>): void {
    for (const parent of parents) this.#folders.set(parent, join(parent, `.skills-${this.id}`));
    if (this.#folders.size === 0) return;
    for (const parent of this.#folders.keys()) this.#made.push(...missingFolders(parent));
    const note: StagingNote = { format: 1, folders: [...this.#folders.values()], made: this.#made };
    makeFolder(dirname(this.#note));
    writeFileSync(this.#note, JSON.stringify(note));
    for (const folder of this.#folders.values()) makeFolder(folder);
  }

  folder(parent: string): string {
    const folder = this.#folders.get(parent);
    if (folder === undefined) throw new Error(`no staging folder was opened for ${parent}`);
    return folder;
  }

  close(): void {
    removeNoted({ format: 1, folders: [...this.#folders.values()], made: this.#made });
    rmSync(this.#note, { force: true });
  }
}

/** What processes that are gone left in the staging folder, by name. */
export function listAbandoned(staging: string): string[] {
  return readNames(staging).filter((name) => {
    const stat = statSync(join(staging, name), { throwIfNoEntry: false });
    return stat !== undefined && isAbandoned(name, stat.mtimeMs);
  });
}

/** Removes what {@link listAbandoned} found. Journals are to be finished before: they use what is staged. */
export function sweep(staging: string, names: readonly string[]): void {
  for (const name of names) {
    const path = join(staging, name);
    const note = name.endsWith('.json') ? readOwnJson<StagingNote>(path, 1) : undefined;
    if (note) removeNoted(note);
    rmSync(path, { recursive: true, force: true });
  }
}

/** The names in a folder, none where it does not exist. */
export function readNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function removeNoted(note: StagingNote): void {
  for (const folder of note.folders) rmSync(folder, { recursive: true, force: true });
  for (const folder of note.made) removeIfEmpty(folder);
}

/** The folders of a path that are not there, the deepest first. */
function missingFolders(path: string): string[] {
  const missing: string[] = [];
  for (let folder = path; statSync(folder, { throwIfNoEntry: false }) === undefined; folder = dirname(folder)) {
    missing.push(folder);
    if (folder === dirname(folder)) break;
  }
  return missing;
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // somebody uses it, or it is gone
  }
}
