import type { Digest } from '../../core/index.ts';
import type { PlaceRecord } from '../places/types.ts';

/** A text file of a change. */
export interface FileChange {
  /** Absolute. */
  readonly path: string;
  /** null: the file goes away. */
  readonly content: string | null;
}

export interface JournalFile extends FileChange {
  /** What was there when the change was decided. */
  readonly before: string | null;
  /** The new content, written and fsynced beside it already, so that no lack of space can stop the change half way. */
  readonly staged?: string;
}

export interface JournalPlace {
  readonly path: string;
  /** What comes there, complete, in a staging folder beside it; absent for a removal. */
  readonly staged?: string;
  /** Where what was there goes. */
  readonly trash: string;
  /** Of a staged copy. */
  readonly contentDigest?: Digest;
  readonly record?: PlaceRecord;
}

/** A redo log: the whole of a change, so that whoever finds it can finish it without knowing why it was made. */
export interface Journal {
  readonly format: 1;
  readonly id: string;
  readonly boot: string;
  readonly files: readonly JournalFile[];
  readonly places: readonly JournalPlace[];
}
