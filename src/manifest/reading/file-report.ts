import type { Located, Position } from '../../core/index.ts';
import type { Grade, Problem, TextFix } from '../problem.ts';
import type { Rule } from '../rules.ts';

export type Path = readonly PropertyKey[];

interface Advice {
  /** Every problem says what to do about it. */
  readonly mend: string;
  readonly fix?: TextFix | undefined;
}

const unreadableRules: readonly string[] = ['file/broken', 'file/not-a-map', 'skill-md/frontmatter'] satisfies Rule[];

/** Collects the problems of one file and knows where its values stand. */
export class FileReport {
  readonly file: string;
  readonly text: string;
  readonly problems: Problem[] = [];
  readonly #reported: { readonly rule: Rule; readonly path: Path }[] = [];
  located: Located | undefined;
  /** Keys that were read under their right spelling, by where they are read now. */
  readonly #written = new Map<string, PropertyKey>();

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  error(rule: Rule, path: Path, message: string, advice: Advice): void {
    this.add('error', rule, path, message, advice);
  }

  warn(rule: Rule, path: Path, message: string, advice: Advice): void {
    this.add('warning', rule, path, message, advice);
  }

  add(grade: Grade, rule: Rule, path: Path, message: string, advice: Advice): void {
    this.#reported.push({ rule, path });
    this.addAt(this.positionOf(path), grade, rule, message, advice);
  }

  addAt(place: Position | undefined, grade: Grade, rule: Rule, message: string, { mend, fix }: Advice): void {
    this.problems.push({
      grade,
      file: this.file,
      ...(place ?? {}),
      rule,
      message,
      mend,
      ...(fix === undefined ? {} : { fix }),
    });
  }

  /** Whether nothing of the file could be read: then what seems to be missing may well be there. */
  get unreadable(): boolean {
    return this.problems.some(({ grade, rule }) => grade === 'error' && unreadableRules.includes(rule));
  }

  /** Whether the field is there, with a value of a sort that it cannot have. */
  isMisfit(field: string): boolean {
    const paths = [field, `skill.${field}`];
    return this.#reported.some(({ rule, path }) => rule === 'field/type' && paths.includes(path.map(String).join('.')));
  }

  /** The value that is read at `path` is written under `key`. */
  noteSpelling(path: Path, key: PropertyKey): void {
    this.#written.set(path.join('\0'), key);
  }

  positionOf(path: Path): Position | undefined {
    return this.located?.positionOf(this.#asWritten(path)) ?? this.located?.positionOf([]);
  }

  sourceOf(path: Path): string | undefined {
    return this.located?.sourceOf?.(this.#asWritten(path));
  }

  /** `file:line:column`, for messages that name a second place. */
  placeOf(path: Path): string {
    const position = this.positionOf(path);
    return position ? `${this.file}:${position.line}:${position.column}` : this.file;
  }

  #asWritten(path: Path): Path {
    return path.map((key, index) => this.#written.get(path.slice(0, index + 1).join('\0')) ?? key);
  }
}
