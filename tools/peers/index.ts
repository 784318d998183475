/**
 * `npm run test:peers`: our registry client, our command line and our embedded registry against programs that others made.
 *
 *     npm run test:peers                            what this machine has, or can build
 *     REQUIRE_PEERS=1 npm run test:peers            a peer that is absent is a failure
 *     PEERS_EXCEPT=zot,skills-oci REQUIRE_PEERS=1 … but for these
 *     npm run test:peers -- --grep oras             only these tests, by mocha's own arguments
 *     npm run test:peers -- --write                 writes docs/INTEROP.md and docs/conformance.md from the run
 *
 * The last line is `N passed, N failed`.
 */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findPeer, type Peer, peerNames } from '../../test/peers/setup/index.ts';
import { type Engine, findEngine } from '../../test/peers/support/engine.ts';
import type { Note } from '../../test/peers/support/peers.ts';
import { runStage } from '../test/stage.ts';
import { conformancePage } from './conformance-page.ts';
import { interopPage } from './interop-page.ts';

const root = resolve(import.meta.dirname, '../..');
process.chdir(root);
const write = process.argv.includes('--write');
const chosen = process.argv.slice(2).filter((argument) => argument !== '--write');
const isRequired = process.env.REQUIRE_PEERS === '1';
const excepted = new Set((process.env.PEERS_EXCEPT ?? '').split(',').map((name) => name.trim()));
const room = mkdtempSync(join(tmpdir(), 'skills-peers-run-'));
let passed = 0;
let failed = 0;

try {
  await runAll();
} finally {
  rmSync(room, { recursive: true, force: true });
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;

async function runAll(): Promise<void> {
  const found = peerNames.map((name) => {
    const peer = findPeer(name);
    process.stdout.write(`${lineOf(peer)}\n`);
    return peer;
  });
  if (await runStage({ title: 'build', command: [process.execPath, 'tools/build.ts', '--quiet'] })) passed++;
  else failed++;
  for (const part of ['bin', 'dist', 'package.json', 'oclif.manifest.json'])
    cpSync(part, join(room, 'app', part), { recursive: true });
  const { peers, engine } = await withEngine(found);
  await using _ended = engine;
  failed += peers.filter(isMissed).length;
  const notes = await runTests(peers, engine);
  for (const line of notes) {
    if (line.kind === 'absent') process.stdout.write(`not run, for want of ${line.peers.join(', ')}: ${line.title}\n`);
  }
  const missing = peers.filter(({ absent }) => absent !== undefined).map(({ name }) => name);
  if (missing.length > 0) process.stdout.write(`absent peers: ${missing.join(', ')}\n`);
  if (write) writePages(peers, notes);
}

/** The peers, and the Docker engine that runs; without one that runs, the program is as good as absent. */
async function withEngine(peers: Peer[]): Promise<{ peers: Peer[]; engine: Engine | undefined }> {
  const program = peers.find(({ name }) => name === 'dockerd')?.program;
  if (program === undefined) return { peers, engine: undefined };
  try {
    return { peers, engine: await findEngine(program) };
  } catch (error) {
    const absent = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    process.stdout.write(`dockerd does not run here: ${absent}\n`);
    const without = peers.map((peer) => {
      const { program: _, ...rest } = peer;
      return peer.name === 'dockerd' ? { ...rest, absent } : peer;
    });
    return { peers: without, engine: undefined };
  }
}

function isMissed({ name, absent }: Peer): boolean {
  return absent !== undefined && isRequired && !excepted.has(name);
}

function lineOf(peer: Peer): string {
  const { name, version, program, from, seconds, absent } = peer;
  if (absent !== undefined) return `${isMissed(peer) ? '✗' : '-'} ${name} ${version} is absent: ${absent}`;
  const time = seconds === undefined ? '' : `, built in ${seconds} s`;
  return `✓ ${name} ${version}: ${program} (${from}${time})`;
}

async function runTests(peers: readonly Peer[], engine: Engine | undefined): Promise<Note[]> {
  const [peersFile, notesFile, countsFile] = [join(room, 'peers.json'), join(room, 'notes'), join(room, 'counts.json')];
  writeFileSync(peersFile, JSON.stringify(peers));
  const ok = await runStage({
    title: 'tests',
    command: ['mocha', '--spec', 'test/peers/**/*.peer.ts', '--reporter', 'tools/test/reporter.cjs', ...chosen],
    live: true,
    env: {
      SKILLS_PEERS: peersFile,
      SKILLS_PEERS_NOTES: notesFile,
      SKILLS_TEST_COUNTS: countsFile,
      SKILLS_PEERS_CLI: join(room, 'app/bin/skills.js'),
      TESTCONTAINERS_RYUK_DISABLED: 'true',
      ...(engine ? { DOCKER_HOST: engine.address } : {}),
    },
  });
  const counts = existsSync(countsFile)
    ? JSON.parse(readFileSync(countsFile, 'utf8'))
    : { passes: 0, failures: 0, pending: 0 };
  passed += counts.passes;
  failed += counts.failures + counts.pending;
  if (!existsSync(countsFile) || (!ok && counts.failures === 0)) failed++;
  if (!existsSync(notesFile)) return [];
  const lines = readFileSync(notesFile, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

function writePages(peers: readonly Peer[], notes: readonly Note[]): void {
  writeFileSync(join(root, 'docs/INTEROP.md'), interopPage(peers, notes));
  const report = notes.find((line) => line.kind === 'conformance');
  if (report) writeFileSync(join(root, 'docs/conformance.md'), conformancePage(report.report, versionOf(peers)));
}

function versionOf(peers: readonly Peer[]): string {
  return peers.find(({ name }) => name === 'conformance')?.version ?? '';
}
