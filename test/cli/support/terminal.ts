import { spawn } from 'node:child_process';
import { bin, type RunOptions } from './run.ts';

/** What to wait for on the screen, and what is typed then. */
export type Dialogue = readonly (readonly [RegExp, string])[];

export interface TerminalResult {
  readonly code: number | null;
  /** All that was written to the terminal, with its control sequences. */
  readonly screen: string;
}

/** Milliseconds that one step of a dialogue may take. */
const patience = 20_000;

/**
 * Runs the real program on a terminal of its own, which `script` makes (util-linux, BSD), and talks with it. `CI` is not
 * set there.
 */
export async function typed(
  words: readonly string[],
  dialogue: Dialogue,
  { cwd, env = {} }: RunOptions = {},
): Promise<TerminalResult> {
  const command = [process.execPath, bin, ...words];
  const flags =
    process.platform === 'linux'
      ? ['-q', '-e', '-c', command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' '), '/dev/null']
      : ['-q', '/dev/null', ...command];
  const { PATH = '', NODE_V8_COVERAGE } = process.env;
  const child = spawn('script', flags, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { PATH, TERM: 'xterm', NO_COLOR: '1', ...(NODE_V8_COVERAGE ? { NODE_V8_COVERAGE } : {}), ...env },
  });
  let screen = '';
  let onText = () => {};
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    onText();
  });
  const end = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  const sees = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${pattern} on the screen: ${screen}`)), patience);
      const settle = (work: () => void) => {
        clearTimeout(timer);
        work();
      };
      onText = () => pattern.test(screen) && settle(resolve);
      end.then((code) => settle(() => reject(new Error(`ended with ${code} before ${pattern}: ${screen}`))), reject);
      onText();
    });
  try {
    for (const [pattern, text] of dialogue) {
      await sees(pattern);
      child.stdin.write(text);
    }
    return { code: await end, screen };
  } finally {
    child.stdin.destroy();
    child.kill();
  }
}
