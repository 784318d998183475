import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { hashTree } from '../../src/pack/index.ts';
import { findDifferences, lockEntries, readLock, readProject } from '../../src/resolve/index.ts';
import { openStore } from '../../src/store/index.ts';
import { makeWorld, type World } from './world.ts';

const bin = fileURLToPath(new URL('../../bin/skills.js', import.meta.url));
const kills = 50;

describe('an install that is killed, and many at once', function () {
  this.timeout(240_000);
  let world: World;
  beforeEach(async () => {
    world = await makeWorld();
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`references/page-${index}.md`, `page ${index}\n`.repeat(200)]),
    );
    await world.publish('tables', { files });
    await world.publish('report', { dependencies: { tables: '^1' }, files });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  it(`leaves a whole store and project at ${kills} random moments, and works when repeated`, async () => {
    // How long each verb takes now: the machine may be busier or less so than a moment ago.
    const takes = {
      install: await timed(() => run(world, world.project, ['install', 'report'])),
      uninstall: await timed(() => run(world, world.project, ['uninstall', 'report'])),
    };
    let interrupted = 0;
    for (let round = 0; round < kills; round++) {
      // Every other round what is killed is an uninstall, or an install with everything in the store already.
      const verb =
        round % 2 === 0 || !existsSync(join(world.project, '.agents/skills/report')) ? 'install' : 'uninstall';
      const started = performance.now();
      const child = start(world, world.project, [verb, 'report']);
      const timer = setTimeout(() => child.kill('SIGKILL'), takes[verb] * (0.25 + 0.75 * random(round)));
      const { signal } = await ended(child);
      clearTimeout(timer);
      if (signal === 'SIGKILL') interrupted++;
      else takes[verb] = performance.now() - started;
      await checkWhole(world, `round ${round}`);
      if (round % 5 === 4) await run(world, world.project, [verb, 'report'], [0, 3]);
    }
    await run(world, world.project, ['install', 'report']);
    await checkWhole(world, 'at the end');
    expect(readdirSync(join(world.project, '.agents/skills')).sort()).to.deep.equal(['report', 'tables']);
    expect(interrupted, 'kills that came in time').to.be.greaterThan(kills / 4);
  });

  it('runs eight installs at once into one store, two in each of four projects', async () => {
    await world.publish('extra', { dependencies: { tables: '^1' } });
    const projects = [0, 1, 2, 3].map((index) => join(world.room, `project-${index}`));
    for (const project of projects) mkdirSync(project);
    await Promise.all(
      projects.flatMap((project) => ['report', 'extra'].map((name) => run(world, project, ['install', name]))),
    );
    for (const project of projects) {
      await checkWhole({ ...world, project }, project);
      expect(readdirSync(join(project, '.agents/skills')).sort()).to.deep.equal(['extra', 'report', 'tables']);
    }
  });
});

/** Nothing half-done is visible once the next command has looked: trees, lock, skills.json and agents' folders agree. */
async function checkWhole({ home, project }: Pick<World, 'home' | 'project'>, when: string): Promise<void> {
  const store = await openStore(home);
  for (const tree of store.listTrees()) {
    expect(hashTree(tree.path).contentDigest, `${when}: ${tree.path}`).to.equal(tree.contentDigest);
  }
  const read = (file: string) =>
    existsSync(join(project, file)) ? readFileSync(join(project, file), 'utf8') : undefined;
  const lock = readLock(read('skills.lock.json'), 'skills.lock.json');
  expect(findDifferences(readProject(read('skills.json')), lock), when).to.deep.equal([]);
  const placed = existsSync(join(project, '.agents/skills')) ? readdirSync(join(project, '.agents/skills')).sort() : [];
  expect(placed, `${when}: the agents' folder`).to.deep.equal(lockEntries(lock).map(({ name }) => name));
  for (const { name, contentDigest } of lockEntries(lock)) {
    expect(hashTree(join(project, '.agents/skills', name)).contentDigest, `${when}: ${name}`).to.equal(contentDigest);
  }
}

function start({ home, prefix, room }: World, cwd: string, args: readonly string[]): ChildProcess {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  return spawn(process.execPath, [bin, ...args], {
    cwd,
    env: { ...env, HOME: join(room, 'user'), SKILLS_HOME: home, SKILLS_REGISTRY: prefix },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(world: World, cwd: string, args: readonly string[], codes: readonly number[] = [0]): Promise<void> {
  const { code, output } = await ended(start(world, cwd, args));
  expect(codes, `skills ${args.join(' ')}: ${output}`).to.include(code);
}

function ended(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null; output: string }> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  }
  return new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal, output })));
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Spread over 0 to 1 and the same each time, so that a failure can be had again. */
function random(round: number): number {
  return (round * 0.618_033_988_75) % 1;
}
