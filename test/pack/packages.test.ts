import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type ZipOptions, type Zippable, zipSync } from 'fflate';
import {
  hashTree,
  openFolder,
  openPackage,
  pack,
  packageFileName,
  writePackage,
  writeZip,
} from '../../src/pack/index.ts';
import { expectFailure } from './helpers/errors.ts';
import { makeTemporary, removeTemporaries, writeFiles } from './helpers/temporary.ts';

const files = {
  'SKILL.md': '---\nname: demo\ndescription: Shows packages.\n---\n',
  'run.sh': 'echo',
  'large.txt': 'line\n'.repeat(9_000),
  'gr\u00fc\u00dfe.md': 'x',
};
const unix = 3;

function attributes(mode: number): ZipOptions {
  return { os: unix, attrs: mode * 0x10000 };
}

function zipFile(content: Zippable): string {
  const path = join(makeTemporary(), 'x.zip');
  writeFileSync(path, zipSync(content));
  return path;
}

const bytes = Buffer.from('text');

describe('pack: package files', () => {
  afterEach(removeTemporaries);

  it('writes a .spm and a .zip, and opens both as the folder that they were', async () => {
    const dir = writeFiles(join(makeTemporary(), 'demo'), files);
    const folder = openFolder(dir);
    await using packed = await pack(folder, { version: '1.0.0' });
    const spm = join(makeTemporary(), packageFileName(packed));
    expect(spm).to.match(/demo-1\.0\.0\.spm$/);
    await writePackage(packed, spm);
    const zip = join(makeTemporary(), 'new', 'demo.zip');
    await writeZip(folder, zip);
    for (const path of [spm, zip, dir]) {
      await using opened = await openPackage(path);
      expect(opened.folder, path).to.equal('demo');
      expect(opened.files.map(({ source: _, ...file }) => file)).to.deep.equal(
        folder.files.map(({ source: _, ...file }) => file),
      );
      await using again = await pack(opened, { version: '1.0.0' });
      expect(again.descriptor).to.deep.equal(packed.descriptor);
    }
    const first = readFileSync(zip);
    await writeZip(folder, zip);
    expect(readFileSync(zip).equals(first)).to.equal(true);
  });

  it('removes what it unpacked when it is disposed of, and an original folder never', async () => {
    const zip = zipFile({ 'SKILL.md': bytes });
    let root = '';
    {
      await using opened = await openPackage(zip);
      root = opened.root;
      expect(opened.folder).to.equal('');
      expect(hashTree(root).files).to.have.length(1);
    }
    await expectFailure(() => hashTree(root), 'ERR_NOT_FOUND');
    const dir = writeFiles(join(makeTemporary(), 'demo'), files);
    await (await openPackage(dir))[Symbol.asyncDispose]();
    expect(readdirSync(dir)).to.have.length(4);
  });

  it('reads modes and links of a zip, and passes over what macOS adds', async () => {
    const zip = zipFile({
      'demo/': [Buffer.alloc(0), attributes(0o040755)],
      'demo/run': [bytes, attributes(0o100755)],
      'demo/link': [Buffer.from('run'), attributes(0o120777)],
      'demo/plain': bytes,
      '__MACOSX/demo/._run': bytes,
    });
    await using opened = await openPackage(zip);
    expect(opened.files.map(({ path, executable }) => [path, executable])).to.deep.equal([
      ['link', true],
      ['plain', false],
      ['run', true],
    ]);
  });

  const refused: readonly (readonly [string, Zippable, string])[] = [
    ['a path that leads out', { '../x': bytes }, 'parent-segment'],
    ['an absolute path', { '/x': bytes }, 'absolute-path'],
    ['a backslash that leads out', { '..\\x': bytes }, 'parent-segment'],
    ['a reserved name', { 'demo/nul': bytes }, 'reserved-name'],
    ['names that differ in case', { 'demo/A': bytes, 'demo/a': bytes }, 'case-collision'],
    ['a link that leads out', { 'demo/l': [Buffer.from('../../x'), attributes(0o120777)] }, 'link-escape'],
    ['a link that leads nowhere', { 'demo/l': [Buffer.from('x'), attributes(0o120777)] }, 'link-dangling'],
    ['a link of megabytes', { 'demo/l': [Buffer.alloc(5_000, 'x'), attributes(0o120777)] }, 'too-long'],
    ['a device', { 'demo/d': [bytes, attributes(0o020666)] }, 'device'],
    ['a bomb', { 'demo/x': [Buffer.alloc(70 << 20), { level: 9 }] }, 'ratio'],
  ];
  for (const [title, content, reason] of refused) {
    it(`refuses a zip with ${title}`, async () => {
      await expectFailure(() => openPackage(zipFile(content)), 'ERR_ARCHIVE_UNSAFE', reason);
    });
  }

  it('refuses a zip with too many entries, or too large', async () => {
    const zip = zipFile({ a: bytes, b: bytes });
    await expectFailure(() => openPackage(zip, { limits: { entries: 1 } }), 'ERR_ARCHIVE_UNSAFE', 'too-many-entries');
    await expectFailure(() => openPackage(zip, { limits: { bytes: 7 } }), 'ERR_ARCHIVE_UNSAFE', 'too-large');
  });

  it('refuses damaged zips', async () => {
    const zip = zipSync({ 'SKILL.md': [Buffer.from('some text'), { level: 0 }] });
    const path = join(makeTemporary(), 'x.zip');
    const altered = Buffer.from(zip);
    altered.write('S', altered.indexOf('some text'));
    const encrypted = Buffer.from(zipSync({ 'SKILL.md': Buffer.alloc(99, 'text') }));
    encrypted.writeUInt8(1, encrypted.indexOf('PK\x01\x02') + 8);
    for (const [content, code, reason] of [
      [altered, 'ERR_ARTIFACT_INVALID', 'checksum'],
      [zip.subarray(0, -30), 'ERR_ARTIFACT_INVALID', 'corrupt'],
      [zipSync({}), 'ERR_ARTIFACT_INVALID', 'empty'],
      [encrypted, 'ERR_ARCHIVE_UNSAFE', 'encrypted'],
    ] as const) {
      writeFileSync(path, content);
      await expectFailure(() => openPackage(path), code, reason);
    }
  });

  it('refuses what is no package', async () => {
    const dir = writeFiles(makeTemporary(), { 'x.spm': 'hello', empty: '' });
    await expectFailure(() => openPackage(join(dir, 'x.spm')), 'ERR_FILE_INVALID');
    await expectFailure(() => openPackage(join(dir, 'empty')), 'ERR_FILE_INVALID');
    await expectFailure(() => openPackage(join(dir, 'nothing')), 'ERR_NOT_FOUND');
  });
});
