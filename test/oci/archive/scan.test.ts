import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { SkillsError } from '../../../src/core/index.ts';
import { readPlace } from '../../../src/oci/archive/blobs.ts';
import { scanTar } from '../../../src/oci/archive/scan.ts';
import { failureOf } from '../support/failure.ts';
import { tarFolder, tarOf, writeTar } from './tars.ts';

describe('archive: finding files in a tar', () => {
  let room: string;
  beforeEach(() => {
    room = mkdtempSync(join(tmpdir(), 'skills-tar-'));
  });
  afterEach(() => rmSync(room, { recursive: true, force: true }));

  const long = `${'deep/'.repeat(30)}${'x'.repeat(120)}`;
  const texts: Readonly<Record<string, string>> = { 'a.txt': 'one', 'folder/b': '', [long]: 'far', 'ü/ä': 'umlaut' };

  function folder(): string {
    const made = join(room, 'made');
    for (const [path, text] of Object.entries(texts)) {
      mkdirSync(dirname(join(made, path)), { recursive: true });
      writeFileSync(join(made, path), text);
    }
    symlinkSync('a.txt', join(made, 'link'));
    return made;
  }

  for (const format of ['ustar', 'gnu', 'pax', 'oldgnu']) {
    it(`as GNU tar writes them, ${format}`, () => {
      const left = format === 'ustar' ? ['--exclude=deep'] : [];
      const file = tarFolder(folder(), join(room, 'x.tar'), `--format=${format}`, ...left);
      const places = scanTar(file);
      const expected = Object.keys(texts).filter((path) => format !== 'ustar' || path !== long);
      expect([...places.keys()].sort()).to.deep.equal(expected.sort());
      for (const [path, place] of places) expect(Buffer.from(readPlace(file, place)).toString()).to.equal(texts[path]);
    });
  }

  it('of sizes that only GNU or pax can say', () => {
    const file = writeTar(join(room, 'x.tar'), ['a', 'abc'], ['b', 'def']);
    const bytes = readFileSync(file);
    bytes.fill(0, 124, 136);
    bytes[124] = 0x80;
    bytes[135] = 3;
    let sum = 0;
    for (let at = 0; at < 512; at++) sum += at >= 148 && at < 156 ? 32 : (bytes[at] ?? 0);
    bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    writeFileSync(file, bytes);
    expect([...scanTar(file)]).to.deep.equal([
      ['a', { offset: 512, size: 3 }],
      ['b', { offset: 1536, size: 3 }],
    ]);
  });

  for (const size of ['-1536', '1e2', '0x10', '', '9'.repeat(16)]) {
    it(`refuses a size in an extended header that is ${size || 'empty'}`, async () => {
      const record = `size=${size}\n`;
      const length = record.length + 3;
      const text = `${length} ${record}`;
      const bytes = tarOf([
        ['x', text],
        ['a', 'abc'],
      ]);
      bytes[156] = 'x'.charCodeAt(0);
      let sum = 0;
      for (let at = 0; at < 512; at++) sum += at >= 148 && at < 156 ? 32 : (bytes[at] ?? 0);
      bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
      const file = join(room, 'x.tar');
      writeFileSync(file, bytes);
      await failureOf(() => scanTar(file), 'ERR_FILE_INVALID');
    });
  }

  it('takes the last of two files of one path, as tar does', () => {
    const file = writeTar(join(room, 'x.tar'), ['a', 'old'], ['./a', 'newer']);
    expect(scanTar(file).get('a')).to.deep.equal({ offset: 1536, size: 5 });
  });

  for (const [tool, name] of [
    ['gzip', 'gzip'],
    ['xz', 'xz'],
    ['bzip2', 'bzip2'],
  ] as const) {
    it(`says how to unpack what ${tool} packed`, async () => {
      const file = writeTar(join(room, 'x.tar'), ['a', 'abc']);
      const packed = join(room, `x.tar.${tool}`);
      try {
        writeFileSync(packed, execFileSync(tool, ['-c', file]));
      } catch {
        writeFileSync(packed, Buffer.from({ gzip: '1f8b08', xz: 'fd377a585a00', bzip2: '425a6839' }[tool], 'hex'));
      }
      const error = await failureOf(() => scanTar(packed), 'ERR_FILE_INVALID', new RegExp(`compressed with ${name}`));
      expect(error.hint).to.match(/^unpack it first: \w+ /);
    });
  }

  const good = tarOf([
    ['a', 'abc'],
    ['b', 'x'.repeat(2000)],
  ]);
  for (const [what, bytes, reason] of [
    ['nothing', Buffer.alloc(0), /without an end mark/],
    ['text', Buffer.from('hello'), /without an end mark/],
    ['a long text', Buffer.from('hello '.repeat(200)), /wrong checksum/],
    ['a tar that ends in a header', good.subarray(0, 700), /cut off/],
    ['a tar that ends in a file', good.subarray(0, 2000), /last file was cut off/],
    ['a tar without its end mark', good.subarray(0, good.length - 1024), /without an end mark/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const file = join(room, 'x.tar');
      writeFileSync(file, bytes);
      await failureOf(() => scanTar(file), 'ERR_FILE_INVALID', reason);
    });
  }

  it('fails in words, and in time, whatever the bytes are', () => {
    const file = join(room, 'x.tar');
    const change = fc.record({ at: fc.nat(good.length - 1), byte: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), fc.nat(good.length), (changes, end) => {
        const bytes = Buffer.from(good);
        for (const { at, byte } of changes) bytes[at] = byte;
        writeFileSync(file, bytes.subarray(0, end));
        try {
          for (const { offset, size } of scanTar(file).values()) expect(offset + size).to.be.at.most(end);
        } catch (error) {
          expect(error).to.be.instanceOf(SkillsError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
