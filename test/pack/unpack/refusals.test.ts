import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { type ErrorCode, streamOf } from '../../../src/core/index.ts';
import { type UnpackOptions, unpackStream } from '../../../src/pack/index.ts';
import { expectFailure } from '../helpers/errors.ts';
import { encodeEntry, end, file, gnuLong, link, pax, type TestEntry, tar, tgz } from '../helpers/tar-builder.ts';
import { makeTemporary, removeTemporaries } from '../helpers/temporary.ts';

const unsafe = 'ERR_ARCHIVE_UNSAFE';
const broken = 'ERR_ARTIFACT_INVALID';
const good = file('demo/SKILL.md', 'text');
const long = 'x'.repeat(256);

interface Row {
  readonly title: string;
  readonly entries?: readonly TestEntry[];
  readonly archive?: () => Buffer;
  readonly code: ErrorCode;
  readonly reason: string;
  readonly options?: UnpackOptions;
}

const paths: readonly Row[] = [
  ['absolute-path', '/etc/passwd'],
  ['absolute-path', './/etc/passwd'],
  ['absolute-path', 'C:/windows/x'],
  ['absolute-path', 'c:x'],
  ['absolute-path', '\\\\host\\share'],
  ['parent-segment', '../x'],
  ['parent-segment', 'demo/../../x'],
  ['parent-segment', 'demo/..'],
  ['parent-segment', 'demo\\..\\..\\x'],
  ['backslash', 'demo\\x'],
  ['empty-path', 'demo//x'],
  ['empty-path', 'demo/./x'],
  ['empty-path', 'demo/x/'],
  ['control-character', 'demo/a\nb'],
  ['control-character', 'demo/a\x1b[31m'],
  ['control-character', 'demo/a\x7f'],
  ['control-character', 'demo/\u202egnp.exe'],
  ['reserved-name', 'demo/con'],
  ['reserved-name', 'demo/NUL.txt'],
  ['reserved-name', 'demo/aux.tar.gz'],
  ['reserved-name', 'demo/Com1/x'],
  ['reserved-name', 'demo/LPT9 .md'],
  ['reserved-name', 'demo/COM¹'],
  ['reserved-name', 'demo/a:stream'],
  ['reserved-name', 'demo/what?.md'],
  ['reserved-name', 'demo/a|b'],
  ['reserved-name', 'demo/ends.'],
  ['reserved-name', 'demo/ends /x'],
].map(([reason = '', path = '']) => ({
  title: `the path ${JSON.stringify(path)}`,
  entries: [good, file(path)],
  code: unsafe,
  reason,
}));

const special: readonly Row[] = (
  [
    ['1', 'hard-link'],
    ['3', 'device'],
    ['4', 'device'],
    ['6', 'device'],
    ['S', 'sparse'],
  ] as const
).map(([type, reason]) => ({
  title: `an entry of the type ${type}`,
  entries: [good, { path: 'demo/x', type, target: 'demo/SKILL.md' }],
  code: unsafe,
  reason,
}));

const names: readonly Row[] = [
  {
    title: 'a long GNU name that leads out',
    entries: [good, gnuLong('demo/../../x'), file('demo/y')],
    reason: 'parent-segment',
  },
  {
    title: 'a pax path that leads out',
    entries: [good, pax({ path: '/etc/x' }), file('demo/y')],
    reason: 'absolute-path',
  },
  { title: 'a segment that is too long', entries: [good, gnuLong(`demo/${long}`), file('demo/y')], reason: 'too-long' },
  {
    title: 'a path that is too long',
    entries: [good, gnuLong(`demo/${`${'d'.repeat(99)}/`.repeat(41)}x`), file('demo/y')],
    reason: 'too-long',
  },
  {
    title: 'a prefix that leads out',
    entries: [good, file('x', 'content', { prefix: '../..' })],
    reason: 'parent-segment',
  },
  {
    title: 'a path that is not UTF-8',
    entries: [good, file('demo/x', '', { alter: (header) => header.writeUInt8(0xff, 5) })],
    reason: 'not-utf8',
  },
  { title: 'a pax sparse file', entries: [good, pax({ 'GNU.sparse.major': '1' }), file('demo/y')], reason: 'sparse' },
].map((row) => ({ ...row, code: unsafe }));

