import { stripVTControlCharacters } from 'node:util';
import { shorten } from './format.ts';
import { paint } from './style.ts';
import { cellText } from './write.ts';

export interface TableOptions {
  /** Columns of the terminal; tables that are piped are not cut. */
  readonly width?: number | undefined;
}

const gap = '  ';

/**
 * Lines up rows under headings. The last column takes what room is left and is cut there, so that a row stays a line.
 */
export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  { width = terminalWidth() }: TableOptions = {},
): string {
  const last = headings.length - 1;
  const shown = rows.map((row) => row.map(cellText));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...shown.map((row) => lengthOf(row[column] ?? ''))),
  );
  narrow(widths, width);
  const before = widths.slice(0, last).reduce((sum, each) => sum + each + gap.length, 0);
  const room = Math.max(leastRoom, width - before);
  const line = (cells: readonly string[]) =>
    widths
      .map((size, column) => {
        const cell = cutTo(cells[column] ?? '', column < last ? size : room);
        return column < last ? cell + ' '.repeat(size - lengthOf(cell)) : cell;
      })
      .join(gap)
      .trimEnd();
  return [paint('bold', line(headings)), ...shown.map(line)].join('\n');
}

/** The last column has at least this. */
const leastRoom = 20;
/** What names and versions need to be told apart. */
const leastColumn = 8;

/** On a terminal that is too narrow for all columns, the widest before the last give way; a line never goes on in the next. */
function narrow(widths: number[], width: number): void {
  const before = widths.slice(0, -1);
  const tooMuch = () => before.reduce((sum, each) => sum + each + gap.length, 0) + leastRoom - width;
  while (tooMuch() > 0) {
    const widest = Math.max(...before);
    if (widest <= leastColumn) break;
    before[before.indexOf(widest)] = Math.max(leastColumn, widest - tooMuch());
  }
  widths.splice(0, before.length, ...before);
}

function cutTo(cell: string, width: number): string {
  return lengthOf(cell) > width ? shorten(cell, width) : cell;
}

/** `key  value` lines, keys lined up; entries without a value are left out. */
export function formatFacts(facts: readonly (readonly [string, string | undefined])[]): string {
  const present = facts.flatMap(([key, value]) => (value ? [[cellText(key), cellText(value)] as const] : []));
  const width = Math.max(0, ...present.map(([key]) => key.length));
  return present.map(([key, value]) => `${paint('bold', key.padEnd(width))}${gap}${value}`).join('\n');
}

export function lengthOf(cell: string): number {
  return stripVTControlCharacters(cell).length;
}

export function terminalWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns || 80 : Number.POSITIVE_INFINITY;
}
