/**
 * `npm test`: builds if sources changed, lints, checks types and imports, and runs every test with coverage.
 *
 *     npm test                              everything
 *     npm test -- test/cli --grep push      only these tests, by mocha's own arguments; no other stage, no coverage
 *
 * Each check counts as one test. The last line is `N passed, N failed`.
 */
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runStage, type Stage } from './test/stage.ts';

const root = resolve(import.meta.dirname, '..');
process.chdir(root);
/** Code and configuration; Markdown is laid out by hand. */
const linted = [
  'src',
  'test',
  'tools',
  'bin',
  ...globSync('*.{json,mjs}').filter((file) => !/lock|manifest/.test(file)),
];
const chosen = process.argv.slice(2);
const room = mkdtempSync(join(tmpdir(), 'skills-test-'));
const countsFile = join(room, 'counts.json');
let passed = 0;
let failed = 0;

try {
  if (chosen.length > 0) await runChosen();
  else await runAll();
} finally {
  rmSync(room, { recursive: true, force: true });
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;

async function runAll(): Promise<void> {
  const start = performance.now();
  await check({ title: 'build', command: [process.execPath, 'tools/build.ts', '--types', '--quiet'] });
  // Two lanes: checking types takes about as long as the rest together.
  await Promise.all([
    check({ title: 'types', command: ['tsc', '-p', '.'] }),
    (async () => {
      await check({ title: 'lint', command: ['biome', 'check', '--error-on-warnings', ...linted] });
      await check({ title: 'imports', command: ['depcruise', '--config', '.dependency-cruiser.mjs', 'src'] });
      await check({ title: 'nothing unused', command: ['knip'] });
    })(),
  ]);
  // Two files at a time even on one core: most tests wait for programs that they started.
  const jobs = String(Math.max(2, availableParallelism()));
  await runTests(
    ['c8', '--clean', '--check-coverage=false', 'mocha', '--parallel', '--jobs', jobs, 'test/**/*.test.ts'],
    [],
  );
  await check({ title: 'coverage', command: ['c8', 'check-coverage', '--lines', '85'] });
  process.stdout.write(`in ${((performance.now() - start) / 1000).toFixed(0)} s\n`);
}

async function runChosen(): Promise<void> {
  await check({ title: 'build', command: [process.execPath, 'tools/build.ts', '--quiet'] });
  await runTests(['mocha'], chosen);
}

async function check(stage: Stage): Promise<void> {
  if (await runStage(stage)) passed++;
  else failed++;
}

/** Runs mocha and adds its counts; a run that ends without counts (a crash, a broken file) is one failure. */
async function runTests([program = 'mocha', ...args]: readonly string[], more: readonly string[]): Promise<void> {
  const reporter = ['--reporter', 'tools/test/reporter.cjs'];
  const ok = await runStage({
    title: 'tests',
    command: [program, ...args, ...reporter, ...more],
    live: true,
    env: { SKILLS_TEST_COUNTS: countsFile },
  });
  const counts = readCounts();
  passed += counts.passes;
  failed += counts.failures + counts.pending;
  // Counts without a failure beside a code other than 0: a worker that died, an error after the tests.
  if (!existsSync(countsFile) || (!ok && counts.failures === 0)) failed++;
  if (counts.pending > 0) process.stdout.write(`${counts.pending} tests are skipped: that counts as failed\n`);
}

function readCounts(): { passes: number; failures: number; pending: number } {
  if (!existsSync(countsFile)) return { passes: 0, failures: 0, pending: 0 };
  return JSON.parse(readFileSync(countsFile, 'utf8'));
}
