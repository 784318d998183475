import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveRegistry } from '../../src/oci/server/index.ts';
import { serveIndex } from '../../src/service/index.ts';
import { bin } from '../cli/support/run.ts';
import { root } from './pages.ts';

/** What the pages use besides `skills`. Nothing else is on the PATH, so that no agent of this machine is seen. */
const programs = ['awk', 'cat', 'chmod', 'cmp', 'cp', 'du', 'env', 'git', 'head', 'ls', 'mkdir', 'rm', 'sh', 'sort'];

/** How a command ended. */
export interface Ended {
  readonly output: string;
  readonly code: number | null;
}

/** An address as the pages write it, and the one that is really used. */
type Addresses = readonly (readonly [shown: string, real: string])[];

/** A person who follows a page: a home, a folder with the examples, a shell that remembers, and the two servers. */
export class Walk implements AsyncDisposable {
  readonly #room: string;
  readonly #addresses: Addresses;
  readonly #close: () => Promise<void>;

  private constructor(room: string, addresses: Addresses, close: () => Promise<void>) {
    this.#room = room;
    this.#addresses = addresses;
    this.#close = close;
  }

  static async open(): Promise<Walk> {
    const room = mkdtempSync(join(tmpdir(), 'skills-docs-'));
    for (const name of ['bin', 'home', 'work']) mkdirSync(join(room, name));
    writeFileSync(join(room, 'state.sh'), '');
    cpSync(join(root, 'examples'), join(room, 'work', 'examples'), { recursive: true });
    installPrograms(join(room, 'bin'));
    const registry = await serveRegistry({ dir: join(room, 'registry') });
    const index = await serveIndex({ registries: [{ host: registry.host }], token: 'demo', refresh: 0 });
    const addresses = [
      ['127.0.0.1:5000', registry.host],
      ['127.0.0.1:7080', new URL(index.url).host],
    ] as const;
    return new Walk(room, addresses, async () => {
      await index.close();
      await registry.close();
      rmSync(room, { recursive: true, force: true });
    });
  }

  /** Runs a command as it is written on a page; folders and variables last until the next one. */
  async run(command: string): Promise<Ended> {
    const state = join(this.#room, 'state.sh');
    const keep = `__code=$?\n{ export -p; printf "cd '%s'\\n" "$PWD"; } > '${state}'\nexit $__code`;
    const text = this.#addresses.reduce((line, [shown, real]) => line.replaceAll(shown, real), command);
    const { stdout, status } = await spawnQuietly(`exec 2>&1\n. '${state}'\n${text}\n${keep}`, {
      cwd: join(this.#room, 'work'),
      env: {
        PATH: join(this.#room, 'bin'),
        HOME: join(this.#room, 'home'),
        NO_COLOR: '1',
        LC_ALL: 'C',
        SKILLS_INDEX_TOKEN: 'demo',
        PYTHONDONTWRITEBYTECODE: '1',
        ...(process.env.NODE_V8_COVERAGE ? { NODE_V8_COVERAGE: process.env.NODE_V8_COVERAGE } : {}),
      },
    });
    return {
      output: this.#addresses.reduce((all, [shown, real]) => all.replaceAll(real, shown), stdout),
      code: status,
    };
  }

  /** Runs a TypeScript program in the folder where the last command ended. */
  async runProgram(text: string): Promise<Ended> {
    const file = join(this.#room, 'program.ts');
    writeFileSync(
      file,
      this.#addresses.reduce((line, [shown, real]) => line.replaceAll(shown, real), text),
    );
    return this.run(`node '${file}'`);
  }

  /** Publishes the example skills, each after what it depends on. */
  async publishExamples(): Promise<void> {
    for (const name of readdirSync(join(root, 'examples'))) {
      const { output, code } = await this.run(
        `skills publish examples/${name} --registry 127.0.0.1:5000/demo --index http://127.0.0.1:7080`,
      );
      if (code !== 0) throw new Error(`${name} is not published:\n${output}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}

/** The real path of a program that the machine may have; python3 is asked, for it is often a wrapper of a wrapper. */
export function findProgram(name: string): string | undefined {
  const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
  if (found.status !== 0) return undefined;
  if (name !== 'python3') return found.stdout.trim();
  const asked = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' });
  return asked.status === 0 ? asked.stdout.trim() : undefined;
}

function installPrograms(folder: string): void {
  const install = (name: string, line: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\nexec ${line} "$@"\n`);
    chmodSync(join(folder, name), 0o755);
  };
  for (const name of [...programs, 'python3']) {
    const path = findProgram(name);
    if (path) install(name, `'${path}'`);
  }
  install('node', `'${process.execPath}'`);
  install('skills', `'${process.execPath}' '${bin}'`);
}

interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Not spawnSync: the servers live in this process. */
async function spawnQuietly(
  script: string,
  { cwd, env }: Surroundings,
): Promise<{ stdout: string; status: number | null }> {
  const child = spawn('/bin/sh', ['-c', script], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    stdout += piece;
  });
  const status = await new Promise<number | null>((settle, fail) => child.on('error', fail).on('close', settle));
  return { stdout, status };
}
