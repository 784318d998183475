import type { Ground } from './ground.ts';

/** A row of the table. */
export interface Row {
  readonly what: string;
  readonly ours: number;
  readonly floor: number;
  readonly ratio: number;
  /** The ratio that must not be passed. */
  readonly goal: number;
  readonly unit: 'ms';
  readonly note?: string;
}

export interface Bench {
  readonly id: string;
  measure(ground: Ground): Promise<readonly Row[]>;
}
