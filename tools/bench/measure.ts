import { spawn } from 'node:child_process';

/** One command as a whole process. */
export interface Command {
  readonly argv: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * A command that writes: what it is in each run, made before the clock starts. It must write where nothing was before:
 * ext4 is slow to use inodes that were removed in the last five seconds, so a folder that is emptied for each run would
 * measure that.
 */
export type CommandOfRun = Command | ((run: number) => Command);

/** A measured pair: what ours takes, what the floor takes, both medians in milliseconds, and the median of the ratios. */
export interface Pair {
  readonly ours: number;
  readonly floor: number;
  readonly ratio: number;
  readonly runs: number;
}

/** Runs the two in turn, so that a slow minute of the machine falls on both. The first round only warms up. */
export async function measurePair(ours: CommandOfRun, floor: CommandOfRun, runs: number): Promise<Pair> {
  const times = await measureInTurn({ ours, floor }, runs);
  return {
    ours: median(times.ours),
    floor: median(times.floor),
    ratio: median(times.ours.map((time, run) => time / (times.floor[run] ?? Number.NaN))),
    runs,
  };
}

/** Milliseconds of every run of every command, which run in turn. The first round only warms up. */
export async function measureInTurn<Name extends string>(
  commands: Readonly<Record<Name, CommandOfRun>>,
  runs: number,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(commands) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let run = 0; run <= runs; run++) {
    for (const name of names) {
      const took = await time(of(commands[name], run));
      if (run > 0) times[name].push(took);
    }
  }
  return times;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}

function of(command: CommandOfRun, run: number): Command {
  return typeof command === 'function' ? command(run) : command;
}

async function time({ argv, cwd, env }: Command): Promise<number> {
  const [command = '', ...args] = argv;
  const started = performance.now();
  const child = spawn(command, args, { cwd, env: { ...benchEnv(), ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const took = performance.now() - started;
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}: ${complaint.slice(-2000)}`);
  return took;
}

/** NODE_EXTRA_CA_CERTS costs some Nodes 50 ms a start, coverage and CI settings more; none of them is what is measured. */
export function benchEnv(): NodeJS.ProcessEnv {
  const {
    NODE_EXTRA_CA_CERTS: _certificates,
    NODE_V8_COVERAGE: _coverage,
    NODE_OPTIONS: _options,
    CI: _ci,
    ...env
  } = process.env;
  return env;
}
