import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '..', '..', '..');
const run = promisify(execFile);

/** An environment without the caller's settings, in which `node` is the Node that runs the tests. */
export function cleanEnv(home: string, more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { PATH = '', SystemRoot } = process.env;
  return {
    PATH: `${dirname(process.execPath)}${delimiter}${PATH}`,
    HOME: home,
    USERPROFILE: home,
    NO_COLOR: '1',
    NO_UPDATE_NOTIFIER: '1',
    ...(SystemRoot ? { SystemRoot } : {}),
    ...more,
  };
}

/** Runs npm in a folder, with a cache that is empty and no network. */
export async function npm(cwd: string, home: string, words: readonly string[]): Promise<string> {
  const flags = ['--offline', '--no-audit', '--no-fund', '--loglevel=error', '--cache', join(home, 'npm-cache')];
  const env = cleanEnv(home);
  const { stdout } = await run('npm', [...words, ...flags], { cwd, env, shell: process.platform === 'win32' });
  return stdout;
}

let packed: Promise<string> | undefined;

/** The tarball of what is built, made once a run: its absolute path. */
export function packOnce(): Promise<string> {
  packed ??= packNow();
  return packed;
}

async function packNow(): Promise<string> {
  await run(process.execPath, [join(root, 'tools', 'build.ts'), '--types', '--quiet'], { cwd: root });
  const folder = mkdtempSync(join(tmpdir(), 'skills-packed-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const stdout = await npm(root, folder, ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]);
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  return join(folder, filename);
}
