import { basename, dirname, join } from 'node:path';
import { digestHex, sha256 } from '../../core/index.ts';
import type { StorePaths } from '../home.ts';
import { readOwnJson } from '../json-file.ts';
import { writeStaged } from '../staging.ts';
import type { PlaceRecord } from './types.ts';

interface RecordFile {
  readonly format: 1;
  readonly folder: string;
  readonly places: Record<string, PlaceRecord>;
}

/**
 * What the store knows of places, in one file for each folder that holds them: one read for a whole project.
 *
 * Records save time and tell an edited place from an untouched one. Without them everything is hashed and the lock says
 * what is ours, so they are not fsynced, and a lost one is no harm.
 */
export class PlaceRecords {
  readonly #dir: string;
  readonly #staging: string;
  readonly #files = new Map<string, RecordFile>();
  readonly #dirty = new Set<string>();

  constructor({ places, staging }: Pick<StorePaths, 'places' | 'staging'>) {
    this.#dir = places;
    this.#staging = staging;
  }

  get(path: string): PlaceRecord | undefined {
    return this.#load(dirname(path)).places[basename(path)];
  }

  set(path: string, record: PlaceRecord | undefined): void {
    const folder = dirname(path);
    const { places } = this.#load(folder);
    if (record) places[basename(path)] = record;
    else delete places[basename(path)];
    this.#dirty.add(folder);
  }

  save(): void {
    for (const folder of this.#dirty) {
      writeStaged(this.#staging, this.#path(folder), JSON.stringify(this.#load(folder)));
    }
    this.#dirty.clear();
  }

  #load(folder: string): RecordFile {
    const loaded = this.#files.get(folder);
    if (loaded) return loaded;
    const read = readOwnJson<RecordFile>(this.#path(folder), 1);
    const file: RecordFile = read?.folder === folder ? read : { format: 1, folder, places: {} };
    this.#files.set(folder, file);
    return file;
  }

  #path(folder: string): string {
    return join(this.#dir, `${digestHex(sha256(folder)).slice(0, 32)}.json`);
  }
}
