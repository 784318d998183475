import type { RegistryFinding, RegistryReport } from '../../manager/index.ts';
import { paint, type Style } from './style.ts';
import { terminalWidth } from './table.ts';
import { cellText } from './write.ts';

const marks: Readonly<Record<RegistryFinding['answer'], readonly [mark: string, style: Style]>> = {
  yes: ['✓', 'green'],
  no: ['✗', 'yellow'],
  unknown: ['?', 'dim'],
};

/** A line a finding: whether the registry can do it, and what was seen; below it what follows from that. */
export function formatRegistryReport(report: RegistryReport, width: number = terminalWidth()): string {
  const { registry, product, sample, findings, left } = report;
  const make = product ? ` (${product.name}${product.version ? ` ${product.version}` : ''})` : '';
  const column = Math.max(...findings.map(({ title }) => title.length));
  const indent = ' '.repeat(column + 4);
  const fold = (text: string) => wrap(cellText(text), width - indent.length);
  const lines = findings.flatMap(({ title, answer, detail, hint }) => {
    const [mark, style] = marks[answer];
    const [first = '', ...rest] = fold(detail);
    const hints = hint === undefined ? [] : fold(hint).map((text) => paint('dim', text));
    const head = `${paint(style, mark)} ${paint('bold', title)}${' '.repeat(column - title.length)}  ${first}`;
    return [head, ...[...rest, ...hints].map((text) => indent + text)];
  });
  return [
    `${paint('bold', registry)}${make}${sample === undefined ? '' : `, by ${sample}`}`,
    ...lines,
    ...left.map((what) => `${paint('yellow', 'Left behind:')} ${what}`),
  ].join('\n');
}

/** Lines of at most `width` characters, broken at blanks. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > Math.max(width, 20)) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
