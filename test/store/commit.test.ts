import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { openStore, type PlaceChange, type Store, type StoredTree, withEntry } from '../../src/store/index.ts';
import { addSkill, expectError, leftovers, readFiles, skillFiles, useTempDir, writeFiles } from './support.ts';

const dir = useTempDir();
const home = () => join(dir(), 'home');
const project = () => join(dir(), 'project');
const place = (name = 'pdf') => join(project(), '.agents/skills', name);
const link = (name = 'pdf') => join(project(), '.claude/skills', name);
const lockFile = () => join(project(), 'skills.lock.json');

async function twoVersions(): Promise<{ store: Store; one: StoredTree; two: StoredTree }> {
  const store = await openStore(home());
  return { store, one: await addSkill(store, 'pdf', '1.0.0'), two: await addSkill(store, 'pdf', '2.0.0') };
}

function copyOf(tree: StoredTree, more: Partial<PlaceChange> = {}): PlaceChange {
  return { path: place(tree.name), kind: 'copy', tree, ...more } as PlaceChange;
}

describe('store: committing a change', () => {
  it('writes index, files and places, and leaves nothing else', async () => {
    const { store, one } = await twoVersions();
    await store.commit({
      index: (index) =>
        withEntry(index, { name: 'pdf', version: '1.0.0', installedAt: '2026-01-01T00:00:00Z', source: 'x' }),
      files: [{ path: lockFile(), content: '{}\n' }],
      places: [copyOf(one), { path: link(), kind: 'link', target: '../../.agents/skills/pdf' }],
    });
    expect(store.index.entries).deep.equal([
      { name: 'pdf', version: '1.0.0', installedAt: '2026-01-01T00:00:00Z', source: 'x' },
    ]);
    expect(readFileSync(lockFile(), 'utf8')).equal('{}\n');
    expect(readFiles(place())).deep.equal(skillFiles('pdf', '1.0.0'));
    expect(readlinkSync(link())).equal('../../.agents/skills/pdf');
    expect(readFileSync(join(link(), 'SKILL.md'), 'utf8')).equal(skillFiles('pdf', '1.0.0')['SKILL.md']);
    expect(leftovers(home(), project())).deep.equal([]);
    expect(readdirSync(store.paths.journal)).deep.equal([]);
    expect(readdirSync(store.paths.staging)).deep.equal([]);
  });

  it('makes copies that agents may edit, never hard links to the store', async () => {
    const { store, one } = await twoVersions();
    await store.commit({ places: [copyOf(one)] });
    const copy = statSync(join(place(), 'SKILL.md'));
    expect(copy.mode & 0o777).equal(0o644);
    expect(copy.nlink).equal(1);
    expect(statSync(join(place(), 'scripts/run.sh')).mode & 0o777).equal(0o755);
    appendFileSync(join(place(), 'SKILL.md'), 'mine');
    expect(readFiles(one.path)).deep.equal(skillFiles('pdf', '1.0.0'));
  });

  it('replaces an unedited older version, and removes it', async () => {
    const { store, one, two } = await twoVersions();
    await store.commit({ places: [copyOf(one)] });
    await store.commit({ places: [copyOf(two)] });
    expect(readFiles(place())).deep.equal(skillFiles('pdf', '2.0.0'));
    await store.commit({ places: [{ path: place(), kind: 'remove' }] });
    expect(existsSync(place())).equal(false);
    await store.commit({ places: [{ path: place(), kind: 'remove' }] });
    expect(leftovers(home(), project())).deep.equal([]);
  });

  it('never overwrites edits silently; force does', async () => {
    const { store, one, two } = await twoVersions();
    await store.commit({ places: [copyOf(one)] });
    appendFileSync(join(place(), 'SKILL.md'), 'mine');
    const files = [{ path: lockFile(), content: 'new' }];
    for (const change of [copyOf(two), copyOf(one), { path: place(), kind: 'remove' } as const]) {
      const error = await expectError(store.commit({ files, places: [change] }), 'ERR_CONFLICT', /was edited/);
      expect(error.hint).match(/--force/);
    }
    expect(existsSync(lockFile()), 'nothing of the change is made').equal(false);
    expect(readFileSync(join(place(), 'SKILL.md'), 'utf8')).match(/mine$/);
    await store.commit({ files, places: [copyOf(two, { force: true })] });
    expect(readFiles(place())).deep.equal(skillFiles('pdf', '2.0.0'));
  });

  const foreign: Record<string, () => void> = {
    'a folder': () => writeFiles(place(), { 'SKILL.md': 'somebody else' }),
    'an empty folder': () => mkdirSync(place(), { recursive: true }),
    'a file': () => writeFiles(join(project(), '.agents/skills'), { pdf: 'a file' }),
    'a link to elsewhere': () => {
      writeFiles(join(dir(), 'elsewhere'), { 'SKILL.md': 'somebody else' });
      mkdirSync(join(project(), '.agents/skills'), { recursive: true });
      symlinkSync(join(dir(), 'elsewhere'), place());
    },
  };
  for (const [title, make] of Object.entries(foreign)) {
    it(`never replaces ${title} that is not ours, not even by force`, async () => {
      const { store, one } = await twoVersions();
      make();
      const before = lstatSync(place());
      const change = { files: [{ path: lockFile(), content: 'new' }], places: [copyOf(one, { force: true })] };
      const error = await expectError(store.commit(change), 'ERR_NOT_OURS', /was not installed by skills/);
      expect(error.exitCode).equal(4);
      expect(error.hint).match(/move it away/);
      await expectError(
        store.commit({ places: [{ path: place(), kind: 'remove', force: true }] }),
        'ERR_NOT_OURS',
        /left alone/,
      );
      await expectError(
        store.commit({ places: [{ path: place(), kind: 'link', target: one.path }] }),
        'ERR_NOT_OURS',
        /left alone/,
      );
      expect(lstatSync(place()).ino).equal(before.ino);
      expect(existsSync(lockFile())).equal(false);
      expect(leftovers(home(), project())).deep.equal([]);
    });
  }

  it('takes over a folder of exactly the wanted content: a vendored clone', async () => {
    const { store, one, two } = await twoVersions();
    writeFiles(place(), skillFiles('pdf', '1.0.0'));
    const before = statSync(place()).ino;
    await store.commit({ places: [copyOf(one)] });
    expect(statSync(place()).ino, 'not written again').equal(before);
    await store.commit({ places: [copyOf(two, { was: one.contentDigest })] });
    expect(readFiles(place())).deep.equal(skillFiles('pdf', '2.0.0'));
  });

  it('replaces a vendored older version that the lock names, and stops at an edited one', async () => {
    const { store, one, two } = await twoVersions();
    writeFiles(place(), skillFiles('pdf', '1.0.0'));
    await expectError(store.commit({ places: [copyOf(two)] }), 'ERR_NOT_OURS', /left alone/);
    await store.commit({ places: [copyOf(two, { ours: true, was: one.contentDigest })] });
    const other = { ...copyOf(two), path: place('other'), ours: true, was: one.contentDigest };
    writeFiles(place('other'), { ...skillFiles('pdf', '1.0.0'), 'SKILL.md': 'edited and committed' });
    await expectError(store.commit({ places: [other] }), 'ERR_CONFLICT', /was edited/);
  });

  it('moves a link to another version, and swaps a link for a copy', async () => {
    const { store, one, two } = await twoVersions();
    await store.commit({ places: [{ path: link(), kind: 'link', target: one.path }] });
    await store.commit({ places: [{ path: link(), kind: 'link', target: two.path }] });
    expect(readlinkSync(link())).equal(two.path);
    await store.commit({ places: [{ path: link(), kind: 'copy', tree: two }] });
    expect(lstatSync(link()).isDirectory()).equal(true);
    await store.commit({ places: [{ path: link(), kind: 'link', target: two.path }] });
    expect(lstatSync(link()).isSymbolicLink()).equal(true);
    expect(readFiles(two.path), 'the store is untouched').deep.equal(skillFiles('pdf', '2.0.0'));
  });

  it('restores exec bits that were lost', async () => {
    const { store, one } = await twoVersions();
    writeFiles(place(), { ...skillFiles('pdf', '1.0.0'), 'scripts/run.sh': '' });
    writeFileSync(join(place(), 'scripts/run.sh'), skillFiles('pdf', '1.0.0')['scripts/run.sh'] ?? '', { mode: 0o644 });
    writeFileSync(join(place(), 'data.bin'), skillFiles('pdf', '1.0.0')['data.bin'] ?? '');
    await store.commit({ places: [copyOf(one, { was: one.contentDigest })] });
    expect(statSync(join(place(), 'scripts/run.sh')).mode & 0o111).equal(0o111);
  });

  it('refuses two changes of one place', async () => {
    const { store, one, two } = await twoVersions();
    await expectError(store.commit({ places: [copyOf(one), copyOf(two)] }), 'ERR_CONFLICT', /written twice/);
    expect(existsSync(project())).equal(false);
  });

  it('changes nothing when the tree of one place is gone', async () => {
    const { store, one, two } = await twoVersions();
    const other = await addSkill(store, 'other');
    await store.commit({ files: [{ path: lockFile(), content: 'old' }], places: [copyOf(one)] });
    store.removeTree(other);
    const change = { files: [{ path: lockFile(), content: 'new' }], places: [copyOf(two), copyOf(other)] };
    await expectError(store.commit(change), 'ERR_NOT_FOUND', /missing from the store/);
    expect(readFileSync(lockFile(), 'utf8')).equal('old');
    expect(readFiles(place())).deep.equal(skillFiles('pdf', '1.0.0'));
    expect(leftovers(home(), project())).deep.equal([]);
  });

  it('removes folders again that it made for a change that failed', async () => {
    const { store } = await twoVersions();
    const other = await addSkill(store, 'other');
    store.removeTree(other);
    await expectError(store.commit({ places: [copyOf(other)] }), 'ERR_NOT_FOUND', /missing/);
    expect(existsSync(project())).equal(false);
  });

  it('removes files, keeps their modes, and writes nothing where nothing changes', async () => {
    const { store } = await twoVersions();
    writeFiles(project(), { 'a.json': 'a', 'b.json': 'b', 'c.json': 'c' });
    writeFileSync(join(project(), 'd.json'), 'd', { mode: 0o600 });
    utimesSync(join(project(), 'b.json'), 1, 1);
    await store.commit({
      files: [
        { path: join(project(), 'a.json'), content: null },
        { path: join(project(), 'b.json'), content: 'b' },
        { path: join(project(), 'c.json'), content: 'C' },
        { path: join(project(), 'd.json'), content: 'D' },
        { path: join(project(), 'never.json'), content: null },
      ],
    });
    expect(readFiles(project())).deep.equal({ 'b.json': 'b', 'c.json': 'C', 'd.json': 'D' });
    expect(statSync(join(project(), 'b.json')).mtimeMs).equal(1000);
    expect(statSync(join(project(), 'd.json')).mode & 0o777).equal(0o600);
  });

  it('does not touch anything for an empty change', async () => {
    const store = await openStore(home());
    await store.commit({});
    expect(existsSync(home())).equal(false);
  });
});
