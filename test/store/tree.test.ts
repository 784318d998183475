import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseDigest } from '../../src/core/index.ts';
import { hashTree } from '../../src/pack/index.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { addSkill, expectError, readFiles, skillFiles, unpacking, useTempDir, writeFiles } from './support.ts';

const dir = useTempDir();
const files = skillFiles('pdf', '1.0.0');

function markerOf(store: Store, folder: string): string {
  return join(store.home, '.state/v1/trees', `${folder}.json`);
}

/** As if the system had gone down since the tree was written. */
function rewriteMarker(store: Store, folder: string, change: object): void {
  const path = markerOf(store, folder);
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...change }));
}

function isSettled(store: Store, folder: string): boolean {
  return JSON.parse(readFileSync(markerOf(store, folder), 'utf8')).settled === true;
}

describe('store: adding a tree', () => {
  it('puts it at <name>/<version>, read-only, exec bits kept, and finds it', async () => {
    const store = await openStore(dir());
    const tree = await addSkill(store, 'pdf');
    expect(tree.path).equal(join(dir(), 'pdf/1.0.0'));
    expect(readFiles(tree.path)).deep.equal(files);
    expect(statSync(join(tree.path, 'SKILL.md')).mode & 0o777).equal(0o444);
    expect(statSync(join(tree.path, 'scripts/run.sh')).mode & 0o777).equal(0o555);
    expect(store.findTree({ name: 'pdf', version: '1.0.0' })).deep.equal(tree);
    expect(store.findTree({ name: 'pdf', version: '1.0.0', contentDigest: tree.contentDigest })).deep.equal(tree);
    expect(store.findTree({ name: 'pdf', version: '1.0.1' })).equal(undefined);
  });

  it('keeps its marker out of the tree: the content has its own digest', async () => {
    const tree = await addSkill(await openStore(dir()), 'pdf');
    expect(hashTree(tree.path).contentDigest).equal(tree.contentDigest);
  });

  for (const scope of ['@acme', 'acme']) {
    it(`puts the scope ${scope} before the name`, async () => {
      const store = await openStore(dir());
      const tree = await store.addTree({ name: 'pdf', scope, version: '2.0.0+build.1' }, unpacking(files));
      expect(tree.path).equal(join(dir(), '@acme/pdf/2.0.0+build.1'));
      expect(tree.scope).equal('@acme');
      expect(store.findTree({ name: 'pdf', scope: '@acme', version: '2.0.0+build.1' })).deep.equal(tree);
      expect(store.findTree({ name: 'pdf', version: '2.0.0+build.1' })).equal(undefined);
    });
  }

  it('does not unpack what is there already', async () => {
    const store = await openStore(dir());
    const tree = await addSkill(store, 'pdf');
    const again = await store.addTree({ ...tree }, () => expect.fail('unpacked again'));
    expect(again).deep.equal(tree);
  });

  it('gives another content of the same version a folder of its own', async () => {
    const store = await openStore(dir());
    const first = await addSkill(store, 'pdf');
    const second = await addSkill(store, 'pdf', '1.0.0', { 'SKILL.md': 'other' });
    expect(second.path).match(/pdf\/1\.0\.0~[0-9a-f]{12}$/);
    expect(readFiles(first.path)).deep.equal(files);
    expect(readFiles(second.path)).deep.equal({ 'SKILL.md': 'other' });
    for (const tree of [first, second]) expect(store.findTree(tree)).deep.equal(tree);
    expect(await addSkill(store, 'pdf', '1.0.0', { 'SKILL.md': 'other' })).deep.equal(second);
    expect(store.listTrees()).deep.equal([first, second]);
  });

  it('refuses content that the key does not promise, and keeps nothing', async () => {
    const store = await openStore(dir());
    const contentDigest = parseDigest(`sha256:${'0'.repeat(64)}`);
    const adding = store.addTree({ name: 'pdf', version: '1.0.0', contentDigest }, unpacking(files));
    await expectError(adding, 'ERR_DIGEST_MISMATCH', /pdf@1\.0\.0 unpacks to sha256:/);
    expect(existsSync(join(dir(), 'pdf'))).equal(false);
    expect(readdirSync(join(dir(), '.state/v1/staging'))).deep.equal([]);
  });

  it('keeps nothing of an unpacking that fails half way', async () => {
    const store = await openStore(dir());
    const adding = store.addTree({ name: 'pdf', version: '1.0.0' }, async (staging) => {
      writeFiles(staging, files);
      throw Object.assign(new Error('write failed'), { code: 'ENOSPC', path: staging });
    });
    const error = await expectError(adding, 'ERR_IO', /cannot store pdf\/1\.0\.0: .*no space is left/);
    expect(error.hint).match(/free some space/);
    expect(readdirSync(dir())).deep.equal(['.state']);
    expect(readdirSync(join(dir(), '.state/v1/staging'))).deep.equal([]);
  });

  for (const [title, key] of Object.entries({
    'a name with a path': { name: '../pdf', version: '1.0.0' },
    'a version with a path': { name: 'pdf', version: '../../1.0.0' },
    'a version that is a dot folder': { name: 'pdf', version: '..' },
    'a version with the mark of a suffix': { name: 'pdf', version: '1.0.0~abc' },
    'a scope with a path': { name: 'pdf', scope: '@a/../..', version: '1.0.0' },
    'a scope that climbs': { name: 'pdf', scope: '@a..b', version: '1.0.0' },
  })) {
    it(`refuses ${title}`, async () => {
      const store = await openStore(dir());
      await expectError(store.addTree(key, unpacking(files)), 'ERR_REFERENCE_INVALID', /not a|cannot be/);
      expect(readdirSync(dir())).deep.equal([]);
    });
  }

  it('survives twenty adds of the same tree at once', async () => {
    const store = await openStore(dir());
    const trees = await Promise.all(Array.from({ length: 20 }, () => addSkill(store, 'pdf')));
    expect(new Set(trees.map((tree) => tree.path))).deep.equal(new Set([join(dir(), 'pdf/1.0.0')]));
    expect(readdirSync(join(dir(), 'pdf'))).deep.equal(['1.0.0']);
    expect(readdirSync(join(dir(), '.state/v1/staging'))).deep.equal([]);
  });
});