const clashes: readonly Row[] = [
  { title: 'a path twice', entries: [good, good], reason: 'duplicate' },
  { title: 'a path twice, once with "./"', entries: [good, file('./demo/SKILL.md')], reason: 'duplicate' },
  { title: 'paths that differ in case', entries: [good, file('demo/skill.md')], reason: 'case-collision' },
  { title: 'folders that differ in case', entries: [file('demo/A/x'), file('demo/a/y')], reason: 'case-collision' },
  { title: 'ß and SS', entries: [file('demo/straße'), file('demo/STRASSE')], reason: 'case-collision' },
  { title: 'two normal forms', entries: [file('demo/\u00e9'), file('demo/e\u0301')], reason: 'unicode-collision' },
  { title: 'a file that is a folder too', entries: [file('demo/a'), file('demo/a/b')], reason: 'file-and-folder' },
  { title: 'a folder that is a file too', entries: [file('demo/a/b'), file('demo/a')], reason: 'file-and-folder' },
  {
    title: 'a file below a link',
    entries: [good, link('demo/l', 'SKILL.md'), file('demo/l/x')],
    reason: 'file-and-folder',
  },
].map((row) => ({ ...row, code: unsafe }));

const links: readonly Row[] = [
  { title: 'an absolute link', entries: [good, link('demo/l', '/etc/passwd')], reason: 'link-escape' },
  { title: 'a link out of the archive', entries: [good, link('demo/l', '../../x')], reason: 'link-escape' },
  { title: 'a link to the folder above the archive', entries: [good, link('demo/l', '../..')], reason: 'link-escape' },
  { title: 'a Windows link', entries: [good, link('demo/l', 'C:\\x')], reason: 'link-escape' },
  { title: 'an empty link', entries: [good, link('demo/l', '')], reason: 'link-escape' },
  {
    title: 'a long pax link',
    entries: [good, pax({ linkpath: '/etc/x' }), link('demo/l', 'x')],
    reason: 'link-escape',
  },
  { title: 'a long GNU link', entries: [good, gnuLong('/etc/x', 'K'), link('demo/l', 'x')], reason: 'link-escape' },
  { title: 'a dangling link', entries: [good, link('demo/l', 'nothing')], reason: 'link-dangling' },
  { title: 'a link out of the skill', entries: [good, link('demo/l', '../other/x')], reason: 'link-dangling' },
  { title: 'a link to a folder', entries: [good, file('demo/d/x'), link('demo/l', 'd')], reason: 'link-folder' },
  { title: 'a link to the archive', entries: [good, link('demo/l', '..')], reason: 'link-folder' },
  { title: 'links to each other', entries: [good, link('demo/a', 'b'), link('demo/b', 'a')], reason: 'link-loop' },
].map((row) => ({ ...row, code: unsafe }));

const zeros = Buffer.alloc(3 << 20);
const caps: readonly Row[] = [
  {
    title: 'too many entries',
    entries: [good, file('demo/a'), file('demo/b')],
    reason: 'too-many-entries',
    options: { limits: { entries: 2 } },
  },
  {
    title: 'too many folders that no entry is for',
    entries: [good, file('demo/a/b/c/d')],
    reason: 'too-many-entries',
    options: { limits: { entries: 5 } },
  },
  {
    title: 'too many folders inside each other',
    entries: [good, gnuLong(`demo/${'a/'.repeat(127)}b`), file('demo/y')],
    reason: 'too-long',
  },
  {
    title: 'too many folders',
    entries: [good, { path: 'demo/a/', type: '5' }],
    reason: 'too-many-entries',
    options: { limits: { entries: 1 } },
  },
  {
    title: 'a file larger than all may be',
    entries: [good, file('demo/a', zeros)],
    reason: 'too-large',
    options: { limits: { bytes: 1 << 20 } },
  },
  {
    title: 'a header that states more than may be',
    entries: [good, file('demo/a', '', { size: 8_000_000_000 })],
    reason: 'too-large',
  },
  {
    title: 'links that add up',
    entries: [file('demo/a', Buffer.alloc(600)), link('demo/b', 'a')],
    reason: 'too-large',
    options: { limits: { bytes: 4096 - 1024 - 600 * 4 } },
  },
  {
    title: 'an extended header of megabytes',
    entries: [good, { path: 'x', type: 'x', content: zeros }],
    reason: 'too-large',
  },
  {
    title: 'a bomb in one step',
    entries: [good, file('demo/a', zeros)],
    reason: 'ratio',
    options: { limits: { ratio: 100, ratioFloor: 1 << 20 } },
  },
  {
    title: 'a bomb in a stream',
    entries: [good, file('demo/a', Buffer.alloc(70 << 20))],
    reason: 'ratio',
    options: { limits: { ratio: 900 } },
  },
].map((row) => ({ ...row, code: unsafe }));

