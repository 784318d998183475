import type { SkillsError } from '../core/index.ts';

/** A change to one file that mends a problem: the text from `start` to `end` becomes `replacement`. */
export interface TextFix {
  readonly file: string;
  /** Offsets in UTF-16 code units, as strings count. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** Errors make a skill unusable or unsafe; warnings are for its author. */
export type Grade = 'error' | 'warning';

/** Something that is wrong with a skill, and what to do about it. */
export interface Problem {
  readonly grade: Grade;
  /** Path inside the skill. */
  readonly file: string;
  /** Both counted from 1. */
  readonly line?: number;
  readonly column?: number;
  /** A stable id: `skill-md/unexpected-field`. */
  readonly rule: string;
  readonly message: string;
  /** What the author can do. */
  readonly mend?: string;
  /** The same, as a change that `--fix` writes. */
  readonly fix?: TextFix;
}

/**
 * `text` with every fix in it; of two that overlap the first in the file is taken (run again for the other).
 *
 * Fixes at the same place that only insert are all taken, in the order given.
 */
export function applyFixes(text: string, fixes: readonly TextFix[]): string {
  const ordered = fixes.toSorted((a, b) => a.start - b.start || a.end - b.end);
  let result = '';
  let taken = 0;
  for (const { start, end, replacement } of ordered) {
    if (start < taken || end < start || end > text.length) continue;
    result += text.slice(taken, start) + replacement;
    taken = end;
  }
  return result + text.slice(taken);
}

/** What keeps a skill's folder from being opened, as a problem of that skill. */
export function folderProblem({ message, hint, data = {} }: SkillsError): Problem {
  const file = [data.path, data.file].find((part) => typeof part === 'string') ?? '.';
  const mend = hint ?? 'mend what is in the way, and check it again';
  return { grade: 'error', file, rule: 'skill/folder', message, mend };
}
