import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { hashTree, openFolder } from '../../../src/pack/index.ts';
import { executablesInGit } from '../../../src/pack/version/git-files.ts';
import { expectFailure } from '../helpers/errors.ts';
import { makeTemporary, removeTemporaries, writeFiles } from '../helpers/temporary.ts';

describe('pack: folders', () => {
  let dir = '';
  beforeEach(() => {
    dir = writeFiles(join(makeTemporary(), 'demo'), { 'SKILL.md': 'x', 'run.sh': 'y' });
  });
  afterEach(removeTemporaries);

  it('lists files with size and exec bit, and reads them', () => {
    const folder = openFolder(dir);
    expect(folder.folder).to.equal('demo');
    expect(folder.files).to.deep.equal([
      { path: 'SKILL.md', size: 1, executable: false, source: join(folder.root, 'SKILL.md') },
      { path: 'run.sh', size: 1, executable: true, source: join(folder.root, 'run.sh') },
    ]);
    expect(Buffer.from(folder.read('run.sh') ?? '').toString()).to.equal('y');
    expect(folder.read('../demo/run.sh')).to.equal(undefined);
  });

  it('leaves out what nobody wants to publish, never .skill/', () => {
    writeFiles(dir, {
      '.git/config': '',
      'node_modules/x/y': '',
      'd/node_modules/z': '',
      '.skills/x': '',
      '.DS_Store': '',
      'd/._x': '',
      'x~': '',
      '.x.swp': '',
      '#x#': '',
      '__pycache__/x.pyc': '',
      '.skill/kept': '',
      '.hidden': '',
    });
    expect(openFolder(dir).paths).to.deep.equal(['.hidden', '.skill/kept', 'SKILL.md', 'run.sh']);
    expect(openFolder(dir, { ignore: false }).paths).to.have.length(14);
  });

  it('sorts by the bytes of NFC paths', () => {
    writeFiles(dir, { 'a/b': '', 'a-b': '', 'e\u0301': '', z: '', B: '' });
    expect(openFolder(dir).paths).to.deep.equal(['B', 'SKILL.md', 'a-b', 'a/b', 'run.sh', 'z', '\u00e9']);
  });

  it('follows links to files inside, and a link to the folder itself', () => {
    symlinkSync('run.sh', join(dir, 'again'));
    symlinkSync(dir, `${dir}-link`);
    const folder = openFolder(`${dir}-link`);
    expect(folder.folder).to.equal('demo-link');
    expect(folder.files.find(({ path }) => path === 'again')).to.deep.include({ executable: true, size: 1 });
  });

  for (const [reason, make] of [
    ['link-dangling', () => symlinkSync('nothing', join(dir, 'l'))],
    ['link-escape', () => symlinkSync('/etc/hostname', join(dir, 'l'))],
    ['link-escape', () => symlinkSync('..', join(dir, 'l'))],
    ['link-folder', () => [mkdirSync(join(dir, 'd')), symlinkSync('d', join(dir, 'l'))]],
    ['device', () => execFileSync('mkfifo', [join(dir, 'pipe')])],
    ['case-collision', () => writeFiles(dir, { 'skill.MD': '' })],
    ['unicode-collision', () => writeFiles(dir, { '\u00e9': '', 'e\u0301': '' })],
    ['reserved-name', () => writeFiles(dir, { 'aux.md': '' })],
    ['control-character', () => writeFiles(dir, { 'a\nb': '' })],
    ['backslash', () => writeFiles(dir, { 'a\\b': '' })],
  ] as const) {
    it(`refuses what no archive could hold: ${reason}`, async () => {
      make();
      const error = await expectFailure(() => openFolder(dir), 'ERR_SKILL_INVALID', reason);
      expect(error.data?.path).to.be.a('string');
      await expectFailure(() => hashTree(dir), 'ERR_SKILL_INVALID', reason);
    });
  }

  it('does not look at what is ignored', () => {
    symlinkSync('/etc', join(dir, 'node_modules'));
    writeFiles(dir, { '.skillignore': 'out\n' });
    symlinkSync('/etc', join(dir, 'out'));
    expect(openFolder(dir).paths).to.deep.equal(['SKILL.md', 'run.sh']);
  });

  it('says what is wrong with a folder that is none', async () => {
    await expectFailure(() => openFolder(join(dir, 'nothing')), 'ERR_NOT_FOUND');
    await expectFailure(() => openFolder(join(dir, 'SKILL.md')), 'ERR_USAGE');
    mkdirSync(join(dir, 'empty'));
    await expectFailure(() => hashTree(join(dir, 'empty')), 'ERR_ARTIFACT_INVALID');
  });

  it('reads exec bits from git, for Windows', () => {
    execFileSync('git', ['init', '-q'], { cwd: dir });
    expect(executablesInGit(dir)).to.deep.equal(new Set());
    execFileSync('git', ['add', '.'], { cwd: dir });
    expect(executablesInGit(dir)).to.deep.equal(new Set(['run.sh']));
  });
});
