import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..', '..', '..');
export const bin = join(root, 'bin', 'skills.js');

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the real program, in an environment without the caller's own settings. */
export function start(
  words: readonly string[],
  { cwd = root, env = {} }: RunOptions = {},
): ChildProcessWithoutNullStreams {
  const { PATH = '', NODE_V8_COVERAGE } = process.env;
  return spawn(process.execPath, [bin, ...words], {
    cwd,
    env: { PATH, NO_COLOR: '1', ...(NODE_V8_COVERAGE ? { NODE_V8_COVERAGE } : {}), ...env },
  });
}

/** Runs the real program to its end. */
export async function skills(words: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const child = start(words, options);
  child.stdin.end();
  return finished(child);
}

export async function finished(child: ChildProcessWithoutNullStreams): Promise<RunResult> {
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((settle, fail) => {
    child.on('error', fail).on('close', (...end) => settle(end));
  });
  return { code, signal, stdout, stderr };
}

/** Waits until the program has printed what `pattern` matches. */
export async function printed(child: ChildProcessWithoutNullStreams, pattern: RegExp): Promise<RegExpExecArray> {
  let text = '';
  return new Promise((settle, fail) => {
    const look = (piece: Buffer) => {
      text += piece.toString();
      const match = pattern.exec(text);
      if (match) settle(match);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.on('close', () => fail(new Error(`ended without printing ${pattern}: ${text}`)));
  });
}
