import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { sha256 } from '../../../src/core/index.ts';
import { nextVersion, pseudoVersion, type VersionOptions, versionFor } from '../../../src/pack/index.ts';
import { expectFailure } from '../helpers/errors.ts';
import { makeTemporary, removeTemporaries, writeFiles } from '../helpers/temporary.ts';

const date = '2026-03-04T05:06:07Z';

function git(dir: string, ...args: string[]): string {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  const identity = ['-c', 'user.name=T', '-c', 'user.email=t@example.com'];
  return execFileSync('git', [...identity, ...args], { cwd: dir, env, encoding: 'utf8' }).trim();
}

describe('pack: versions', () => {
  let root = '';
  beforeEach(() => {
    root = writeFiles(join(makeTemporary(), 'demo'), { 'SKILL.md': 'x' });
  });
  afterEach(removeTemporaries);

  const choose = (options: Partial<VersionOptions> & { stated?: string; metadata?: Record<string, string> } = {}) => {
    const { stated, metadata = {}, ...rest } = options;
    const manifest = { name: 'demo', metadata, ...(stated === undefined ? {} : { version: stated }) };
    return versionFor({ root }, { manifest, ...rest });
  };
  const commit = (tag?: string) => {
    git(root, 'init', '-q');
    git(root, 'add', '.');
    git(root, 'commit', '-qm', 'x');
    if (tag) git(root, 'tag', tag);
    return git(root, 'rev-parse', 'HEAD');
  };

  it('takes the flag before all else', async () => {
    commit('v3.0.0');
    expect(await choose({ version: 'v1.2.3', stated: '2.0.0' })).to.deep.equal({ version: '1.2.3', from: 'flag' });
    await expectFailure(() => choose({ version: 'newest' }), 'ERR_REFERENCE_INVALID');
  });

  for (const [title, options, version] of [
    ['the manifest', { stated: '2.0.0+x' }, '2.0.0+x'],
    ['metadata.version', { metadata: { version: '2.1.0' } }, '2.1.0'],
    ['a short metadata.version', { metadata: { version: '1.0' } }, '1.0.0'],
    ['a shorter one', { metadata: { version: 'v3' } }, '3.0.0'],
  ] as const) {
    it(`then ${title}`, async () => {
      expect(await choose(options)).to.deep.equal({ version, from: 'manifest' });
    });
  }

  it('refuses a manifest version that is none, and passes over such metadata', async () => {
    await expectFailure(() => choose({ stated: 'one' }), 'ERR_SKILL_INVALID');
    expect((await choose({ metadata: { version: 'one' } })).from).to.equal('first');
  });

  it('asks the repository of the skill, not that of a git hook which runs it', async () => {
    const hash = commit('v1.4.0');
    const hook = writeFiles(join(makeTemporary(), 'hook'), { 'other.txt': 'x' });
    git(hook, 'init', '-q');
    const before = { ...process.env };
    Object.assign(process.env, {
      GIT_DIR: join(hook, '.git'),
      GIT_WORK_TREE: hook,
      GIT_INDEX_FILE: join(hook, '.git/index'),
    });
    try {
      expect(await choose()).to.deep.equal({ version: '1.4.0', from: 'git tag', commit: hash, dirty: false });
    } finally {
      process.env = before;
    }
  });

  it('runs no file-system monitor that the repository names', async () => {
    commit('v1.4.0');
    const trace = join(makeTemporary(), 'ran');
    git(root, 'config', 'core.fsmonitor', `touch ${trace}; false`);
    expect((await choose()).version).to.equal('1.4.0');
    expect(existsSync(trace)).to.equal(false);
  });

  for (const [tags, version] of [
    [['v1.4.0'], '1.4.0'],
    [['v1.4.0', 'demo/v1.2.0', 'other/v9.0.0', 'demo/v1.10.0'], '1.10.0'],
    [['v2.0.0-beta.1', 'vee', 'latest'], '2.0.0-beta.1'],
  ] as const) {
    it(`then the tags at HEAD: ${tags.join(', ')}`, async () => {
      const hash = commit();
      for (const tag of tags) git(root, 'tag', tag);
      expect(await choose()).to.deep.equal({ version, from: 'git tag', commit: hash, dirty: false });
    });
  }

  it('then the last commit to the folder, and says when there is more than it holds', async () => {
    const hash = commit();
    const version = `0.0.0-20260304050607-${hash.slice(0, 12)}`;
    expect(await choose()).to.deep.equal({ version, from: 'git commit', commit: hash, dirty: false });
    writeFiles(root, { new: 'x' });
    expect(await choose()).to.deep.equal({ version, from: 'git commit', commit: hash, dirty: true });
  });

  it('does not take a version from a repository that the folder is no part of', async () => {
    commit('v1.0.0');
    root = writeFiles(join(root, 'untracked'), { 'SKILL.md': 'x' });
    expect(await choose()).to.deep.equal({ version: '0.1.0', from: 'first' });
  });

  it('else counts on from what is published', async () => {
    const contentDigest = sha256('a');
    const published = [
      { version: '0.1.9', contentDigest: sha256('b') },
      { version: '0.1.10', contentDigest },
      { version: '0.2.0-rc.1' },
      { version: 'latest' },
    ];
    const asked = async () => published;
    expect(await choose({ contentDigest, published: asked })).to.deep.equal({ version: '0.1.10', from: 'unchanged' });
    expect(await choose({ contentDigest: sha256('c'), published })).to.deep.equal({
      version: '0.1.11',
      from: 'next patch',
    });
    expect(nextVersion([{ version: '0.2.0-rc.1' }])).to.deep.equal({ version: '0.1.0', from: 'first' });
  });

  it('orders pseudo-versions by time, before 0.0.1', () => {
    expect(pseudoVersion({ commit: '0123456789abcdef', time: 0 })).to.equal('0.0.0-19700101000000-0123456789ab');
  });
});
