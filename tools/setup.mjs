// Prepares a fresh clone: installs the locked dependencies when they changed. Runs under the machine's own Node
// (18 or newer), before Node 24 from tools/node24 is there, so: built-ins only, and no syntax that 18 does not read.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

const binaries = resolve('node_modules/.bin');
const env = { ...process.env, PATH: binaries + delimiter + process.env.PATH };
const stampFile = join('node_modules', '.skills-setup');

const hash = createHash('sha256');
for (const file of ['package-lock.json', 'package.json', 'tools/node24/package.json']) hash.update(readFileSync(file));
const stamp = hash.update(`${process.platform}-${process.arch}`).digest('hex');

if (read(stampFile) !== stamp) install();
checkNode();

function install() {
  process.stdout.write('Setting up: installing the locked dependencies (about 20 s the first time)\n');
  const npm = process.env.npm_execpath;
  const flags = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  // The machine's own node: `npm ci` deletes node_modules/.bin/node while it runs.
  const [command, args] = npm ? [process.env.npm_node_execpath || process.execPath, [npm, ...flags]] : ['npm', flags];
  const result = spawnSync(command, args, { stdio: ['ignore', 'pipe', 'inherit'], env, encoding: 'utf8' });
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout || ''}${result.error ? result.error.message : ''}\n`);
    process.exit(result.status || 1);
  }
  mkdirSync('node_modules', { recursive: true });
  writeFileSync(stampFile, stamp);
}

function checkNode() {
  const { stdout } = spawnSync('node', ['-v'], { env, encoding: 'utf8' });
  const [major, minor] = String(stdout).trim().slice(1).split('.').map(Number);
  const fits = (major === 22 && minor >= 22) || (major === 24 && minor >= 15) || major >= 26;
  if (fits) return;
  process.stderr.write(
    `skills is built with Node 22.22.2, 24.15 or 26 and newer; this machine offers ${String(stdout).trim() || 'none'}\n`,
  );
  process.exit(2);
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
