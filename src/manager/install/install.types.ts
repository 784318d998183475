import type { SourcePool } from '../../sources/index.ts';
import type { Store } from '../../store/index.ts';
import type { Context } from '../context.ts';
import type { State } from './state.ts';
import type { TypedOptions } from './wish.types.ts';

/** What a change of the installed skills is told: an install, or an update. */
export interface ChangeOptions extends TypedOptions {
  /** Names whose versions are looked for anew although the lock has some. */
  readonly renew: readonly string[];
  /** Only say what would change. */
  readonly check?: boolean | undefined;
}

/** One change under way: what it works with, and what was there before. */
export interface Work {
  readonly context: Context;
  readonly store: Store;
  readonly pool: SourcePool;
  readonly state: State;
  readonly options: ChangeOptions;
  readonly offline: boolean;
}

/** How many skills are fetched and unpacked at the same time. */
export const atOnce = 32;
