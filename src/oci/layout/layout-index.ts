import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SkillsError, toSkillsError, withLock, writeFileAtomic } from '../../core/index.ts';
import { indexFile, layoutFile, layoutText, layoutVersion, lockFile } from './constants.ts';
import { IndexState } from './index-state.ts';

interface Change {
  apply(state: IndexState): void;
  resolve(): void;
  reject(error: SkillsError): void;
  changed: boolean;
}

/** Changes a state; tells whether it differs now. An error refuses this change only. */
export type IndexChange = (state: IndexState) => boolean;

/**
 * The index.json of a layout: read again when its stat changes, replaced whole.
 *
 * Changes wait in a queue and all that wait are made in one replacement, under a lock that other processes take too:
 * each of them sees what the others wrote, and a thousand tags cost a few fsyncs.
 */
export class LayoutIndex {
  readonly #root: string;
  readonly #file: string;
  readonly #durable: boolean;
  readonly #beforeWrite: () => void;
  #cached: { readonly stamp: string; readonly state: IndexState } | undefined;
  #queue: Change[] = [];
  #draining = false;
  #coming = 0;
  #lastWrite = 0;

  /** @param beforeWrite makes durable what the entries name. */
  constructor(root: string, durable: boolean, beforeWrite: () => void) {
    this.#root = root;
    this.#file = join(root, indexFile);
    this.#durable = durable;
    this.#beforeWrite = beforeWrite;
  }

  /** Whether this is a layout already: nothing is made before the first write. */
  get present(): boolean {
    return this.#stamp() !== undefined;
  }

  /** Whether changes are under way. */
  get busy(): boolean {
    return this.#draining;
  }

  /** The state on disk now; empty where there is none. @throws SkillsError ERR_FILE_INVALID */
  read(): IndexState {
    const stamp = this.#stamp();
    if (stamp === undefined) return new IndexState();
    if (this.#cached?.stamp === stamp) return this.#cached.state;
    this.#checkVersion();
    const state = IndexState.parse(readFileSync(this.#file, 'utf8'), this.#file);
    this.#cached = { stamp, state };
    return state;
  }

  /** Done when the change is on disk. */
  change(apply: IndexChange): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const change: Change = {
      apply: (state) => {
        change.changed = apply(state);
      },
      resolve,
      reject,
      changed: false,
    };
    this.#queue.push(change);
    if (!this.#draining) void this.#drain();
    return promise;
  }

  /** Runs work that ends with a change; a replacement that is about to start waits a moment for it. */
  async expect<T>(work: () => Promise<T>): Promise<T> {
    this.#coming++;
    try {
      return await work();
    } finally {
      this.#coming--;
    }
  }

  /** Makes the folder a layout. */
  async create(): Promise<void> {
    if (!this.present) await this.change(() => false);
  }

  async #drain(): Promise<void> {
    this.#draining = true;
    while (this.#queue.length > 0) {
      try {
        await this.#gather();
        await withLock(join(this.#root, lockFile), async () => this.#writeQueue());
      } catch (error) {
        this.#settle(this.#queue.splice(0), toSkillsError(error));
      }
    }
    this.#draining = false;
  }

  /** Waits for changes that are known to come, but no longer than two replacements would take. */
  async #gather(): Promise<void> {
    const deadline = performance.now() + Math.min(2 * this.#lastWrite, longestGathering);
    while (this.#coming > 0 && performance.now() < deadline) await sleep(1);
  }

  #writeQueue(): void {
    const changes = this.#queue.splice(0);
    const start = performance.now();
    try {
      const accepted = this.#apply(changes);
      this.#lastWrite = performance.now() - start;
      this.#settle(accepted);
    } catch (error) {
      // The state in memory is ahead of the file now: the file rules.
      this.#cached = undefined;
      this.#settle(changes, toSkillsError(error));
    }
  }

  #apply(changes: readonly Change[]): Change[] {
    const isNew = !this.present;
    const state = this.read();
    const accepted = changes.filter((change) => tryApply(change, state));
    if (isNew) writeFileAtomic(join(this.#root, layoutFile), layoutText, { durable: this.#durable });
    if (isNew || accepted.some((change) => change.changed)) {
      this.#beforeWrite();
      writeFileAtomic(this.#file, state.format(), { durable: this.#durable });
      const stamp = this.#stamp();
      this.#cached = stamp === undefined ? undefined : { stamp, state };
    }
    return accepted;
  }

  #settle(changes: readonly Change[], error?: SkillsError): void {
    for (const change of changes) error ? change.reject(error) : change.resolve();
  }

  #stamp(): string | undefined {
    const stat = statSync(this.#file, { bigint: true, throwIfNoEntry: false });
    return stat && `${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
  }

  #checkVersion(): void {
    const file = join(this.#root, layoutFile);
    let version: unknown;
    try {
      version = (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>).imageLayoutVersion;
    } catch (cause) {
      throw new SkillsError('ERR_FILE_INVALID', `${file}: is missing or no JSON, so this is no image layout`, {
        cause,
      });
    }
    if (version === layoutVersion) return;
    throw new SkillsError('ERR_FILE_INVALID', `${file}: has the version ${JSON.stringify(version)}`, {
      hint: `only image layouts of version ${layoutVersion} are known`,
    });
  }
}

/** Milliseconds */
const longestGathering = 50;

function tryApply(change: Change, state: IndexState): boolean {
  try {
    change.apply(state);
    return true;
  } catch (error) {
    change.reject(toSkillsError(error));
    return false;
  }
}
