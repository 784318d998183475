import type { FileReport } from '../reading/file-report.ts';
import { entrySpan } from '../reading/text-fixes.ts';

/** The entries of `allowed-tools`; blanks and commas inside parentheses belong to an entry: `Bash(git add:*)`. */
export function splitTools(written: string): string[] {
  const entries: string[] = [];
  let entry = '';
  let depth = 0;
  for (const sign of written) {
    if (sign === '(') depth++;
    if (sign === ')') depth = Math.max(0, depth - 1);
    if (depth === 0 && /[\s,]/.test(sign)) {
      if (entry !== '') entries.push(entry);
      entry = '';
    } else entry += sign;
  }
  return entry === '' ? entries : [...entries, entry];
}

/**
 * The text that agentskills.io wants, of what people write: a YAML list, or entries separated by commas.
 *
 * Undefined where the value is neither text nor a list of texts.
 */
export function readAllowedTools(key: string, value: unknown, report: FileReport): string | undefined {
  const written = Array.isArray(value) ? value.map(String).join(' ') : value;
  if (typeof written !== 'string') return undefined;
  const text = splitTools(written).join(' ');
  if (Array.isArray(value)) warn(key, 'is a list', text, report);
  else if (outsideParentheses(written).includes(',')) warn(key, 'is separated by commas', text, report);
  return text;
}

function warn(key: string, what: string, text: string, report: FileReport): void {
  const span = entrySpan(report, key);
  const fix = span && { file: report.file, ...span, replacement: `${key}: ${text}\n` };
  report.warn('skill-md/allowed-tools', [key], `${key} ${what}; agentskills.io wants one text separated by spaces`, {
    mend: `write ${key}: ${text}`,
    fix: fix && endsAtLine(report.text, fix.end) ? fix : undefined,
  });
}

function outsideParentheses(text: string): string {
  return text.replace(/\([^()]*\)/g, '');
}

function endsAtLine(text: string, end: number): boolean {
  return text[end - 1] === '\n';
}
