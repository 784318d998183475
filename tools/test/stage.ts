import { spawn } from 'node:child_process';

/** One step of `npm test`: a program that passes or fails as a whole. */
export interface Stage {
  readonly title: string;
  readonly command: readonly [string, ...string[]];
  /** Shows output while it runs, not only when it fails. */
  readonly live?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a stage, prints a line with its time, and its output where it failed. Resolves with whether it passed. */
export async function runStage({
  title,
  command: [program, ...args],
  live = false,
  env = {},
}: Stage): Promise<boolean> {
  const start = performance.now();
  const child = spawn(program, args, {
    stdio: live ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
  });
  const pieces: Buffer[] = [];
  child.stdout?.on('data', (piece: Buffer) => pieces.push(piece));
  child.stderr?.on('data', (piece: Buffer) => pieces.push(piece));
  const code = await new Promise<number | null>((resolve) => {
    child.on('error', (error) => {
      pieces.push(Buffer.from(`${error.message}\n`));
      resolve(1);
    });
    child.on('close', resolve);
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (code !== 0) process.stdout.write(Buffer.concat(pieces));
  process.stdout.write(`${code === 0 ? '✓' : '✗'} ${title} (${seconds} s)\n`);
  return code === 0;
}
