import { paint } from './style.ts';
import { lengthOf, terminalWidth } from './table.ts';
import { cellText } from './write.ts';

/** A line of a tree, and those below it. */
export interface Branch {
  readonly label: string;
  /** Stands behind the label, lined up with those of the other lines; the root's stands below it. */
  readonly detail: string;
  readonly below: readonly Branch[];
}

interface Line {
  readonly label: string;
  readonly detail: string;
}

const gap = '  ';
/** Enough of a digest to tell it from others. */
const leastDetail = 19;

/**
 * Lines of a tree, its root at the left edge: `├─`, `└─` and `│` show what is below what. On a terminal each stays one
 * line; what is piped is not cut.
 */
export function formatTree(root: Branch, width: number = terminalWidth()): string {
  const lines = linesBelow(root, '');
  const widest = Math.max(0, ...lines.map(({ label }) => lengthOf(label)));
  const column = Math.min(widest, Math.max(leastDetail, width - gap.length - leastDetail));
  const room = Math.max(leastDetail, width - column - gap.length);
  const shown = lines.map(({ label, detail }) =>
    `${cut(label, column).padEnd(column)}${gap}${paint('dim', cut(detail, room))}`.trimEnd(),
  );
  return [paint('bold', cellText(root.label)), paint('dim', cellText(root.detail)), ...shown].join('\n');
}

function linesBelow({ below }: Branch, indent: string): Line[] {
  return below.flatMap((branch, at) => {
    const isLast = at === below.length - 1;
    const label = `${indent}${isLast ? '└─' : '├─'} ${cellText(branch.label)}`;
    return [{ label, detail: cellText(branch.detail) }, ...linesBelow(branch, `${indent}${isLast ? '   ' : '│  '}`)];
  });
}

function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}
