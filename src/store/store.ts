import { join } from 'node:path';
import { digestHex, type LockOptions, type Logger, sha256, silentLogger, withLock } from '../core/index.ts';
import { type LayoutTarget, openLayout } from '../oci/index.ts';
import type { UnpackedTree } from '../pack/index.ts';
import { MetadataCache } from './cache/metadata.ts';
import { folderSize } from './cache/size.ts';
import { readChoice, type VendorChoice, writeChoice } from './choice.ts';
import { defaultHome, type StorePaths, storePaths } from './home.ts';
import { InstalledSkills } from './installed/installed.ts';
import { guardIo, ioError, storeError } from './io.ts';
import { type Change, commitChange } from './journal/commit.ts';
import { recover, storeLock } from './journal/recover.ts';
import { checkPlace } from './places/check.ts';
import { PlaceRecords } from './places/records.ts';
import { saveRecords } from './places/remember.ts';
import type { PlaceExpectation, PlaceState } from './places/types.ts';
import { discard } from './staging.ts';
import { addTree } from './tree/add.ts';
import { findTree, listTrees, removeTree } from './tree/find.ts';
import { treeFolder } from './tree/folder.ts';
import type { StoredTree, TreeKey } from './tree/types.ts';

export interface StoreOptions {
  readonly logger?: Logger;
}

/**
 * Opens the store of this machine, and first finishes what a stopped process left half done. Nothing is written where
 * nothing is to be finished, so a store that is only read needs not exist.
 *
 * @throws SkillsError ERR_IO
 */
export async function openStore(home: string = defaultHome(), options: StoreOptions = {}): Promise<Store> {
  const paths = storePaths(home);
  try {
    await recover(paths, options.logger ?? silentLogger);
  } catch (error) {
    throw storeError(`cannot open the store ${paths.home}`, error);
  }
  return new Store(paths);
}

/** What this machine holds: content, unpacked trees, what is installed, and what lies in agents' folders. */
export class Store {
  readonly home: string;
  readonly paths: StorePaths;
  /** `index.json`. */
  readonly index: InstalledSkills;
  /** Answers of servers with their ETags. */
  readonly metadata: MetadataCache;
  readonly cache: { size(): number; clear(): Promise<void> };
  #content: LayoutTarget | undefined;

  constructor(paths: StorePaths) {
    this.home = paths.home;
    this.paths = paths;
    this.index = new InstalledSkills(paths.index);
    this.metadata = new MetadataCache(paths.metadata, paths.staging);
    this.cache = { size: () => this.#cacheSize(), clear: () => this.#clearCache() };
  }

  /** What came from registries, as an OCI image layout. */
  get content(): LayoutTarget {
    this.#content ??= openLayout(this.paths.content);
    return this.#content;
  }

  /** Where the tree of a version belongs, whether it is there or not; a second content of it lies elsewhere. */
  treePath(key: TreeKey): string {
    return join(this.home, treeFolder(key));
  }

  /** See {@link findTree}. */
  findTree(key: TreeKey): StoredTree | undefined {
    return guardIo('cannot read the store', () => findTree(this.paths, key));
  }

  /** Every complete tree, sorted by folder. */
  listTrees(): StoredTree[] {
    return guardIo('cannot read the store', () => listTrees(this.paths));
  }

  /** See {@link addTree}. */
  addTree(key: TreeKey, unpack: (staging: string) => Promise<UnpackedTree>): Promise<StoredTree> {
    return addTree(this.paths, key, unpack);
  }

  /** Takes a tree out of the store. Copies in projects stay; links to it do not. */
  removeTree(tree: StoredTree): void {
    guardIo(`cannot remove ${tree.path}`, () => removeTree(this.paths, tree));
  }

  /** See {@link commitChange}. */
  commit(change: Change): Promise<void> {
    return commitChange(this.paths, change);
  }

  /**
   * Runs `work` while nobody else works under the same key, like the path of a project. The store's own lock is taken
   * by `commit`, inside of this one.
   *
   * @throws SkillsError ERR_BUSY; ERR_IO where the store cannot be written; and what `work` throws, as it is.
   */
  async lock<T>(key: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
    const name = digestHex(sha256(key)).slice(0, 32);
    let taken = false;
    const workLocked = () => {
      taken = true;
      return work();
    };
    try {
      return await withLock(join(this.paths.locks, name), workLocked, options);
    } catch (error) {
      throw taken ? error : storeError(`cannot work in the store ${this.home}`, error);
    }
  }

  /**
   * Compares a place with what should be there: by stamps, and by hashes where a stamp differs.
   *
   * @param options.hash reads everything, as `--frozen` and `ci` want it.
   */
  checkPlace(expected: PlaceExpectation, options: { hash?: boolean } = {}): PlaceState {
    return this.checkPlaces([expected], options)[0] ?? 'missing';
  }

  /** As {@link checkPlace}, for many at the cost of one read of what is remembered. */
  checkPlaces(expected: readonly PlaceExpectation[], { hash = false }: { hash?: boolean } = {}): PlaceState[] {
    const records = new PlaceRecords(this.paths);
    const states = expected.map((place) => checkPlace(place, { home: this.home, records, hash }));
    saveRecords(records);
    return states;
  }

  /** Whether the skills of a project are committed or ignored; undefined until somebody chose. */
  readChoice(project: string): VendorChoice | undefined {
    return readChoice(this.paths, project);
  }

  writeChoice(project: string, choice: VendorChoice): void {
    guardIo('cannot keep the choice', () => writeChoice(this.paths, project, choice));
  }

  #cacheSize(): number {
    return guardIo('cannot read the cache', () => folderSize(this.paths.cache));
  }

  /** Installed skills stay. An install at work in another process may fail, and works when repeated. */
  async #clearCache(): Promise<void> {
    this.#content = undefined;
    try {
      await withLock(storeLock(this.paths), async () => discard(this.paths.staging, this.paths.cache));
    } catch (error) {
      throw ioError('cannot clear the cache', error);
    }
  }
}