const whole = tar(good);
const damaged: readonly Row[] = [
  { title: 'nothing', archive: () => Buffer.alloc(0), reason: 'truncated' },
  { title: 'no gzip', archive: () => Buffer.from('<html>'), reason: 'corrupt' },
  { title: 'gzip cut off', archive: () => tgz(good).subarray(0, -9), reason: 'truncated' },
  { title: 'gzip cut off in its trailer', archive: () => tgz(good).subarray(0, -1), reason: 'truncated' },
  { title: 'gzip with a wrong checksum', archive: () => flipped(tgz(good), -6), reason: 'corrupt' },
  {
    title: 'large gzip cut off',
    archive: () => gzipSync(tar(good, random()), { level: 0 }).subarray(0, 400_000),
    reason: 'truncated',
  },
  { title: 'garbage after gzip', archive: () => Buffer.concat([tgz(good), Buffer.from('more')]), reason: 'corrupt' },
  {
    title: 'garbage after zeros after gzip',
    archive: () => Buffer.concat([tgz(good), Buffer.alloc(9), Buffer.from('more')]),
    reason: 'trailing-data',
  },
  {
    title: 'garbage after large gzip',
    archive: () => Buffer.concat([gzipSync(tar(good, random())), Buffer.alloc(9), Buffer.from('more')]),
    reason: 'trailing-data',
  },
  { title: 'no end mark', archive: () => gzipSync(encodeEntry(good)), reason: 'truncated' },
  {
    title: 'half an end mark',
    archive: () => gzipSync(Buffer.concat([encodeEntry(good), Buffer.alloc(512)])),
    reason: 'truncated',
  },
  {
    title: 'an entry after half an end mark',
    archive: () => gzipSync(Buffer.concat([Buffer.alloc(512), whole])),
    reason: 'trailing-data',
  },
  {
    title: 'an entry after the end mark',
    archive: () => gzipSync(Buffer.concat([whole, encodeEntry(good), end])),
    reason: 'trailing-data',
  },
  { title: 'half a header', archive: () => gzipSync(whole.subarray(0, 300)), reason: 'truncated' },
  { title: 'half a file', archive: () => gzipSync(whole.subarray(0, 514)), reason: 'truncated' },
  {
    title: 'a wrong header checksum',
    entries: [file('demo/x', '', { damage: (header) => header.write('y', 0) })],
    reason: 'checksum',
  },
  {
    title: 'a size that is no number',
    entries: [file('demo/x', '', { alter: (header) => header.write('zz', 124) })],
    reason: 'header',
  },
  {
    title: 'a binary size',
    entries: [file('demo/x', '', { alter: (header) => header.writeUInt8(0x80, 124) })],
    reason: 'header',
  },
  { title: 'a folder with content', entries: [{ path: 'demo/d', type: '5', content: 'x' }], reason: 'header' },
  { title: 'a broken pax record', entries: [{ path: 'x', type: 'x', content: '99 path=x\n' }, good], reason: 'header' },
  {
    title: 'a pax record of no length',
    entries: [{ path: 'x', type: 'x', content: '0 path=x\n' }, good],
    reason: 'header',
  },
  { title: 'two sizes', entries: [pax({ size: '3' }), good], reason: 'unsupported' },
  { title: 'two long names', entries: [gnuLong('demo/a'), pax({ path: 'demo/b' }), good], reason: 'unsupported' },
  { title: 'a global path', entries: [pax({ path: 'demo/b' }, 'g'), good], reason: 'unsupported' },
  { title: 'an unknown type', entries: [good, { path: 'demo/x', type: 'Z' }], reason: 'unsupported' },
  { title: 'a long name of nothing', entries: [good, gnuLong('demo/a')], reason: 'header' },
  { title: 'no files', entries: [{ path: 'demo/', type: '5' }], reason: 'empty' },
  { title: 'two folders', entries: [good, file('other/SKILL.md')], reason: 'several-roots' },
  { title: 'a folder of another name', entries: [good], reason: 'wrong-root', options: { name: 'other' } },
].map((row) => ({ ...row, code: broken }));

function random(): TestEntry {
  const content = Buffer.alloc(1 << 20);
  let state = 1;
  for (let at = 0; at < content.length; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    content.writeUInt32LE(state, at);
  }
  return file('demo/random', content);
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  const index = copy.length + at;
  copy.writeUInt8(copy.readUInt8(index) ^ 1, index);
  return copy;
}

describe('pack: unpacking refuses', () => {
  afterEach(removeTemporaries);

  for (const row of [...paths, ...special, ...names, ...clashes, ...links, ...caps, ...damaged]) {
    it(`${row.title}: ${row.reason}`, async () => {
      const folder = makeTemporary();
      const archive = row.archive?.() ?? tgz(...(row.entries ?? []));
      const work = () => unpackStream(streamOf(archive), join(folder, 'out'), row.options);
      const error = await expectFailure(work, row.code, row.reason);
      expect(error.hint).to.be.a('string');
      expect(readdirSync(folder), 'left behind').to.deep.equal([]);
    });
  }
});
