import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchEnv } from './measure.ts';

export const project = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const cli = join(project, 'bin/skills.js');
const here = dirname(fileURLToPath(import.meta.url));

/** A folder that goes away, and a registry in a process of its own, so that it has the other core. */
export interface Ground extends AsyncDisposable {
  readonly room: string;
  /** `127.0.0.1:port` */
  readonly host: string;
}

export async function prepareGround(): Promise<Ground> {
  const room = mkdtempSync(join(tmpdir(), 'skills-bench-'));
  const child = fork(join(here, 'jobs/serve-registry.ts'), [join(room, 'registry')], {
    env: benchEnv(),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const host = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve(String(message)));
    child.once('exit', (code) => reject(new Error(`the registry ended with ${code}`)));
  });
  return {
    room,
    host,
    [Symbol.asyncDispose]: async () => {
      await stop(child);
      rmSync(room, { recursive: true, force: true });
    },
  };
}

async function stop(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

/** Pseudo-random bytes that do not compress and are the same every time (a xorshift of 32 bits). */
export function noise(length: number, seed = 1): Buffer {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = seed * 2654435761 || 1;
  for (let index = 0; index < words.length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  return Buffer.from(words.buffer, 0, length);
}

/** A skill of about 20 KB: instructions, a reference and a script. */
export function writeSmallSkill(folder: string, name: string, seed: number): void {
  mkdirSync(join(folder, 'references'), { recursive: true });
  mkdirSync(join(folder, 'scripts'), { recursive: true });
  const words =
    noise(12_000, seed)
      .toString('base64')
      .match(/.{1,60}/g)
      ?.join('\n') ?? '';
  writeFileSync(
    join(folder, 'SKILL.md'),
    `---\nname: ${name}\ndescription: Bench skill ${seed} that does nothing. Use it in benchmarks only.\nmetadata:\n  version: "1.0.0"\n---\n\n# ${name}\n\n${words.slice(0, 3000)}\n`,
  );
  writeFileSync(join(folder, 'references/notes.md'), words);
  writeFileSync(join(folder, 'scripts/run.sh'), `#!/bin/sh\necho ${name}\n`, { mode: 0o755 });
}
