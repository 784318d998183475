import { execFileSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runChecks, Wrong } from '../../tools/release/check.ts';
import { namesCheck, privacyCheck } from '../../tools/release/contents.ts';
import { dependenciesCheck, metadataCheck, repositoryCheck } from '../../tools/release/package-json.ts';
import { tagCheck, versionCheck } from '../../tools/release/version.ts';
import { candidate, Folder, faults } from './world.ts';

const lock = (version: string, inner = version) => JSON.stringify({ version, packages: { '': { version: inner } } });
const manifest = (version: string) => JSON.stringify({ version, commands: {} });

describe('release: version', () => {
  const rows = [
    { title: 'the same everywhere', version: '1.2.3', wrong: [] },
    { title: 'a prerelease', version: '1.2.3-rc.1', wrong: [] },
    {
      title: 'another in the manifest',
      version: '1.2.3',
      manifest: '1.2.2',
      wrong: [/^oclif\.manifest\.json says 1\.2\.2/],
    },
    { title: 'another in the lock', version: '1.2.3', lock: '1.0.0', wrong: [/^package-lock\.json says 1\.0\.0/] },
    { title: 'no semantic version', version: '1.2', wrong: [/^"1\.2" is no semantic version/] },
    { title: 'a leading v', version: 'v1.2.3', wrong: [/^"v1\.2\.3" is no semantic version/] },
  ];
  for (const { title, version, wrong, ...others } of rows) {
    it(title, async () => {
      using root = new Folder({
        'package-lock.json': lock(version, others.lock ?? version),
        'oclif.manifest.json': manifest(others.manifest ?? version),
      });
      const found = await faults(versionCheck, candidate({ root: root.path, packageJson: { version } }));
      expect(found).to.have.length(wrong.length);
      for (const [index, pattern] of wrong.entries()) expect(found[index]).to.match(pattern);
    });
  }

  it('a tag that is there is refused, but where the tag started the release', async () => {
    using root = new Folder({ file: 'x' });
    const git = (...words: string[]) =>
      execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.com', ...words], { cwd: root.path });
    git('init', '--quiet');
    git('add', 'file');
    git('commit', '--quiet', '--message', 'x');
    const one = candidate({ root: root.path });
    expect(await faults(tagCheck, one)).to.deep.equal([]);
    git('tag', 'v1.2.3');
    expect(await faults(tagCheck, one)).to.deep.equal(['v1.2.3 is there already: raise the version in package.json']);
    expect(await faults(tagCheck, { ...one, mayBeTagged: true })).to.deep.equal([]);
  });
});

describe('release: package.json', () => {
  it('a good one holds', async () => {
    expect(await faults(metadataCheck, candidate({}))).to.deep.equal([]);
    expect(await faults(dependenciesCheck, candidate({}))).to.deep.equal([]);
  });

  const rows = [
    { title: 'a private package', change: { private: true }, wrong: /^private is true/ },
    { title: 'another licence', change: { license: 'MIT' }, wrong: /^license is "MIT"/ },
    { title: 'other engines', change: { engines: { node: '>=20' } }, wrong: /^engines\.node is ">=20"/ },
    { title: 'another name', change: { name: 'skills' }, wrong: /^name is "skills"/ },
    { title: 'a script at install', change: { scripts: { postinstall: 'x' } }, wrong: /^the script postinstall/ },
  ];
  for (const { title, change, wrong } of rows) {
    it(`${title} is refused`, async () => {
      const found = await faults(metadataCheck, candidate({ packageJson: change }));
      expect(found).to.have.length(1);
      expect(found[0]).to.match(wrong);
    });
  }

  for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies']) {
    it(`${kind} are refused`, async () => {
      const one = candidate({ packageJson: { [kind]: { zod: '4' } } });
      expect(await faults(dependenciesCheck, one)).to.deep.equal([`${kind} names zod`]);
    });
  }

  const wrong = (url: string) => [
    `repository in package.json is "${url}", this workflow runs in acme/skills: npm would refuse the provenance`,
  ];
  const places: readonly { url?: string; from?: string; wrong: readonly string[] }[] = [
    { wrong: [] },
    { from: 'acme/skills', wrong: wrong('') },
    { url: 'git+https://github.com/acme/skills.git', from: 'acme/skills', wrong: [] },
    { url: 'https://github.com/Acme/Skills', from: 'acme/skills', wrong: [] },
    { url: 'github:acme/skills', from: 'acme/skills', wrong: [] },
    {
      url: 'https://github.com/acme/skills-fork',
      from: 'acme/skills',
      wrong: wrong('https://github.com/acme/skills-fork'),
    },
    { url: 'https://example.com/acme/skills', from: 'acme/skills', wrong: wrong('https://example.com/acme/skills') },
  ];
  for (const { url, from, wrong } of places) {
    it(`the repository ${url ?? 'that is not stated'} ${wrong.length > 0 ? 'is refused' : 'holds'} ${from ? 'in the workflow' : 'elsewhere'}`, async () => {
      const packageJson = url === undefined ? {} : { repository: { url } };
      expect(await faults(repositoryCheck, { ...candidate({ packageJson }), publishesFrom: from })).to.deep.equal(
        wrong,
      );
    });
  }

  it('bundleDependencies are refused', async () => {
    const one = candidate({ packageJson: { bundleDependencies: ['zod'] } });
    expect(await faults(dependenciesCheck, one)).to.deep.equal(['bundleDependencies names zod']);
  });
});

