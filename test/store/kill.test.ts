import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { hashTree } from '../../src/pack/index.ts';
import { storePaths } from '../../src/store/home.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { allSkills, lockText, readState, skillsOf, versionOf } from './states.ts';
import { addSkill, leftovers, readFiles, skillFiles, useTempDir } from './support.ts';

const kills = 50;
const walker = fileURLToPath(new URL('./children/walker.ts', import.meta.url));
const dir = useTempDir();
const home = () => join(dir(), 'home');
const project = () => join(dir(), 'project');
const place = (name: string) => join(project(), '.agents/skills', name);

/** Children compile the same sources sixty times: the cache, filled by one that ends in peace, makes them start sooner. */
function start(...steps: string[]): ChildProcess {
  const env = { ...process.env, NODE_COMPILE_CACHE: join(dir(), 'compiled') };
  return spawn(process.execPath, [walker, home(), project(), ...steps], { env, stdio: ['pipe', 'pipe', 'inherit'] });
}

async function startWalker(): Promise<ChildProcess> {
  const child = start();
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  return child;
}

async function killAfter(child: ChildProcess, milliseconds: number): Promise<void> {
  child.stdin?.write('go\n');
  await sleep(milliseconds);
  expect(child.exitCode, 'the child must not have failed by itself').equal(null);
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Holds at every moment, before anything is repaired: what can be seen at a place is one whole version. */
function expectNoHalfTrees(): void {
  for (const name of allSkills) {
    if (!existsSync(place(name))) continue;
    const seen = readFiles(place(name));
    const version = /version (\S+)\n/.exec(seen['SKILL.md'] ?? '')?.[1] ?? 'none';
    expect(seen, `${name} is ${version} in every file`).deep.equal(skillFiles(name, version));
  }
}

async function expectWholeTrees(store: Store): Promise<void> {
  for (const tree of store.listTrees()) expect(hashTree(tree.path).contentDigest).equal(tree.contentDigest);
}

/** After recovery: everything tells of one state. */
async function expectOneState(store: Store): Promise<number> {
  const state = readState(project());
  if (state > 0) expect(readFileSync(join(project(), 'skills.lock.json'), 'utf8')).equal(lockText(state));
  expect(existsSync(join(project(), 'skills.json')) ? readFiles(project())['skills.json'] : '{"state":0}').equal(
    JSON.stringify({ state }),
  );
  expect(store.index.entries.map(({ name, version }) => `${name}@${version}`)).deep.equal(
    skillsOf(state).map((name) => `${name}@${versionOf(state)}`),
  );
  for (const name of allSkills) await expectPlace(store, name, state);
  return state;
}

async function expectPlace(store: Store, name: string, state: number): Promise<void> {
  const link = join(project(), '.claude/skills', name);
  if (!skillsOf(state).includes(name)) {
    expect(existsSync(place(name)), `${name} is gone in state ${state}`).equal(false);
    expect(existsSync(link)).equal(false);
    return;
  }
  const tree = await addSkill(store, name, versionOf(state));
  const expected = { path: place(name), contentDigest: tree.contentDigest, files: tree.files };
  expect(store.checkPlace(expected, { hash: true }), `${name} in state ${state}`).equal('same');
  expect(store.checkPlace(expected)).equal('same');
  expect(readlinkSync(link)).equal(`../../.agents/skills/${name}`);
}

function expectClean(store: Store): void {
  expect(leftovers(home(), project())).deep.equal([]);
  for (const folder of [store.paths.journal, store.paths.staging]) {
    expect(existsSync(folder) ? readdirSync(folder) : [], folder).deep.equal([]);
  }
}

describe('store: killed at random moments', () => {
  it(`recovers from ${kills} kills to the state before or after, and goes on`, async function () {
    this.timeout(240_000);
    await once(start('0'), 'exit');
    const found = { journal: 0, staging: 0 };
    let reached = 0;
    let next = startWalker();
    for (let round = 0; round < kills; round++) {
      const child = await next;
      await killAfter(child, Math.random() * 300);
      // Starts while this one's traces are looked at; it waits for its word.
      next = startWalker();
      expectNoHalfTrees();
      const paths = storePaths(home());
      const before = readState(project());
      const journals = existsSync(paths.journal)
        ? readdirSync(paths.journal).filter((name) => name.endsWith('.json'))
        : [];
      if (journals.length > 0) found.journal++;
      if (leftovers(home(), project()).length > 0) found.staging++;
      const store = await openStore(home());
      const state = await expectOneState(store);
      expect(state - before, 'recovery goes on by one change at most').within(0, journals.length);
      expect(state).least(reached);
      reached = state;
      await expectWholeTrees(store);
      expectClean(store);
    }
    await killAfter(await next, 0);
    expect(reached, 'the children got somewhere between the kills').greaterThan(5);
    expect(found.staging, 'some kills hit a change at work').greaterThan(0);
    console.log(
      `      ${reached} changes, ${found.staging} kills inside of one, ${found.journal} with a journal to finish`,
    );
  });
});
