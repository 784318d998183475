import { join } from 'node:path';
import { expect } from 'chai';
import { bundledPackages, describePackage } from '../../tools/release/bundled.ts';
import { isPermissive } from '../../tools/release/licences.ts';
import { notesCheck, readNotes } from '../../tools/release/notes.ts';
import { describeNotices, faultsOf, formatNotices, noticesCheck } from '../../tools/release/notices.ts';
import { candidate, Folder, faults } from './world.ts';

describe('release: notes', () => {
  const changelog =
    '# Changelog\n\n## Unreleased\n\n## [1.2.3] - 2026-11-21\n\n### Added\n\n- One\n- Two\n\n## 1.2.2\n\n- Old\n\n## 1.2.1\n';
  const rows = [
    { version: '1.2.3', notes: '### Added\n\n- One\n- Two' },
    { version: '1.2.2', notes: '- Old' },
    { version: '1.2.1', notes: '' },
    { version: '1.2', notes: undefined },
    { version: '1.2.30', notes: undefined },
  ];
  for (const { version, notes } of rows) {
    it(`of ${version}`, () => {
      expect(readNotes(changelog, version)).to.equal(notes);
      expect(readNotes(changelog.replaceAll('\n', '\r\n'), version)).to.equal(notes);
    });
  }

  it('are demanded', async () => {
    using root = new Folder();
    const of = (version: string) => faults(notesCheck, candidate({ root: root.path, packageJson: { version } }));
    expect(await of('1.2.3')).to.deep.equal(['CHANGELOG.md is not there']);
    root.write('CHANGELOG.md', changelog);
    expect(await of('1.2.3')).to.deep.equal([]);
    expect(await of('1.3.0')).to.deep.equal(['CHANGELOG.md has no section "## 1.3.0"']);
    expect(await of('1.2.1')).to.deep.equal(['the section "## 1.2.1" of CHANGELOG.md is empty']);
  });
});

describe('release: licences', () => {
  const rows: readonly [string, boolean][] = [
    ['MIT', true],
    ['Apache-2.0', true],
    ['BlueOak-1.0.0', true],
    ['(MIT OR GPL-3.0-only)', true],
    ['MIT OR Apache-2.0', true],
    ['MIT AND ISC', true],
    ['MIT AND GPL-3.0-only', false],
    ['LGPL-3.0-only', false],
    ['GPL-3.0-only WITH Classpath-exception-2.0', false],
    ['SEE LICENSE IN LICENSE', false],
    ['UNLICENSED', false],
    ['mit', false],
    ['', false],
  ];
  for (const [expression, expected] of rows) {
    it(`"${expression}" is ${expected ? '' : 'not '}permissive`, () => {
      expect(isPermissive(expression)).to.equal(expected);
    });
  }
});

describe('release: third-party notices', () => {
  const described = (name: string, more: object = {}) =>
    JSON.stringify({ name, version: '1.0.0', license: 'MIT', ...more });

  it('name each version of each package once, by its innermost folder', () => {
    using root = new Folder({
      'node_modules/a/package.json': described('a', { homepage: 'https://a.example' }),
      'node_modules/a/LICENSE': 'text of a\r\n',
      'node_modules/@s/b/package.json': described('@s/b', { license: { type: 'ISC' } }),
      'node_modules/@s/b/licence.md': 'text of b',
      'node_modules/@s/b/node_modules/a/package.json': described('a', { version: '2.0.0' }),
      'node_modules/@s/b/node_modules/a/COPYING': 'text of a 2',
    });
    const files = [
      'src/index.ts',
      'node_modules/a/index.js',
      'node_modules/a/lib/more.js',
      'node_modules/@s/b/index.js',
      'node_modules/@s/b/node_modules/a/index.js',
    ];
    expect(bundledPackages(root.path, files)).to.deep.equal([
      { name: '@s/b', version: '1.0.0', licence: 'ISC', text: 'text of b' },
      { name: 'a', version: '1.0.0', licence: 'MIT', homepage: 'https://a.example', text: 'text of a' },
      { name: 'a', version: '2.0.0', licence: 'MIT', text: 'text of a 2' },
    ]);
  });

  it('hold licence and notice, not code that is called so', () => {
    using folder = new Folder({
      'package.json': described('c'),
      'LICENSE.txt': 'licence',
      NOTICE: 'notice',
      'license.js': 'code',
      'licenses.md': 'others',
    });
    expect(describePackage(folder.path).text).to.equal('licence\n\nnotice');
  });

  it('give the standard text where MIT is only named, and miss it for another licence', () => {
    using mit = new Folder({ 'package.json': described('d', { author: { name: 'Ada' } }) });
    using isc = new Folder({ 'package.json': described('e', { license: 'ISC' }) });
    expect(describePackage(mit.path).text).to.match(/^Copyright \(c\) Ada\n\nPermission is hereby granted/);
    expect(faultsOf([describePackage(mit.path)])).to.deep.equal([]);
    expect(faultsOf([describePackage(isc.path)])).to.deep.equal(['e 1.0.0: no licence text was found']);
  });

  it('are refused with a licence that is not permissive, or without one', () => {
    const text = 'x';
    expect(
      faultsOf([
        { name: 'f', version: '1.0.0', licence: 'GPL-3.0-only', text },
        { name: 'g', version: '1.0.0', licence: '', text },
        { name: 'h', version: '1.0.0', licence: 'MIT', text },
      ]),
    ).to.deep.equal([
      'f 1.0.0: the licence "GPL-3.0-only" is not known to be permissive',
      'g 1.0.0: the licence "" is not known to be permissive',
    ]);
  });

  it('keep a text whole that has a fence in it', () => {
    const notice = formatNotices([{ name: 'i', version: '1.0.0', licence: 'MIT', text: 'a\n```\nb' }]);
    expect(notice).to.include('## i 1.0.0\n\nMIT\n\n~~~~text\na\n```\nb\n~~~~\n');
  });

  it('must be in the tarball as the bundle needs them', async () => {
    using root = new Folder({
      LICENSE: 'Apache License',
      'dist/meta.json': JSON.stringify({
        outputs: {
          'dist/index.js': {
            inputs: {
              'node_modules/j/index.js': { bytesInOutput: 9 },
              'node_modules/gone/index.js': { bytesInOutput: 0 },
            },
          },
        },
      }),
      'dist/meta-types.json': JSON.stringify(['src/index.ts', 'node_modules/k/index.d.ts']),
      'node_modules/j/package.json': described('j'),
      'node_modules/j/LICENSE': 'text of j',
      'node_modules/k/package.json': described('k', { license: 'GPL-2.0-only' }),
      'node_modules/k/LICENSE': 'text of k',
    });
    const notices = describeNotices(root.path);
    expect(notices).to.include('text of j').and.to.include('text of k').and.not.to.include('gone');
    const of = (text: string) =>
      faults(noticesCheck, candidate({ root: root.path, files: { 'THIRD_PARTY_NOTICES.md': text } }));
    const refused = 'k 1.0.0: the licence "GPL-2.0-only" is not known to be permissive';
    expect(await of(notices)).to.deep.equal([refused]);
    expect(await of(`${notices} `)).to.deep.equal([
      refused,
      'THIRD_PARTY_NOTICES.md in the tarball is not what the bundle needs: run npm run build',
    ]);
  });

  it('of this project name what is bundled', () => {
    const root = join(import.meta.dirname, '..', '..');
    const notices = describeNotices(root);
    for (const name of ['@oclif/core', 'zod', 'yaml', 'fflate'])
      expect(notices).to.match(new RegExp(`^## ${name} \\d`, 'm'));
  });
});
