import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const examples = resolve(import.meta.dirname, '..', '..', 'examples');

export const names: readonly string[] = readdirSync(examples).toSorted();

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script of an example as an agent does: by its own first line and exec bit. */
export function runScript(
  script: string,
  args: readonly string[],
  { cwd, input }: { cwd: string; input?: string },
): Ran {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', NODE_V8_COVERAGE: undefined };
  const options = { cwd, env, encoding: 'utf8', ...(input === undefined ? {} : { input }) } as const;
  const { status, stdout, stderr, error } = spawnSync(join(examples, script), [...args], options);
  if (error) throw error;
  return { code: status, stdout, stderr };
}

const hasPython = spawnSync('python3', ['-c', 'pass']).status === 0;

/** A title for a test of a python script; where there is no python3 the test says so and ends. */
export function pythonTest(work: () => void): () => void {
  return () => {
    if (hasPython) work();
    else process.stdout.write('      (python3 is not on this machine: not run)\n');
  };
}
