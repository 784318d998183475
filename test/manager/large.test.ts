import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { hashTree } from '../../src/pack/index.ts';
import { makeWorld, type World, writeSkill } from './world.ts';

const bin = fileURLToPath(new URL('../../bin/skills.js', import.meta.url));
const MiB = 1024 * 1024;
const mostMemory = 200 * MiB;

describe('a skill of 300 MiB', function () {
  this.timeout(180_000);

  it('is pushed, pulled and installed by processes that stay under 200 MiB', async () => {
    await using world = await makeWorld();
    const folder = writeSkill(join(world.room, 'skills/large'), 'large');
    writeLarge(join(folder, 'data.bin'), 300);
    const reference = `${world.prefix}/large:1.0.0`;
    const push = await run(world, ['push', folder, reference]);
    const pull = await run(world, ['pull', reference]);
    const install = await run(world, ['install', reference]);
    expect({ push: push / MiB, pull: pull / MiB, install: install / MiB }).to.satisfy(
      (peaks: Record<string, number>) => Object.values(peaks).every((peak) => peak * MiB < mostMemory),
      `peaks in MiB: push ${Math.round(push / MiB)}, pull ${Math.round(pull / MiB)}, install ${Math.round(install / MiB)}`,
    );
    const placed = hashTree(join(world.project, '.agents/skills/large'));
    expect(placed.contentDigest).to.equal(hashTree(folder).contentDigest);
  });
});

/** Data that does not compress, made of one block of noise that is changed a little each time. */
function writeLarge(path: string, mebibytes: number): void {
  const block = Buffer.alloc(MiB);
  for (let index = 0; index < block.length; index++) block[index] = (index * 2_654_435_761) >>> 13;
  const file = openSync(path, 'w');
  for (let index = 0; index < mebibytes; index++) {
    block.writeUInt32LE(index, 0);
    writeSync(file, block);
  }
}

/** Runs the bin; gives the most memory it ever held, in bytes. Coverage would be memory of its own. */
async function run({ room, home, project, prefix }: World, args: readonly string[]): Promise<number> {
  const report = join(room, `rss-${args[0]}`);
  const probe = join(room, 'probe.mjs');
  mkdirSync(room, { recursive: true });
  writeFileSync(
    probe,
    `import { writeFileSync } from 'node:fs'; process.on('exit', () => writeFileSync(process.env.RSS_REPORT, String(process.resourceUsage().maxRSS * 1024)));`,
  );
  const { NODE_V8_COVERAGE: _coverage, NODE_EXTRA_CA_CERTS: _certificates, ...env } = process.env;
  const child = spawn(process.execPath, ['--import', pathToFileURL(probe).href, bin, ...args], {
    cwd: project,
    env: { ...env, HOME: join(room, 'user'), SKILLS_HOME: home, SKILLS_REGISTRY: prefix, RSS_REPORT: report },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect(code, complaint).to.equal(0);
  return Number(readFileSync(report, 'utf8'));
}
