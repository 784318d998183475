import type { TextFix } from '../problem.ts';
import type { FileReport } from '../reading/file-report.ts';
import { isMap } from '../reading/prepare.ts';
import { entrySpan } from '../reading/text-fixes.ts';

/** Fields that other tools put at the top of SKILL.md, and where agentskills.io has room for them. */
const movable = ['version', 'author', 'authors', 'tags', 'keywords', 'homepage', 'repository', 'category'] as const;

/** Fields of one agent's own (Claude Code's documentation, "Frontmatter reference"). */
const claudeFields: readonly string[] = [
  'agent',
  'argument-hint',
  'arguments',
  'context',
  'disable-model-invocation',
  'effort',
  'hooks',
  'model',
  'paths',
  'shell',
  'user-invocable',
  'when_to_use',
];

type Raw = Readonly<Record<string, unknown>>;

/** Reports a field that agentskills.io does not have, with the change that moves it under `metadata` where it can. */
export function reportUnexpected(key: string, raw: Raw, report: FileReport): void {
  const { message, mend } = adviceFor(key);
  report.warn('skill-md/unexpected-field', [key], message, { mend, fix: moveToMetadata(key, raw, report) });
}

function adviceFor(key: string): { message: string; mend: string } {
  if (isMovable(key)) {
    return {
      message: `"${key}" stands at the top; agentskills.io has it under metadata`,
      mend: `write metadata.${key}`,
    };
  }
  if (claudeFields.includes(key)) {
    return {
      message: `"${key}" is a field of Claude Code; agentskills.io's validator refuses it`,
      mend: 'keep it if the skill is for Claude Code alone',
    };
  }
  return {
    message: `"${key}" is not a field of agentskills.io`,
    mend: 'take it out, or put it under metadata as a text',
  };
}

function isMovable(key: string): boolean {
  return (movable as readonly string[]).includes(key);
}

/** Each fix moves one field; the map is made by the first of them. */
function moveToMetadata(key: string, raw: Raw, report: FileReport): TextFix | undefined {
  const text = topText(key, raw, report);
  const span = entrySpan(report, key);
  if (!isMovable(key) || text === undefined || span === undefined) return undefined;
  const line = `  ${key}: ${JSON.stringify(text)}\n`;
  if (!isWritten('metadata', report)) {
    const first = movable.find((name) => textOf(raw[name]) !== undefined && entrySpan(report, name));
    // the others follow under the map that the first one makes, when the fixes are applied again
    return first === key ? { file: report.file, ...span, replacement: `metadata:\n${line}` } : undefined;
  }
  // `metadata:` without a value is filled: a second one would break the file
  const { metadata = {} } = raw;
  return isMap(metadata) ? moveInto(key, line, span, metadata, report) : undefined;
}

/** Whether the file has such a key, with a value or without: {@link FileReport.positionOf} falls back to what is around. */
function isWritten(key: string, { located }: FileReport): boolean {
  const value = located?.value;
  return isMap(value) && Object.keys(value).some((written) => written.toLowerCase().replace(/[-_]/g, '') === key);
}

function moveInto(
  key: string,
  line: string,
  span: { start: number; end: number },
  metadata: Raw,
  report: FileReport,
): TextFix | undefined {
  const map = entrySpan(report, 'metadata');
  if (!map) return undefined;
  const { text, file } = report;
  const headEnd = text.indexOf('\n', map.start) + 1;
  // a map in braces, or one indented in another way, is left to its author
  if (!/^metadata:[ \t]*\r?\n(?! [^ ]| {3}|\t|- )/.test(text.slice(map.start))) return undefined;
  const added = Object.hasOwn(metadata, key) ? '' : line;
  if (span.start > map.start) {
    return { file, start: headEnd, end: span.end, replacement: added + text.slice(headEnd, span.start) };
  }
  return { file, start: span.start, end: headEnd, replacement: text.slice(span.end, headEnd) + added };
}

/** One text of a scalar or a list of scalars. */
function textOf(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const parts = value.map(textOf);
    return parts.includes(undefined) ? undefined : parts.join(', ');
  }
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined;
}

/** A top-level scalar as it is written: `version: 1.0` is not the number 1. */
export function topText(key: string, raw: Raw, report: FileReport): string | undefined {
  return typeof raw[key] === 'number' ? (report.sourceOf([key]) ?? String(raw[key])) : textOf(raw[key]);
}
