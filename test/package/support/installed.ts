import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cleanEnv, npm, packOnce } from './packed.ts';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The packed tarball, installed globally into a prefix that was empty, on a machine of its own (home, cache, project). */
export class InstalledPackage implements AsyncDisposable {
  readonly path = mkdtempSync(join(tmpdir(), 'skills-installed-'));
  readonly prefix = join(this.path, 'prefix');
  readonly home = join(this.path, 'home');
  readonly project = join(this.path, 'project');
  /** What every command is told by the environment. */
  readonly env: Record<string, string> = {};
  readonly #servers: ChildProcessWithoutNullStreams[] = [];

  static async open(): Promise<InstalledPackage> {
    const installed = new InstalledPackage();
    for (const folder of [installed.prefix, installed.home, installed.project]) mkdirSync(folder);
    await npm(installed.path, installed.home, ['install', '--global', '--prefix', installed.prefix, await packOnce()]);
    return installed;
  }

  /** The program's file as npm linked it. */
  bin(name: string): string {
    return process.platform === 'win32' ? join(this.prefix, `${name}.cmd`) : join(this.prefix, 'bin', name);
  }

  async run(words: readonly string[], program = 'skills'): Promise<Ended> {
    const child = this.#spawn(program, words);
    child.stdin.end();
    const [stdout, stderr] = [gather(child.stdout), gather(child.stderr)];
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stdout: await stdout, stderr: await stderr };
  }

  /** Runs a command that must succeed, and returns the document that it prints. */
  async json<T>(...words: string[]): Promise<T> {
    const { code, stdout, stderr } = await this.run([...words, '--json']);
    if (code !== 0) throw new Error(`skills ${words.join(' ')} ended with ${code}: ${stdout}${stderr}`);
    return JSON.parse(stdout) as T;
  }

  /** Starts a server and waits for the line that says where it listens. */
  async serve(...words: string[]): Promise<{ url: string; token?: string }> {
    const child = this.#spawn('skills', [...words, '--json']);
    this.#servers.push(child);
    let text = '';
    for await (const piece of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
      text += piece;
      if (text.includes('\n')) return JSON.parse(text);
    }
    throw new Error(`skills ${words.join(' ')} ended before it listened: ${text}`);
  }

  /** Stops the servers as a person does, and returns their exit codes. */
  async stopServers(): Promise<(number | null)[]> {
    const ends = this.#servers.splice(0).map(async (child) => {
      const closed = once(child, 'close') as Promise<[number | null]>;
      child.stdout.resume();
      child.kill('SIGINT');
      return (await closed)[0];
    });
    return Promise.all(ends);
  }

  /** Writes a skill folder and returns it. */
  writeSkill(name: string, files: Readonly<Record<string, string>>): string {
    const folder = join(this.path, 'authored', name);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return folder;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopServers();
    rmSync(this.path, { recursive: true, force: true });
  }

  #spawn(program: string, words: readonly string[]): ChildProcessWithoutNullStreams {
    const env = cleanEnv(this.home, this.env);
    return spawn(this.bin(program), [...words], { cwd: this.project, env, shell: process.platform === 'win32' });
  }
}

async function gather(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const piece of stream.setEncoding('utf8')) text += piece;
  return text;
}
