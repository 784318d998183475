/**
 * Bundles `src` into `dist` (ESM, one chunk a command, linked source maps), when sources changed.
 *
 *     node tools/build.ts [--force] [--types] [--quiet]
 *
 * `THIRD_PARTY_NOTICES.md` names what was put into them, with its licences.
 * `--types` also writes `dist/index.d.ts` and `dist/service/index.d.ts`, which only the published package needs.
 */
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundleCode } from './build/code.ts';
import { bundleTypes } from './build/types.ts';
import { describeNotices } from './release/notices.ts';

const root = resolve(import.meta.dirname, '..');
process.chdir(root);
const noticesFile = 'THIRD_PARTY_NOTICES.md';
const options = new Set(process.argv.slice(2));
const say = (text: string) => options.has('--quiet') || process.stdout.write(`${text}\n`);

await step('dist/.stamp', 'code', () => bundleCode(root));
if (options.has('--types')) await step('dist/.stamp-types', 'types', bundleTypes);
if (!existsSync(noticesFile)) writeFileSync(noticesFile, describeNotices(root));

async function step(stampFile: string, what: string, work: () => Promise<void>): Promise<void> {
  const stamp = stampOfSources();
  if (!options.has('--force') && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) {
    say(`dist: ${what} is up to date`);
    return;
  }
  const start = performance.now();
  rmSync(noticesFile, { force: true });
  await work();
  writeFileSync(stampFile, stamp);
  say(`dist: ${what} built in ${Math.round(performance.now() - start)} ms`);
}

function stampOfSources(): string {
  const hash = createHash('sha256');
  const sources = globSync([
    'src/**/*.{ts,json,sql,html,css,js}',
    'tools/build.ts',
    'tools/build/*.ts',
    'tools/release/{notices,bundled,licences}.ts',
  ]).sort();
  for (const file of [...sources, 'package.json', 'package-lock.json']) {
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}