describe('release: contents', () => {
  it('what belongs in it holds, and its size is said', async () => {
    expect(await namesCheck.run(candidate({}))).to.match(/^15 files, 1\.23 MB packed, 0\.00 MB unpacked$/);
  });

  for (const path of [
    'src/index.ts',
    'test/release/world.ts',
    'dist/meta.json',
    'dist/meta-types.json',
    'dist/.stamp',
    'dist/index.ts',
    'tools/build.ts',
    'node_modules/zod/index.js',
    'package-lock.json',
    '.npmrc',
    '.env',
    'dist/../src/index.js',
  ]) {
    it(`${path} is refused`, async () => {
      const found = await faults(namesCheck, candidate({ files: { [path]: 'x' } }));
      expect(found).to.deep.equal([`${path} does not belong in the package`]);
    });
  }

  for (const path of [
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
    'THIRD_PARTY_NOTICES.md',
    'bin/skills.js',
    'dist/index.d.ts',
    'dist/cli/main.js',
    'dist/cli/commands/registry/add.js',
    'package.json',
  ]) {
    it(`${path} is missed`, async () => {
      expect(await faults(namesCheck, candidate({ files: { [path]: undefined } }))).to.deep.equal([
        `${path} is missing`,
      ]);
    });
  }
});

describe('release: nothing private', () => {
  it('a good tarball holds', async () => {
    expect(await faults(privacyCheck, candidate({}))).to.deep.equal([]);
  });

  const letters = 'a1B2c3D4e5'.repeat(6);
  const rows = [
    {
      title: 'the folder of the checkout',
      text: 'at /nowhere/at/all/src',
      wrong: 'names /nowhere/at/all, a place of this machine',
    },
    { title: 'a home folder', text: join(homedir(), 'x'), wrong: /names .*, a place of this machine$/ },
    {
      title: 'a private key',
      text: `-----BEGIN EC PRIVATE KEY-----\n${letters}`,
      wrong: 'holds what looks like a private key',
    },
    { title: 'an npm token', text: `npm_${letters.slice(0, 36)}`, wrong: 'holds what looks like an npm token' },
    { title: 'an npm login', text: `//x/:_authToken=${letters}`, wrong: 'holds what looks like an npm token' },
    { title: 'a GitHub token', text: `ghp_${letters.slice(0, 36)}`, wrong: 'holds what looks like a GitHub token' },
    { title: 'an AWS key', text: `AKIA${'A1'.repeat(8)}`, wrong: 'holds what looks like an AWS key' },
    {
      title: 'a JWT',
      text: `eyJ${letters}.eyJ${letters}.${letters}`,
      wrong: 'holds what looks like a signed token (JWT)',
    },
    {
      title: 'a login',
      text: 'https://me:hunter22@example.com',
      wrong: 'holds what looks like a password in an address',
    },
  ];
  for (const { title, text, wrong } of rows) {
    it(`${title} is found`, async () => {
      const found = await faults(privacyCheck, candidate({ files: { 'dist/index.js': `x ${text} y` } }));
      expect(found).to.have.length(1);
      if (typeof wrong === 'string') expect(found[0]).to.equal(`dist/index.js ${wrong}`);
      else expect(found[0]).to.match(wrong);
    });
  }

  it('sources in a source map are found', async () => {
    const files = { 'dist/index.js.map': '{"sources":["x"],"sourcesContent":["secret"]}' };
    expect(await faults(privacyCheck, candidate({ files }))).to.deep.equal(['dist/index.js.map holds sources']);
  });
});

describe('release: running checks', () => {
  it('prints each result with what is wrong, and counts', async () => {
    const lines: string[] = [];
    const failed = await runChecks(
      [
        { title: 'one', run: () => 'fine' },
        {
          title: 'two',
          run: async () => {
            throw new Wrong(['a', 'b']);
          },
        },
      ],
      candidate({}),
      (line) => lines.push(line),
    );
    expect(failed).to.equal(1);
    expect(lines).to.deep.equal(['✓ one: fine', '✗ two', '    a', '    b']);
  });

  it('does not take a mistake of its own for an answer', async () => {
    const broken = {
      title: 'broken',
      run: () => {
        throw new TypeError('x');
      },
    };
    const error = await runChecks([broken], candidate({}), () => undefined).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(TypeError);
  });
});
