import { isSkillsError, redact, type SkillsError, toSkillsError } from '../../core/index.ts';
import { currentInterrupt } from '../interrupt.ts';
import { paint } from './style.ts';
import { toUsageError } from './usage-error.ts';
import { writeJson, writeText } from './write.ts';

export interface ErrorReportOptions {
  /** One JSON document on standard output instead of lines on standard error. */
  readonly json: boolean;
  /** With causes and stacks. */
  readonly verbose: boolean;
  /** The command that failed, as it is written: `registry list`. */
  readonly command?: string | undefined;
}

/** Whether `--json` stands among the words, before a `--`. For errors that come before the words are parsed. */
export function isJsonWanted(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return (end < 0 ? words : words.slice(0, end)).includes('--json');
}

/**
 * Prints what happened, why, and what to do about it.
 *
 * @returns the exit code.
 */
export function reportError(thrown: unknown, { json, verbose, command }: ErrorReportOptions): number {
  const exit = exitRequest(thrown);
  if (exit !== undefined) return exit;
  const error = fromCommandLine(thrown, command);
  const exitCode = exitCodeOf(error);
  if (json) writeJson(process.stdout, errorDocument(error, exitCode));
  else writeText(process.stderr, formatError(error, verbose));
  return exitCode;
}

/** The document that `--json` prints for an error; its schema is schemas/output/error.json. */
export function errorDocument(error: SkillsError, exitCode: number) {
  const { code, message, data } = error;
  const hint = hintOf(error);
  const why = causes(error);
  return {
    error: {
      code,
      message,
      exitCode,
      ...(hint === undefined ? {} : { hint }),
      ...(why.length === 0 ? {} : { why }),
      ...(data === undefined ? {} : { data }),
    },
  };
}

/** Lines for a terminal: the message, then each cause that says more, then the hint, then the code. */
export function formatError(error: SkillsError, verbose: boolean): string {
  const lines = [`${paint('red', 'Error:', process.stderr)} ${error.message}`];
  for (const cause of causes(error)) lines.push(`  because ${cause}`);
  const hint = hintOf(error);
  if (hint !== undefined) lines.push(`${paint('cyan', 'What to do:', process.stderr)} ${hint}`);
  lines.push(paint('dim', `(${error.code})`, process.stderr));
  if (verbose) lines.push('', ...stacks(error));
  return `${lines.join('\n')}\n`;
}

function hintOf({ code, hint }: SkillsError): string | undefined {
  return hint ?? (code === 'ERR_INTERRUPTED' ? 'run it again: nothing was left half done' : undefined);
}

/** A signal's own code (128 + its number) for work that it stopped. */
function exitCodeOf(error: SkillsError): number {
  return error.code === 'ERR_INTERRUPTED' ? (currentInterrupt()?.exitCode ?? error.exitCode) : error.exitCode;
}

const deepestCause = 8;

function causes(error: Error): string[] {
  const found: string[] = [];
  let cause: unknown = error.cause;
  for (let depth = 0; depth < deepestCause && cause instanceof Error; depth++, cause = cause.cause) {
    if (cause.message && !isSaid(cause, error.message) && !found.includes(cause.message)) {
      found.push(redact(cause.message));
    }
  }
  return found;
}

/** The message of a wrapped error, or the system's code of it, is often repeated by the wrapper; so is that work was stopped. */
function isSaid(cause: Error & { readonly code?: unknown }, text: string): boolean {
  const { code, message, name } = cause;
  if (name === 'AbortError' || name === 'ExitPromptError' || text.includes(message)) return true;
  if (typeof code !== 'string') return false;
  // what Node and OpenSSL say of TLS is in our words then; their own give advice about Node
  return text.includes(`(${code})`) || (/^E[A-Z]+$/.test(code) && text.includes(code));
}

function stacks(error: Error): string[] {
  const lines: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < deepestCause && current instanceof Error; depth++, current = current.cause) {
    lines.push(`${depth === 0 ? '' : 'caused by '}${redact(current.stack ?? current.message)}`);
  }
  return lines;
}

/** oclif asks for an exit without a message by an error with the code EEXIT. */
function exitRequest(thrown: unknown): number | undefined {
  const { code, oclif } = thrown as { code?: unknown; oclif?: { exit?: number } };
  return code === 'EEXIT' ? (oclif?.exit ?? 0) : undefined;
}

function fromCommandLine(thrown: unknown, command: string | undefined): SkillsError {
  return isSkillsError(thrown) || !isOclifError(thrown) ? toSkillsError(thrown) : toUsageError(thrown, command);
}

function isOclifError(thrown: unknown): thrown is Error {
  return thrown instanceof Error && 'oclif' in thrown;
}
