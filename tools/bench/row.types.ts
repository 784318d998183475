import type { Ground } from './ground.ts';

/** A row of the table. */
export interface Row {
  readonly what: string;
  /** Milliseconds. */
  readonly ours: number;
  /** Milliseconds; absent where the goal is a time and no ratio. */
  readonly floor?: number;
  /** Ours to the floor; absent where the goal is a time. */
  readonly ratio?: number;
  /** The ratio, or the milliseconds, that must not be passed. */
  readonly goal: number;
  readonly note?: string;
}

export interface Bench {
  readonly id: string;
  measure(ground: Ground): Promise<readonly Row[]>;
}
