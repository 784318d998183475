import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { storePaths } from '../../src/store/home.ts';
import { openStore, type Store, type StoredTree } from '../../src/store/index.ts';
import { redo, undo } from '../../src/store/journal/apply.ts';
import { stageFile } from '../../src/store/journal/files.ts';
import { stagePlace } from '../../src/store/journal/places.ts';
import type { Journal } from '../../src/store/journal/types.ts';
import { bootId } from '../../src/store/owner.ts';
import { OutsideStaging } from '../../src/store/staging.ts';
import { addSkill, expectError, leftovers, readFiles, skillFiles, useTempDir, writeFiles } from './support.ts';

const dir = useTempDir();
const home = () => join(dir(), 'home');
const project = () => join(dir(), 'project');
const place = (name: string) => join(project(), '.agents/skills', name);
const lockFile = () => join(project(), 'skills.lock.json');
const paths = () => storePaths(home());

/** A project with pdf 1 and old, and a journal, written but not begun, that brings pdf 2 and new, and removes old. */
async function interrupted(): Promise<{ store: Store; journal: Journal; one: StoredTree; two: StoredTree }> {
  const store = await openStore(home());
  const [one, two] = [await addSkill(store, 'pdf', '1.0.0'), await addSkill(store, 'pdf', '2.0.0')];
  const [old, fresh] = [await addSkill(store, 'old'), await addSkill(store, 'new')];
  await store.commit({
    files: [{ path: lockFile(), content: 'before' }],
    places: [
      { path: place('pdf'), kind: 'copy', tree: one },
      { path: place('old'), kind: 'copy', tree: old },
    ],
  });
  const staging = new OutsideStaging(paths().staging);
  staging.open([dirname(lockFile()), dirname(place('pdf'))]);
  const file = stageFile({ path: lockFile(), content: 'after' }, staging);
  const places = [
    stagePlace({ path: place('pdf'), kind: 'copy', tree: two }, staging),
    stagePlace({ path: place('old'), kind: 'remove' }, staging),
    stagePlace({ path: place('new'), kind: 'copy', tree: fresh }, staging),
    stagePlace({ path: place('link'), kind: 'link', target: 'new' }, staging),
  ];
  const journal: Journal = { format: 1, id: staging.id, boot: bootId(), files: file ? [file] : [], places };
  writeFiles(paths().journal, { [`${journal.id}.json`]: JSON.stringify(journal) });
  return { store, journal, one, two };
}

function expectBefore(): void {
  expect(readFileSync(lockFile(), 'utf8')).equal('before');
  expect(readdirSync(join(project(), '.agents/skills')).filter((name) => !name.startsWith('.'))).deep.equal([
    'old',
    'pdf',
  ]);
  expect(readFiles(place('pdf'))).deep.equal(skillFiles('pdf', '1.0.0'));
}

function expectAfter(): void {
  expect(readFileSync(lockFile(), 'utf8')).equal('after');
  expect(readdirSync(join(project(), '.agents/skills')).filter((name) => !name.startsWith('.'))).deep.equal([
    'link',
    'new',
    'pdf',
  ]);
  expect(readFiles(place('pdf'))).deep.equal(skillFiles('pdf', '2.0.0'));
  expect(readFiles(place('new'))).deep.equal(skillFiles('new', '1.0.0'));
}

function expectClean(): void {
  expect(leftovers(home(), project())).deep.equal([]);
  expect(readdirSync(paths().journal)).deep.equal([]);
}

/** The single steps that a change consists of, in their order. */
function stepsOf({ files, places }: Journal): (() => void)[] {
  const steps: (() => void)[] = [];
  const move = (from: string | undefined, to: string) => {
    if (from) steps.push(() => existsSync(from) && renameSync(from, to));
  };
  for (const file of files) move(file.staged, file.path);
  for (const { path, staged, trash } of places) {
    move(path, trash);
    move(staged, path);
  }
  return steps;
}

