import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect } from 'chai';
import { streamOf } from '../../../src/core/index.ts';
import { LayoutRegistry, openLayout, verifyLayout } from '../../../src/oci/layout/index.ts';
import { blob, collect, config, expectError, index, manifest, push, read, useFolder } from './content.ts';

describe('oci/layout: a folder of layouts', () => {
  const folder = useFolder();

  for (const [name, path] of [
    ['pdf', 'pdf'],
    ['acme/skills/pdf', 'acme/skills/pdf'],
    ['a/blobs', 'a/_blobs'],
    ['a/oci-layout', 'a/_oci-layout'],
    ['index.json', '_index.json'],
    ['con', '_con'],
    ['aux.x/lpt1', '_aux.x/_lpt1'],
    ['console', 'console'],
    ['a/blobs-x', 'a/blobs-x'],
  ] as const) {
    it(`puts ${name} into ${path}, and lists it`, async () => {
      const registry = new LayoutRegistry(folder());
      await push(registry.repository(name), config);
      expect(relative(folder(), registry.repository(name).root)).to.equal(join(...path.split('/')));
      expect(await collect(registry.repositories())).to.deep.equal([name]);
    });
  }

  for (const name of [
    '',
    '.',
    '..',
    '../x',
    'a/../b',
    '/etc',
    'a//b',
    'a/',
    'A',
    'a\\b',
    'a\0',
    '_a',
    '.a',
    'C:/x',
    'x'.repeat(256),
  ]) {
    it(`refuses the name "${name.slice(0, 20)}"`, async () => {
      await expectError(
        () => new LayoutRegistry(folder()).repository(name),
        'ERR_REFERENCE_INVALID',
        /repository name/,
      );
    });
  }

  it('lists by bytes, and only what is a layout', async () => {
    const registry = new LayoutRegistry(folder(), { durable: false });
    for (const name of ['b', 'a/b', 'a', 'a-b', 'a/b/c/d']) await push(registry.repository(name), config);
    await registry.repository('begun').stage();
    for (const other of ['.hidden', 'empty', 'UPPER', '_odd']) mkdirSync(join(folder(), other));
    writeFileSync(join(folder(), 'file'), '');
    expect(registry.repositoryNames()).to.deep.equal(['a', 'a-b', 'a/b', 'a/b/c/d', 'b']);
    expect(new LayoutRegistry(join(folder(), 'none')).repositoryNames()).to.deep.equal([]);
  });

  it('takes a blob over as the same file', async () => {
    const registry = new LayoutRegistry(folder());
    const [from, to] = [registry.repository('from'), registry.repository('to')];
    const content = blob('shared');
    await push(from, content);
    expect(await to.mount(content.descriptor, 'from')).to.equal(true);
    expect(await to.mount(content.descriptor, 'from')).to.equal(true);
    expect(await to.mount(blob('other').descriptor, 'from')).to.equal(false);
    expect(await to.mount(blob('other').descriptor, 'none')).to.equal(false);
    const { digest } = content.descriptor;
    expect(statSync(to.pathOf(digest)).ino).to.equal(statSync(from.pathOf(digest)).ino);
    await from.delete(content.descriptor);
    expect(await read(to, content.descriptor)).to.equal('shared');
    expect((await verifyLayout(to.root)).problems).to.deep.equal([]);
  });

  it('removes old uploads of all repositories, and what killed pushes left', async () => {
    const registry = new LayoutRegistry(folder(), { durable: false });
    const uploads = await Promise.all(['a', 'b/c'].map((name) => registry.repository(name).stage()));
    writeFileSync(join(folder(), 'a', '.uploads', 'x.tmp'), '');
    expect(registry.expireUploads(60_000)).to.equal(0);
    const old = new Date(Date.now() - 120_000);
    utimesSync(join(folder(), 'a', '.uploads', uploads[0]?.id ?? ''), old, old);
    utimesSync(join(folder(), 'a', '.uploads', 'x.tmp'), old, old);
    expect(registry.expireUploads(60_000)).to.equal(2);
    expect(registry.repository('a').staged(uploads[0]?.id ?? '')).to.equal(undefined);
    expect(registry.repository('b/c').staged(uploads[1]?.id ?? '')?.offset).to.equal(0);
  });
});

