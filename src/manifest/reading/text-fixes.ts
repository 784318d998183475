import type { Position } from '../../core/index.ts';
import type { TextFix } from '../problem.ts';
import type { FileReport, Path } from './file-report.ts';

/** Offset of a position in the text it counts in. */
function offsetOf(text: string, { line, column }: Position): number {
  let start = 0;
  for (let current = 1; current < line; current++) {
    const next = text.indexOf('\n', start);
    if (next < 0) return text.length;
    start = next + 1;
  }
  return Math.min(start + column - 1, text.length);
}

/** Where the key at `path` is written, if `key` stands there as it is (quoted keys too). */
function keySpan(report: FileReport, path: Path, key: string): { start: number; end: number } | undefined {
  const position = report.positionOf(path);
  if (!position) return undefined;
  const start = offsetOf(report.text, position);
  const quoted = ['"', "'"].includes(report.text[start] ?? '') ? 1 : 0;
  const from = start + quoted;
  return report.text.startsWith(key, from) ? { start: from, end: from + key.length } : undefined;
}

export function renameKey(report: FileReport, path: Path, from: string, to: string): TextFix | undefined {
  const span = keySpan(report, path, from);
  return span && { file: report.file, ...span, replacement: to };
}

/** Puts a one-line scalar in double quotes: `version: 1.0` becomes `version: "1.0"`. */
export function quoteScalar(report: FileReport, path: Path, source: string): TextFix | undefined {
  const position = report.positionOf(path);
  if (!position) return undefined;
  const from = offsetOf(report.text, position);
  const lineEnd = endOfLine(report.text, from);
  // after the key, so that `1: 1` quotes the value and not the key
  const colon = report.text.indexOf(':', from);
  const start = report.text.indexOf(source, colon >= 0 && colon < lineEnd ? colon : from);
  if (start < 0 || start + source.length > lineEnd) return undefined;
  return { file: report.file, start, end: start + source.length, replacement: JSON.stringify(source) };
}

/** The lines of a top-level entry of a block map: its own and all that are indented below it. */
export function entrySpan(report: FileReport, key: string): { start: number; end: number } | undefined {
  const position = report.positionOf([key]);
  if (position?.column !== 1) return undefined;
  const start = offsetOf(report.text, position);
  if (!report.text.startsWith(key, start)) return undefined;
  let end = nextLine(report.text, start);
  while (end < report.text.length && /^(?:[ \t]|- )/.test(report.text.slice(end, end + 2))) {
    end = nextLine(report.text, end);
  }
  return { start, end };
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end;
}

function nextLine(text: string, offset: number): number {
  return Math.min(endOfLine(text, offset) + 1, text.length);
}
