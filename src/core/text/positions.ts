/** A place in a text file, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A parsed file, and where each of its values stands. */
export interface Located<T = unknown> {
  readonly value: T;
  /** Where the value at `path` stands, or its nearest parent that is in the file. */
  positionOf(path: readonly PropertyKey[]): Position | undefined;
  /** A scalar as it is written, where the format keeps that: `1.0`, which YAML reads as the number 1. */
  sourceOf?(path: readonly PropertyKey[]): string | undefined;
}

/** How a file is named in errors, and where its text begins in it (for frontmatter). */
export interface TextOrigin {
  readonly file: string;
  /** Lines above the text in its file. */
  readonly lineOffset?: number;
}

export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const lastBreak = before.lastIndexOf('\n');
  return { line: before.split('\n').length, column: offset - lastBreak };
}
