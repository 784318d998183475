import type { DoctorReport } from '../../manager/index.ts';
import { count } from './format.ts';
import { paint, type Style } from './style.ts';

type Status = DoctorReport['checks'][number]['status'];

const marks: Readonly<Record<Status, readonly [string, Style]>> = {
  ok: ['✓', 'green'],
  info: ['·', 'dim'],
  warning: ['!', 'yellow'],
  error: ['✗', 'red'],
};

/** One line a check, with what to do below those that are not in order. */
export function formatDoctorReport({ checks, ok }: DoctorReport): string {
  const lines = checks.flatMap(({ title, status, detail, hint }) => {
    const [mark, style] = marks[status];
    const line = `${paint(style, mark)} ${paint('bold', title)}: ${detail}`;
    return hint === undefined ? [line] : [line, `    ${paint('cyan', 'what to do:')} ${hint}`];
  });
  const wrong = checks.filter(({ status }) => status === 'error').length;
  const doubtful = checks.filter(({ status }) => status === 'warning').length;
  const verdict = ok && doubtful === 0 ? 'All is in order' : `${count(wrong, 'error')}, ${count(doubtful, 'warning')}`;
  return [...lines, verdict].join('\n');
}
