import type { ValidateReport } from '../../manager/index.ts';
import { count } from './format.ts';
import { paint } from './style.ts';

type Problems = ValidateReport['skills'][number]['problems'];

/** Every problem as `file:line:column grade message (rule)` with its mend below, skill by skill, then the sum. */
export function formatValidateReport({ skills, errors, warnings, ok }: ValidateReport): string {
  const lines: string[] = [];
  for (const { dir, name, version, problems, fixed } of skills) {
    const mark = problems.some(({ grade }) => grade === 'error') ? paint('red', '✗') : paint('green', '✓');
    lines.push(
      `${mark} ${paint('bold', name ?? dir)}${version ? ` ${version}` : ''}${name ? paint('dim', `  ${dir}`) : ''}`,
    );
    lines.push(...fixed.map((text) => `  ${paint('green', 'fixed')} ${text}`));
    if (problems.length > 0) lines.push(formatProblems(problems));
  }
  const verdict = ok ? paint('green', 'valid') : paint('red', 'not valid');
  lines.push(`${count(skills.length, 'skill')}: ${verdict}, ${count(errors, 'error')}, ${count(warnings, 'warning')}`);
  return lines.join('\n');
}

export function formatProblems(problems: Problems): string {
  return problems
    .map(({ grade, file, line, column, rule, message, mend }) => {
      const place = [file, line, line === undefined ? undefined : column]
        .filter((part) => part !== undefined)
        .join(':');
      const word = grade === 'error' ? paint('red', 'error') : paint('yellow', 'warning');
      const help = mend === undefined ? '' : `\n    ${paint('cyan', 'mend:')} ${mend}`;
      return `  ${place}  ${word}  ${message}  ${paint('dim', rule)}${help}`;
    })
    .join('\n');
}
