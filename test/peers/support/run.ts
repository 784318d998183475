import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

/** What a program did. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

const patience = 120_000;
const project = resolve(import.meta.dirname, '../../..');
/** The command line as it is published: `npm run test:peers` sets what it built aside, so that a build meanwhile changes nothing. */
export const cli = process.env.SKILLS_PEERS_CLI ?? join(project, 'bin/skills.js');

/** Runs a program to its end. */
export async function tryRun(program: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { cwd, env, input = '' } = options;
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, timeout: patience });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const code = await new Promise<number | null>((done, failed) => {
    child.once('error', failed);
    child.once('close', done);
  });
  return { code, stdout: stdout(), stderr: stderr() };
}

/** Runs a program that must end well; gives what it printed. */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await tryRun(program, args, options);
  if (code === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${stderr || stdout}`);
}

/** Runs the built command line as people do: a process of its own. */
export async function skills(args: readonly string[], options: RunOptions = {}): Promise<string> {
  return run(process.execPath, [cli, ...args], options);
}

/** A program that goes on until it is disposed of. */
export interface Running extends AsyncDisposable {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly output: () => string;
}

/** Starts a server and waits until `isReady` says so, for 30 seconds at most. */
export async function start(
  program: string,
  args: readonly string[],
  isReady: (output: string) => Promise<boolean> | boolean,
  options: RunOptions = {},
): Promise<Running> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const output = () => stdout() + stderr();
  const running = { child, output, [Symbol.asyncDispose]: () => stop(child) };
  const deadline = Date.now() + 30_000;
  while (!(await isReady(output()))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop(child);
      throw new Error(`${program} did not start:\n${output()}`);
    }
    await new Promise((done) => setTimeout(done, 30));
  }
  return running;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(timer);
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const pieces: Buffer[] = [];
  stream.on('data', (piece: Buffer) => pieces.push(piece));
  return () => Buffer.concat(pieces).toString('utf8');
}