describe('store: trees after an unclean stop', () => {
  it('does not see a tree without its marker, and completes it when it is added again', async () => {
    const store = await openStore(dir());
    const tree = await addSkill(store, 'pdf');
    rmSync(markerOf(store, 'pdf/1.0.0'));
    expect(store.findTree(tree)).equal(undefined);
    expect(store.listTrees()).deep.equal([]);
    expect(await addSkill(store, 'pdf')).deep.equal(tree);
    expect(store.findTree(tree)).deep.equal(tree);
  });

  it('does not let a marker speak for a folder that is gone, nor for one put there since', async () => {
    const store = await openStore(dir());
    const tree = await addSkill(store, 'pdf');
    rmSync(tree.path, { recursive: true });
    expect(store.findTree(tree)).equal(undefined);
    mkdirSync(tree.path);
    writeFileSync(join(tree.path, 'SKILL.md'), 'something else');
    expect(store.findTree(tree)).equal(undefined);
    expect(existsSync(tree.path), 'thrown away').equal(false);
  });

  it('hashes a tree of an earlier boot once, and then believes it', async () => {
    const store = await openStore(dir());
    const tree = await addSkill(store, 'pdf');
    rewriteMarker(store, 'pdf/1.0.0', { boot: 'an earlier one' });
    expect(isSettled(store, 'pdf/1.0.0')).equal(false);
    expect(store.findTree(tree)).deep.equal(tree);
    expect(isSettled(store, 'pdf/1.0.0')).equal(true);
  });

  it('throws away a tree that lost content, so that the caller builds it again', async () => {
    const store = await openStore(dir());
    const tree = await addSkill(store, 'pdf');
    rewriteMarker(store, 'pdf/1.0.0', { boot: 'an earlier one' });
    rmSync(join(tree.path, 'data.bin'));
    writeFileSync(join(tree.path, 'data.bin'), '');
    expect(store.findTree(tree)).equal(undefined);
    expect(existsSync(tree.path)).equal(false);
    expect(await store.addTree({ ...tree }, unpacking(files))).deep.equal(tree);
    expect(readFiles(tree.path)).deep.equal(files);
  });

  it('replaces the rest of an unclean stop that stands where a second content belongs', async () => {
    const store = await openStore(dir());
    await addSkill(store, 'pdf');
    const second = await addSkill(store, 'pdf', '1.0.0', { 'SKILL.md': 'other' });
    store.removeTree(second);
    writeFiles(second.path, { 'SKILL.md': '' });
    expect(await addSkill(store, 'pdf', '1.0.0', { 'SKILL.md': 'other' })).deep.equal(second);
    expect(readFiles(second.path)).deep.equal({ 'SKILL.md': 'other' });
  });

  it('passes over a broken marker', async () => {
    const store = await openStore(dir());
    const tree = await addSkill(store, 'pdf');
    writeFileSync(markerOf(store, 'pdf/1.0.0'), '{"format":1,');
    expect(store.findTree(tree)).equal(undefined);
    expect(await addSkill(store, 'pdf')).deep.equal(tree);
  });

  it('removes a tree, marker first', async () => {
    const store = await openStore(dir());
    const tree = await addSkill(store, 'pdf');
    store.removeTree(tree);
    expect(existsSync(tree.path)).equal(false);
    expect(store.findTree(tree)).equal(undefined);
    expect(readdirSync(join(dir(), '.state/v1/staging'))).deep.equal([]);
  });
});
