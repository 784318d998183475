import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { type Descriptor, isSkillsError, sha256, streamOf, verified } from '../../../src/core/index.ts';
import { hashTree, unpackStream } from '../../../src/pack/index.ts';
import { expectFailure, failureOf } from '../helpers/errors.ts';
import { file, gnuLong, link, pax, tar, tgz } from '../helpers/tar-builder.ts';
import { listAll, makeTemporary, removeTemporaries } from '../helpers/temporary.ts';

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('pack: unpacking', () => {
  let out = '';
  beforeEach(() => {
    out = join(makeTemporary(), 'deep', 'out');
  });
  afterEach(removeTemporaries);

  const skill = [file('SKILL.md', 'text'), file('run.sh', 'echo', { mode: 0o755 }), file('d/empty', '')];
  const rooted = (root: string) => skill.map((entry) => ({ ...entry, path: `${root}${entry.path}` }));

  for (const [title, root, name] of [
    ['<name>/', 'demo/', 'demo'],
    ['./<name>/', './demo/', 'demo'],
    ['nothing', '', 'demo'],
    ['./', './', undefined],
    ['payload/', 'payload/', 'demo'],
    ['any folder, where no name is known', 'acme-demo-1234/', undefined],
  ] as const) {
    it(`reads an archive rooted at ${title}`, async () => {
      const tree = await unpackStream(streamOf(tgz(...rooted(root))), out, { name });
      expect(listAll(out)).to.deep.equal(['SKILL.md', 'd', 'd/empty', 'run.sh']);
      expect(tree).to.deep.equal(hashTree(out));
      expect(tree.files.map(({ path, size, executable }) => [path, size, executable])).to.deep.equal([
        ['SKILL.md', 4, false],
        ['d/empty', 0, false],
        ['run.sh', 4, true],
      ]);
    });
  }

  it('gives files 0644 or 0755 and nothing else of the archive: no owner, no time, no set-uid', async () => {
    const before = Date.now() - 5_000;
    await unpackStream(streamOf(tgz(file('SKILL.md', 'x', { mode: 0o4777 }), file('x', 'y', { mode: 0o600 }))), out);
    const umask = 0o022;
    expect(statSync(join(out, 'SKILL.md')).mode & 0o7777).to.equal(0o755 & ~umask);
    expect(statSync(join(out, 'x')).mode & 0o7777).to.equal(0o644 & ~umask);
    expect(statSync(join(out, 'x')).mtimeMs).to.be.above(before);
  });

  it('writes links to files of the archive as copies, through chains and whatever comes first', async () => {
    const archive = tgz(
      link('demo/a', 'b'),
      link('demo/b', 'd/../run.sh'),
      file('demo/run.sh', 'echo', { mode: 0o755 }),
      link('demo/d/c', '../../demo/a'),
    );
    const tree = await unpackStream(streamOf(archive), out);
    for (const path of ['a', 'b', 'd/c', 'run.sh']) {
      expect(lstatSync(join(out, path)).isFile(), path).to.equal(true);
      expect(readFileSync(join(out, path), 'utf8')).to.equal('echo');
    }
    expect(tree.files.every(({ executable }) => executable)).to.equal(true);
    expect(tree).to.deep.equal(hashTree(out));
  });

  it('reads ustar prefixes, pax and GNU long names, old headers and global comments', async () => {
    const deep = `${'folder/'.repeat(30)}file`;
    const archive = tgz(
      pax({ comment: 'a commit' }, 'g'),
      { path: 'demo/', type: '5' },
      file('name', 'prefix', { prefix: 'demo/in/two' }),
      pax({ path: `demo/pax/${deep}`, mtime: '1.5' }),
      file('short', 'pax'),
      gnuLong(`demo/gnu/${deep}`),
      file('short', 'gnu'),
      { path: 'demo/old/', type: '\0' },
      file('demo/old/x', 'old', { type: '\0', alter: (header) => header.fill(0, 257, 265) }),
      file('demo/contiguous', 'x', { type: '7' }),
    );
    const { files } = await unpackStream(streamOf(archive), out);
    expect(files.map(({ path }) => path)).to.deep.equal(
      ['contiguous', `gnu/${deep}`, 'in/two/name', 'old/x', `pax/${deep}`].sort(),
    );
  });

  it('writes paths in NFC, whatever form the archive has', async () => {
    const { files } = await unpackStream(streamOf(tgz(file('e\u0301/a', 'x'), file('SKILL.md'))), out);
    expect(files[1]?.path).to.equal('\u00e9/a');
    expect(readdirSync(out)).to.include('\u00e9');
  });

  for (const size of [1, 511, 512, 513, 10_007]) {
    it(`reads an archive that comes in pieces of ${size}`, async () => {
      const large = file('demo/large', Buffer.alloc(700_001, 'abcdefg'));
      const archive = gzipSync(tar(...rooted('demo/'), large), { level: size === 1 ? 9 : 0 });
      const tree = await unpackStream(cut(archive, size), out);
      expect(tree).to.deep.equal(hashTree(out));
      expect(tree.files).to.have.length(4);
    });
  }

  it('reads gzip of several members, as some writers make for lazy reading', async () => {
    const bytes = tar(...rooted('demo/'));
    const archive = Buffer.concat([gzipSync(bytes.subarray(0, 700)), gzipSync(bytes.subarray(700))]);
    expect((await unpackStream(streamOf(archive), out)).files).to.have.length(3);
  });

  it('refuses a destination that exists, and leaves it alone', async () => {
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, 'mine'), 'x');
    await expectFailure(() => unpackStream(streamOf(tgz(...skill)), out), 'ERR_CONFLICT');
    expect(listAll(out)).to.deep.equal(['mine']);
  });

  it('says that bytes were altered on their way rather than that the archive is broken', async () => {
    const archive = tgz(...skill, file('random', Buffer.alloc(3000, 'abc')));
    const promised: Descriptor = { mediaType: 'x/y', digest: sha256(archive), size: archive.length };
    for (let at = 12; at < archive.length; at += 17) {
      const altered = Buffer.from(archive);
      altered.writeUInt8(altered.readUInt8(at) ^ 0x55, at);
      const error = await failureOf(() => unpackStream(verified(cut(altered, 64), promised, 'here'), out));
      // A path may be damaged into one that is refused: then too nothing is left.
      expect(isSkillsError(error, 'ERR_DIGEST_MISMATCH', 'ERR_ARCHIVE_UNSAFE'), error.message).to.equal(true);
      expect(listAll(join(out, '..'))).to.deep.equal([]);
    }
  });

  it('passes on what the source throws, at any place, and leaves nothing', async () => {
    const archive = gzipSync(tar(file('SKILL.md', Buffer.alloc(2 << 20, 'abc'))), { level: 0 });
    for (const after of [0, 100, 300_000, 1_500_000]) {
      const failing = async function* () {
        yield* cut(archive.subarray(0, after), 65_536);
        throw new Error('connection reset');
      };
      const error = await failureOf(() => unpackStream(failing(), out));
      expect(error.message).to.equal('connection reset');
      expect(listAll(join(out, '..'))).to.deep.equal([]);
    }
  });

  it('stops when it is told to, and leaves nothing', async () => {
    const archive = gzipSync(tar(file('SKILL.md', Buffer.alloc(9 << 20, 'abc'))), { level: 0 });
    const controller = new AbortController();
    const source = async function* () {
      yield archive.subarray(0, 4 << 20);
      controller.abort();
      yield archive.subarray(4 << 20);
    };
    const { signal } = controller;
    await expectFailure(() => unpackStream(source(), out, { signal }), 'ERR_INTERRUPTED');
    expect(listAll(join(out, '..'))).to.deep.equal([]);
  });
});