describe('store: recovery', () => {
  for (let done = 0; done <= 8; done++) {
    it(`finishes a change that stopped after ${done} of 8 steps`, async () => {
      const { journal } = await interrupted();
      const steps = stepsOf(journal);
      expect(steps.length).equal(8);
      for (const step of steps.slice(0, done)) step();
      await openStore(home());
      expectAfter();
      expectClean();
    });

    it(`takes back a change that stopped after ${done} of 8 steps`, async () => {
      const { journal } = await interrupted();
      for (const step of stepsOf(journal).slice(0, done)) step();
      undo(journal);
      expectBefore();
      undo(journal);
      expectBefore();
    });
  }

  it('may be repeated, and may be stopped itself', async () => {
    const { journal } = await interrupted();
    for (let round = 0; round < 3; round++) {
      expect(redo(journal, paths())).deep.equal([]);
      expectAfter();
    }
    await openStore(home());
    expectAfter();
    expectClean();
  });

  it('knows afterwards that the places are untouched', async () => {
    const { two } = await interrupted();
    const store = await openStore(home());
    expect(store.checkPlace({ path: place('pdf'), contentDigest: two.contentDigest, files: two.files })).equal('same');
    await store.commit({ places: [{ path: place('pdf'), kind: 'remove' }] });
    expect(existsSync(place('pdf'))).equal(false);
  });

  it('leaves a file alone that somebody changed since', async () => {
    await interrupted();
    writeFileSync(lockFile(), 'by hand');
    await openStore(home());
    expect(readFileSync(lockFile(), 'utf8')).equal('by hand');
    expectClean();
  });

  it('leaves a place alone that somebody made since', async () => {
    await interrupted().then(({ journal }) =>
      stepsOf(journal)
        .slice(0, 2)
        .forEach((step) => void step()),
    );
    writeFiles(place('pdf'), { 'SKILL.md': 'somebody else' });
    await openStore(home());
    expect(readFiles(place('pdf'))).deep.equal({ 'SKILL.md': 'somebody else' });
    expect(existsSync(place('new'))).equal(true);
    expectClean();
  });

  it('does not bring back a project that was removed', async () => {
    await interrupted();
    rmSync(project(), { recursive: true });
    await openStore(home());
    expect(existsSync(project())).equal(false);
    expect(readdirSync(paths().journal)).deep.equal([]);
  });

  it('drops a staged copy that a crash of the system made holes in; the next install makes it anew', async () => {
    const { journal, store, two } = await interrupted();
    writeFileSync(join(journal.places[0]?.staged ?? '', 'SKILL.md'), '');
    writeFiles(paths().journal, { [`${journal.id}.json`]: JSON.stringify({ ...journal, boot: 'an earlier one' }) });
    await openStore(home());
    expect(readFiles(place('pdf'))).deep.equal(skillFiles('pdf', '1.0.0'));
    expect(readFiles(place('new'))).deep.equal(skillFiles('new', '1.0.0'));
    const expected = { path: place('pdf'), contentDigest: two.contentDigest, files: two.files };
    expect(store.checkPlace(expected)).equal('outdated');
    await store.commit({ places: [{ path: place('pdf'), kind: 'copy', tree: two }] });
    expectAfter();
  });

  it('throws away what never became a journal', async () => {
    await openStore(home());
    writeFiles(paths().journal, {
      'a-1-b.json': '{"format":1,"id',
      'a-1-b.json.1-ff.tmp': '{',
      'c.json': '{"format":99}',
    });
    await openStore(home());
    expectClean();
  });

  it('clears away what stopped processes staged, and nothing of those that live', async () => {
    const store = await openStore(home());
    const live = new OutsideStaging(paths().staging);
    live.open([join(project(), 'live')]);
    const [space] = live.id.split('-');
    // 2^22 is above the highest process id of Linux
    const dead = `${space}-4194305-aa`;
    const outside = join(project(), 'dead', `.skills-${dead}`);
    writeFiles(outside, { 'pdf.new/SKILL.md': 'half' });
    writeFiles(paths().staging, {
      [`${dead}.json`]: JSON.stringify({ format: 1, folders: [outside], made: [dirname(outside)] }),
      [`${space}-4194306-bb/SKILL.md`]: 'half',
    });
    await openStore(home());
    expect(existsSync(dirname(outside)), 'the folder that was made for it too').equal(false);
    expect(readdirSync(paths().staging)).deep.equal([`${live.id}.json`]);
    expect(existsSync(join(project(), 'live', `.skills-${live.id}`))).equal(true);
    live.close();
    expect(existsSync(project()), 'made for it, and empty').equal(false);
    expect(store.listTrees()).deep.equal([]);
  });

  it('of another boot or container, only after a day', async () => {
    await openStore(home());
    mkdirSync(join(paths().staging, '00000000-1-aa'), { recursive: true });
    await openStore(home());
    expect(readdirSync(paths().staging)).deep.equal(['00000000-1-aa']);
  });

  it('says where it is stuck when a change can neither be finished nor taken back', async () => {
    const { journal } = await interrupted();
    // What should be a file is a folder: it can be read no more than replaced.
    rmSync(lockFile());
    mkdirSync(lockFile());
    const error = await expectError(openStore(home()), 'ERR_IO', /neither be finished nor taken back/);
    expect(error.hint).include(`${journal.id}.json`);
    rmSync(lockFile(), { recursive: true });
    writeFileSync(lockFile(), 'before');
    await openStore(home());
    expectAfter();
  });
});
