import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Digester, mediaTypes, sha256 } from '../../../src/core/index.ts';
import { ArchiveTarget, copy, MemoryTarget, openLayout, openLayoutAt, verifyLayout } from '../../../src/oci/index.ts';
import { artifact, index, manifest, otherDigest, piece, sourceOf, store } from '../support/artifact.ts';
import { failureOf, listOf, textOf } from '../support/failure.ts';
import { tarFolder, writeTar } from './tars.ts';

const { config, layer, root } = artifact();
const second = manifest(config.descriptor, [layer.descriptor], { annotations: { n: '2' } });
const list = index([root.descriptor, second.descriptor]);
const signature = manifest(config.descriptor, [], { artifactType: 'application/sig', subject: root.descriptor });

describe('an image layout in a tar', () => {
  let room: string;
  let file: string;
  beforeEach(() => {
    room = mkdtempSync(join(tmpdir(), 'skills-archive-'));
    file = join(room, 'x.tar');
  });
  afterEach(() => rmSync(room, { recursive: true, force: true }));

  const leftovers = () => readdirSync(room).filter((name) => name !== 'x.tar');

  async function source() {
    const memory = new MemoryTarget();
    await store(memory, config, layer, root, second, list, signature);
    await memory.tag(root.descriptor, '1.0.0');
    await memory.tag(list.descriptor, 'list');
    return memory;
  }

  async function written() {
    const archive = new ArchiveTarget(file);
    await copy(await source(), '1.0.0', archive, '1.0.0', { referrers: true, alsoTags: ['latest'] });
    return archive;
  }

  it('is written, and read where it lies', async () => {
    await written();
    const archive = new ArchiveTarget(file);
    expect(archive.present).to.equal(true);
    expect(await listOf(archive.tags())).to.deep.equal(['1.0.0', 'latest']);
    expect(await archive.resolve('latest')).to.deep.equal(root.descriptor);
    expect((await archive.fetchReference('1.0.0')).bytes).to.deep.equal(root.bytes);
    expect(await textOf(await archive.fetch(layer.descriptor))).to.equal('the layer');
    expect(await textOf(await archive.fetchRange(layer.descriptor, 4, 100))).to.equal('layer');
    expect((await listOf(archive.referrers(root.descriptor))).map(({ digest }) => digest)).to.deep.equal([
      signature.descriptor.digest,
    ]);
    expect(leftovers()).to.deep.equal([]);
  });

  it('is a layout for tar and for others, its entries in order', async () => {
    await written();
    const names = execFileSync('tar', ['-tf', file], { encoding: 'utf8' }).trim().split('\n');
    expect(names.slice(0, 4)).to.deep.equal(['oci-layout', 'index.json', 'blobs/', 'blobs/sha256/']);
    expect(names.slice(4))
      .to.deep.equal([...names.slice(4)].sort())
      .and.have.length(4);
    const folder = join(room, 'unpacked');
    mkdirSync(folder);
    execFileSync('tar', ['-xf', file, '-C', folder]);
    expect(await verifyLayout(folder)).to.deep.include({ problems: [], manifests: 2, blobs: 4 });
    expect((await openLayout(folder).resolve('1.0.0')).digest).to.equal(root.descriptor.digest);
  });

  it('has the same bytes whatever the order was in which it was made', async () => {
    const from = await source();
    await written();
    const first = readFileSync(file);
    const other = new ArchiveTarget(join(room, 'y.tar'));
    await copy(from, '1.0.0', other, 'latest', { concurrency: 1 });
    await copy(from, '1.0.0', other, '1.0.0', { referrers: true });
    expect(readFileSync(other.root).equals(first)).to.equal(true);
  });

  it('is read as GNU tar packs a layout folder, with ./ before its paths', async () => {
    const folder = join(room, 'layout');
    await copy(await source(), 'list', openLayout(folder), '2.0.0');
    const archive = new ArchiveTarget(tarFolder(folder, file));
    const back = new MemoryTarget();
    await copy(archive, '2.0.0', back, 'x');
    for (const { descriptor } of [config, layer, root, second, list])
      expect(await back.exists(descriptor)).to.equal(true);
    expect((await archive.resolve(layer.descriptor.digest)).mediaType).to.equal(mediaTypes.octetStream);
    expect(await archive.resolve(second.descriptor.digest)).to.deep.equal(second.descriptor);
  });

  it('keeps what it held when something is added', async () => {
    await written();
    const archive = new ArchiveTarget(file);
    await copy(await source(), 'list', archive, '2.0.0');
    expect(await listOf(archive.tags())).to.deep.equal(['1.0.0', '2.0.0', 'latest']);
    expect(await textOf(await archive.fetch(layer.descriptor))).to.equal('the layer');
    expect(await listOf(archive.referrers(root.descriptor))).to.have.length(1);
    expect(leftovers()).to.deep.equal([]);
  });

  it('takes tags away, and manifests, and what nothing names any more is not written', async () => {
    const archive = await written();
    await archive.untag('latest');
    await archive.delete(root.descriptor);
    expect(await listOf(archive.tags())).to.deep.equal([]);
    expect(await archive.exists(layer.descriptor)).to.equal(false);
    expect(await archive.exists(config.descriptor)).to.equal(true);
    await failureOf(() => archive.untag('none'), 'ERR_NOT_FOUND', /no tag "none"/);
    await failureOf(() => archive.tag(layer.descriptor, 'x'), 'ERR_BLOB_UNKNOWN');
  });

  it('is a target piece by piece too', async () => {
    const archive = new ArchiveTarget(file);
    for (const { descriptor, bytes } of [config, layer]) await archive.push(descriptor, sourceOf(bytes));
    expect(existsSync(file)).to.equal(false);
    expect(await archive.exists(layer.descriptor)).to.equal(true);
    await archive.push(root.descriptor, sourceOf(root.bytes));
    await archive.tag(root.descriptor, '1.0.0');
    await archive.put(signature.descriptor, sourceOf(signature.bytes), ['sig']);
    expect(await listOf(archive.tags())).to.deep.equal(['1.0.0', 'sig']);
    expect(leftovers()).to.deep.equal([]);
  });

  it('keeps content that was pushed by itself until a manifest names it', async () => {
    const archive = new ArchiveTarget(file);
    const other = artifact('another layer');
    await store(archive, config, layer, other.layer, root);
    expect(await new ArchiveTarget(file).exists(other.layer.descriptor)).to.equal(false);
    expect(await archive.exists(other.layer.descriptor)).to.equal(true);
    await store(archive, other.root);
    expect(await new ArchiveTarget(file).exists(other.layer.descriptor)).to.equal(true);
    expect(leftovers()).to.deep.equal([]);
  });

  it('takes blobs of sha512 too', async () => {
    const bytes = Buffer.from('long');
    const digest = new Digester('sha512').update(bytes).digest();
    const long = { mediaType: 'application/x', digest, size: bytes.length };
    const holder = manifest(config.descriptor, [long]);
    const archive = new ArchiveTarget(file);
    await archive.change(async (layout) => {
      await layout.push(long, sourceOf(bytes));
      await layout.push(config.descriptor, sourceOf(config.bytes));
      await layout.put(holder.descriptor, sourceOf(holder.bytes), ['1']);
    });
    expect(await textOf(await new ArchiveTarget(file).fetch(long))).to.equal('long');
  });

  it('makes several changes at once, or none', async () => {
    const archive = await written();
    const before = readFileSync(file);
    const from = await source();
    await failureOf(
      () =>
        archive.change(async (layout) => {
          await copy(from, 'list', layout, '2.0.0');
          throw new Error('no');
        }),
      'ERR_INTERNAL',
    );
    expect(readFileSync(file).equals(before)).to.equal(true);
    expect(leftovers()).to.deep.equal([]);
    await archive.change(async (layout) => {
      await copy(from, 'list', layout, '2.0.0');
      await layout.untag('latest');
    });
    expect(await listOf(archive.tags())).to.deep.equal(['1.0.0', '2.0.0']);
  });

  it('makes changes that come at the same time one after the other', async () => {
    const archive = new ArchiveTarget(file);
    const from = await source();
    await Promise.all(['a', 'b', 'c'].map((tag) => copy(from, '1.0.0', archive, tag)));
    expect(await listOf(archive.tags())).to.deep.equal(['a', 'b', 'c']);
  });

  it('is copied within itself', async () => {
    await written();
    await copy(new ArchiveTarget(file), '1.0.0', new ArchiveTarget(file), '2.0.0', { referrers: true });
    expect(await listOf(new ArchiveTarget(file).tags())).to.deep.equal(['1.0.0', '2.0.0', 'latest']);
  });

  it('is replaced as a whole, unless it is something else', async () => {
    const archive = await written();
    const from = await source();
    await archive.replace((layout) => copy(from, 'list', layout, '2.0.0'));
    expect(await listOf(archive.tags())).to.deep.equal(['2.0.0']);
    expect(await archive.exists(signature.descriptor)).to.equal(false);
    await failureOf(
      () =>
        archive.replace(async () => {
          throw new Error('no');
        }),
      'ERR_INTERNAL',
    );
    expect(await listOf(archive.tags())).to.deep.equal(['2.0.0']);
    writeFileSync(file, 'my notes');
    await failureOf(() => archive.replace((layout) => copy(from, 'list', layout, 'x')), 'ERR_FILE_INVALID');
    expect(readFileSync(file, 'utf8')).to.equal('my notes');
  });

  it('is not written where nothing changed', async () => {
    const archive = await written();
    const stamp = () => execFileSync('stat', ['-c', '%i', file], { encoding: 'utf8' });
    const before = stamp();
    await copy(await source(), '1.0.0', archive, '1.0.0');
    expect(stamp()).to.equal(before);
  });

  it('leaves what somebody else made of it meanwhile', async () => {
    const archive = await written();
    const from = await source();
    await failureOf(
      () =>
        archive.change(async (layout) => {
          await copy(from, 'list', layout, '2.0.0');
          await copy(from, '1.0.0', new ArchiveTarget(file), 'theirs');
        }),
      'ERR_CONFLICT',
      /changed by somebody else/,
    );
    expect(await listOf(archive.tags()))
      .to.include('theirs')
      .and.not.include('2.0.0');
    expect(leftovers()).to.deep.equal([]);
  });

  it('removes what a writer left that was killed, and nothing else', async () => {
    const dead = `${file}.999999999-0123456789ab.tmp`;
    const living = `${file}.${process.pid}-0123456789ab.tmp`;
    mkdirSync(join(dead, 'blobs'), { recursive: true });
    for (const other of [living, `${file}.note`]) writeFileSync(other, '');
    await written();
    expect(leftovers().sort()).to.deep.equal([`x.tar.${process.pid}-0123456789ab.tmp`, 'x.tar.note'].sort());
  });

  it('ends on a signal with what was there before', async () => {
    await written();
    const before = readFileSync(file);
    const stop = new AbortController();
    const from = await source();
    await failureOf(
      () =>
        copy(from, 'list', new ArchiveTarget(file), '2.0.0', {
          signal: stop.signal,
          onProgress: () => stop.abort(),
        }),
      'ERR_INTERRUPTED',
    );
    expect(readFileSync(file).equals(before)).to.equal(true);
    expect(leftovers()).to.deep.equal([]);
  });

  it('that is not there has nothing, and says so', async () => {
    const archive = new ArchiveTarget(file);
    expect(archive.present).to.equal(false);
    expect(await listOf(archive.tags())).to.deep.equal([]);
    expect(await archive.exists(layer.descriptor)).to.equal(false);
    const error = await failureOf(() => archive.resolve('1.0.0'), 'ERR_NOT_FOUND', /x\.tar has no "1\.0\.0"/);
    expect(error.message).to.match(/no image layout at this place$/);
    expect(error.hint).to.equal('check the path');
  });

  for (const [what, entries, reason] of [
    ['no index.json', [['oci-layout', '{"imageLayoutVersion":"1.0.0"}']], /has no index\.json in it/],
    ['no oci-layout', [['index.json', '{"manifests":[]}']], /has no oci-layout in it/],
    [
      'an oci-layout that is no JSON',
      [
        ['oci-layout', '{'],
        ['index.json', '{}'],
      ],
      /oci-layout is no JSON/,
    ],
    [
      'another version',
      [
        ['oci-layout', '{"imageLayoutVersion":"2"}'],
        ['index.json', '{}'],
      ],
      /has the version "2"/,
    ],
    [
      'an index.json that is none',
      [
        ['oci-layout', '{"imageLayoutVersion":"1.0.0"}'],
        ['index.json', '[]'],
      ],
      /is no index/,
    ],
  ] as const) {
    it(`with ${what} is refused, to be read or written`, async () => {
      writeTar(file, ...entries);
      await failureOf(() => new ArchiveTarget(file).resolve('x'), 'ERR_FILE_INVALID', reason);
      const from = await source();
      await failureOf(() => copy(from, '1.0.0', new ArchiveTarget(file), 'x'), 'ERR_FILE_INVALID', reason);
      expect(leftovers()).to.deep.equal([]);
    });
  }

  it('gives out nothing altered, and does not take it along either', async () => {
    await written();
    const bytes = readFileSync(file);
    bytes.write('THE', bytes.indexOf('the layer'), 'latin1');
    writeFileSync(file, bytes);
    const archive = new ArchiveTarget(file);
    await failureOf(async () => textOf(await archive.fetch(layer.descriptor)), 'ERR_DIGEST_MISMATCH', /x\.tar, blobs/);
    const from = await source();
    await failureOf(() => copy(from, 'list', archive, '2.0.0'), 'ERR_DIGEST_MISMATCH');
    await failureOf(() => archive.fetch({ ...layer.descriptor, digest: otherDigest }), 'ERR_BLOB_UNKNOWN');
    expect(sha256(readFileSync(file))).to.equal(sha256(bytes));
  });

  it('goes through large blobs in pieces', async () => {
    const large = piece('application/x', Buffer.alloc(5_000_000, 'abc'));
    const holder = manifest(config.descriptor, [large.descriptor]);
    const memory = new MemoryTarget();
    await store(memory, config, large, holder);
    await copy(memory, holder.descriptor.digest, new ArchiveTarget(file), '1');
    const pieces = await listOf(await new ArchiveTarget(file).fetch(large.descriptor));
    expect(pieces.length).to.be.above(3);
    expect(Buffer.concat(pieces).equals(large.bytes)).to.equal(true);
  });

  it('is what a path stands for that is a file, or ends in .tar and is nothing yet', async () => {
    expect(openLayoutAt(file)).to.be.instanceOf(ArchiveTarget);
    writeTar(join(room, 'bundle'), ['a', 'b']);
    expect(openLayoutAt(join(room, 'bundle'))).to.be.instanceOf(ArchiveTarget);
    mkdirSync(join(room, 'folder.tar'));
    expect(openLayoutAt(join(room, 'folder.tar'))).not.to.be.instanceOf(ArchiveTarget);
    expect(openLayoutAt(join(room, 'other'))).not.to.be.instanceOf(ArchiveTarget);
    await failureOf(() => openLayoutAt(join(room, 'y.tar.gz')), 'ERR_USAGE', /plain tars/);
  });
});
