import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { namesCheck, privacyCheck } from '../../tools/release/contents.ts';
import { noticesCheck } from '../../tools/release/notices.ts';
import { readTarball } from '../../tools/release/tarball.ts';
import { packOnce } from '../package/support/packed.ts';
import { goodPackage } from './world.ts';

const root = resolve(import.meta.dirname, '..', '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function release(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const { GITHUB_ACTIONS: _actions, GITHUB_REF: _ref, ...rest } = process.env;
  const command = [join(root, 'tools', 'release.ts'), ...words];
  return promisify(execFile)(process.execPath, command, { cwd: root, env: { ...rest, ...env } }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Ended) => ({ code, stdout, stderr }),
  );
}

describe('npm run release', function () {
  this.timeout(180_000);

  it('--dry-run holds all checks and says how to go on', async () => {
    await packOnce();
    const { code, stdout, stderr } = await release(['--dry-run', '--allow-tagged']);
    expect({ code, stderr, wrong: stdout.split('\n').filter((line) => /^(?:✗| {4})/.test(line)) }).to.deep.equal({
      code: 0,
      stderr: '',
      wrong: [],
    });
    expect(stdout).to.include('9 of 9 checks hold').and.to.include(`git push origin v${version}`);
  });

  const elsewhere: readonly { title: string; env: Readonly<Record<string, string>> }[] = [
    { title: 'a machine of a person', env: {} },
    { title: 'a workflow of a branch', env: { GITHUB_ACTIONS: 'true', GITHUB_REF: 'refs/heads/main' } },
    { title: 'the workflow of another tag', env: { GITHUB_ACTIONS: 'true', GITHUB_REF: 'refs/tags/v0.0.1-other' } },
    { title: 'a shell that only names the tag', env: { GITHUB_REF: `refs/tags/v${version}` } },
  ];
  for (const { title, env } of elsewhere) {
    it(`publishes nothing from ${title}, and says what would`, async () => {
      const { code, stdout, stderr } = await release([], env);
      expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' });
      expect(stderr).to.include(`the tag v${version}`).and.to.include('publish.yml').and.to.include('--dry-run');
    });
  }

  it('looks at the real tarball: private things and notices', async () => {
    const tarball = await readTarball(await packOnce());
    const one = { root, packageJson: goodPackage, tarball, mayBeTagged: false };
    for (const check of [namesCheck, privacyCheck, noticesCheck]) expect(await check.run(one)).to.be.a('string');
    expect(tarball.files.has('package.json')).to.equal(true);
    expect([...tarball.files.keys()].filter((path) => /^(?:src|test|tools)\//.test(path))).to.deep.equal([]);
  });
});

describe('the workflows', () => {
  const read = (name: string) => readFileSync(join(root, '.github', 'workflows', name), 'utf8');

  for (const name of ['ci.yml', 'publish.yml']) {
    it(`${name} pins every action to a commit and names its version`, () => {
      const uses = read(name).match(/uses: .*/g) ?? [];
      expect(uses).not.to.deep.equal([]);
      for (const line of uses) expect(line).to.match(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    });

    it(`${name} may only read, but where it publishes`, () => {
      const permissions = read(name).match(/permissions:\n(?: +[\w-]+: \w+\n)+/g) ?? [];
      expect(permissions[0]).to.equal('permissions:\n  contents: read\n');
      expect(read(name).match(/: write/g) ?? []).to.have.length(name === 'publish.yml' ? 1 : 0);
    });
  }

  it('ci.yml runs the two commands on each system under each Node', () => {
    const text = read('ci.yml');
    for (const part of [
      'ubuntu-latest',
      'macos-latest',
      'windows-latest',
      '[22, 24]',
      'run: npm start',
      'run: npm test',
    ])
      expect(text).to.include(part);
  });

  it('publish.yml publishes only after the tests, and holds no token', () => {
    const text = read('publish.yml');
    expect(text.indexOf('run: npm test')).to.be.within(1, text.indexOf('run: npm run release'));
    expect(text).not.to.match(/secrets\.|TOKEN/);
  });
});
