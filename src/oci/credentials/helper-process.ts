import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { commandOf } from './executable.ts';
import type { Environment } from './places.ts';

/** What a program said before it ended. */
export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Why a program came to no end of its own. */
export type Trouble = 'cannot be started' | 'does not answer' | 'says too much';

/** Most that is read of each of its outputs, in bytes. */
const mostOutput = 64 * 1024;

/**
 * Runs a program with one word and a text on its standard input; never through a shell, and for no longer than `timeout`
 * milliseconds.
 */
export async function runProgram(
  file: string,
  word: string,
  input: string,
  { env, timeout }: { readonly env: Environment; readonly timeout: number },
): Promise<Ended | Trouble> {
  const { spawn } = await import('node:child_process');
  const command = commandOf(file, word, env);
  if (!command) return 'cannot be started';
  const child = spawn(command.file, command.words, {
    env,
    stdio: 'pipe',
    windowsHide: true,
    windowsVerbatimArguments: command.verbatim,
  });
  return waitFor(child, input, timeout);
}

function waitFor(child: ChildProcessWithoutNullStreams, input: string, timeout: number): Promise<Ended | Trouble> {
  return new Promise((resolve) => {
    const stop = (trouble: Trouble) => {
      child.kill('SIGKILL');
      // A child of the program may hold these open for long.
      for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy();
      settle(trouble);
    };
    const timer = setTimeout(() => stop('does not answer'), timeout);
    const settle = (result: Ended | Trouble) => {
      clearTimeout(timer);
      resolve(result);
    };
    const stdout = collect(child.stdout, () => stop('says too much'));
    const stderr = collect(child.stderr, () => stop('says too much'));
    child.once('error', () => settle('cannot be started'));
    child.once('close', (code) => settle({ code, stdout: stdout(), stderr: stderr() }));
    // A program that wants no input closes it.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

function collect(stream: NodeJS.ReadableStream, onTooMuch: () => void): () => string {
  const pieces: Buffer[] = [];
  let size = 0;
  stream.on('data', (piece: Buffer) => {
    size += piece.byteLength;
    if (size > mostOutput) onTooMuch();
    else pieces.push(piece);
  });
  stream.on('error', () => {});
  return () => Buffer.concat(pieces).toString('utf8');
}
