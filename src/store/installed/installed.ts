import { findEntry } from './find.ts';
import { readIndex } from './index-file.ts';
import type { IndexEntry, InstalledIndex } from './types.ts';

/** `index.json` of a store, read anew at each question. It is changed by `Store.commit` alone. */
export class InstalledSkills {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** @throws SkillsError ERR_FILE_INVALID, ERR_IO */
  read(): InstalledIndex {
    return readIndex(this.#file);
  }

  get entries(): readonly IndexEntry[] {
    return this.read().installedSkills;
  }

  /** See {@link findEntry}. */
  find(name: string, version?: string): IndexEntry | undefined {
    return findEntry(this.read(), name, version);
  }
}