describe('oci/layout: staged uploads', () => {
  const folder = useFolder();

  it('goes on in another process where one stopped', async () => {
    const first = await openLayout(folder()).stage('sha512');
    await first.append(streamOf(Buffer.from('one ')));
    const layout = openLayout(folder());
    expect(layout.uploads().map(({ id, size }) => ({ id, size }))).to.deep.equal([{ id: first.id, size: 4 }]);
    const second = layout.staged(first.id);
    await second?.append(streamOf(Buffer.from('two')));
    const content = blob('one two', 'sha512');
    expect(await second?.commit(content.descriptor.digest)).to.deep.equal(content.descriptor);
    expect(await read(layout, content.descriptor)).to.equal('one two');
    expect(layout.present).to.equal(true);
    expect(layout.uploads()).to.deep.equal([]);
  });

  it('refuses two writers at once', async () => {
    const upload = await openLayout(folder()).stage();
    const { promise, resolve } = Promise.withResolvers<Uint8Array>();
    async function* slow() {
      yield await promise;
    }
    const appended = upload.append(slow());
    await expectError(() => upload.append(streamOf()), 'ERR_BUSY', /another request/);
    await expectError(() => upload.commit(config.descriptor.digest), 'ERR_BUSY', /another request/);
    resolve(config.bytes);
    await appended;
    expect((await upload.commit(config.descriptor.digest)).size).to.equal(2);
  });

  it('drops what has another digest', async () => {
    const layout = openLayout(folder());
    const upload = await layout.stage();
    await upload.append(streamOf(Buffer.from('x')));
    await expectError(() => upload.commit(config.descriptor.digest), 'ERR_DIGEST_MISMATCH', /not sha256:44136f/);
    expect(layout.staged(upload.id)).to.equal(undefined);
    expect(existsSync(layout.pathOf(config.descriptor.digest))).to.equal(false);
  });

  for (const id of ['', 'x', '../index.json', '00000000-0000-4000-8000-000000000000', '..%2f']) {
    it(`knows no upload "${id}"`, () => {
      expect(openLayout(folder()).staged(id)).to.equal(undefined);
    });
  }
});

describe('oci/layout: fsck', () => {
  const folder = useFolder();
  const layer = blob('layer');
  const image = manifest([layer]);
  const list = index([image]);
  const path = (digest: string) => join(folder(), 'blobs', ...digest.split(':'));

  async function fill() {
    const layout = openLayout(folder(), { durable: false });
    await push(layout, config, layer, blob('wide', 'sha512'), image, list);
    await layout.tag(list.descriptor, 'v');
    return layout;
  }

  it('counts what is well', async () => {
    await fill();
    const report = await verifyLayout(folder());
    expect(report.problems).to.deep.equal([]);
    expect(report).to.include({ blobs: 5, manifests: 2 });
    expect(report.bytes).to.equal(2 + 5 + 4 + image.bytes.byteLength + list.bytes.byteLength);
  });

  it('says where there is no layout', async () => {
    await expectError(() => verifyLayout(join(folder(), 'none')), 'ERR_NOT_FOUND', /is no image layout/);
  });

  for (const [description, spoil, kinds] of [
    ['an altered blob', () => writeFileSync(path(layer.descriptor.digest), 'LAYER'), ['corrupt']],
    ['a blob that was cut off', () => writeFileSync(path(layer.descriptor.digest), ''), ['corrupt', 'incomplete']],
    ['a stray file', () => writeFileSync(path('sha256:x'), ''), ['stray']],
    [
      'a broken manifest',
      () => writeFileSync(path(image.descriptor.digest), 'x'.repeat(image.bytes.byteLength)),
      ['corrupt', 'invalid'],
    ],
    ['a broken index.json', () => writeFileSync(join(folder(), 'index.json'), '{'), ['invalid']],
    ['a broken oci-layout', () => writeFileSync(join(folder(), 'oci-layout'), '{}'), ['invalid']],
  ] as const) {
    it(`finds ${description}`, async () => {
      await fill();
      spoil();
      const { problems } = await verifyLayout(folder());
      expect([...new Set(problems.map(({ kind }) => kind))]).to.have.members(kinds);
    });
  }

  it('finds what is missing', async () => {
    const layout = await fill();
    await layout.delete(layer.descriptor);
    expect((await verifyLayout(folder())).problems.map(({ kind }) => kind)).to.deep.equal(['incomplete']);
    const text = readFileSync(join(folder(), 'index.json'), 'utf8');
    await layout.delete(image.descriptor);
    writeFileSync(join(folder(), 'index.json'), text);
    const kinds = (await verifyLayout(folder())).problems.map(({ kind }) => kind);
    expect(kinds).to.have.members(['missing', 'incomplete']);
    expect(readdirSync(join(folder(), 'blobs', 'sha256'))).to.have.length(2);
  });
});
