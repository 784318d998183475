import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { InstalledPackage } from './support/installed.ts';

const root = resolve(import.meta.dirname, '..', '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

const paletteSkill = {
  'SKILL.md': `---
name: palette-names
description: Names of colours and their values. Use it when a colour is asked for by name.
license: Apache-2.0
metadata:
  version: "1.2.0"
---

# Palette names

Look the colour up in references/names.md.
`,
  'references/names.md': '- teal: #008080\n',
};

const bannerSkill = {
  'SKILL.md': `---
name: banner-painter
description: Paints a banner for a release in the colours of a team. Use it when a banner is asked for.
license: Apache-2.0
---

# Banner painter

Run scripts/paint.sh with a colour from the skill palette-names.
`,
  'skill.yaml': `name: banner-painter
version: 2.0.1
description: Paints a banner for a release in the colours of a team. Use it when a banner is asked for.
license: Apache-2.0
tags: [banner, colour]
dependencies:
  palette-names: ^1.0
`,
  'scripts/paint.sh': '#!/bin/sh\necho painted\n',
};

interface Named {
  readonly name: string;
  readonly version: string;
}

describe('the packed tarball, installed globally into an empty prefix', function () {
  this.timeout(180_000);
  let machine: InstalledPackage;

  before(async () => {
    machine = await InstalledPackage.open();
  });
  after(async () => machine[Symbol.asyncDispose]());

  for (const program of ['skills', 'oci-skills']) {
    it(`${program} --version`, async () => {
      const { code, stdout, stderr } = await machine.run(['--version'], program);
      expect({ code, stdout, stderr }).to.deep.equal({ code: 0, stdout: `skills ${version}\n`, stderr: '' });
    });
  }

  it('brings no other package', () => {
    const modules = join(machine.prefix, process.platform === 'win32' ? '' : 'lib', 'node_modules');
    expect(readdirSync(modules).filter((name) => !name.startsWith('.'))).to.deep.equal(['@skills']);
    expect(readdirSync(join(modules, '@skills'))).to.deep.equal(['cli']);
    expect(existsSync(join(modules, '@skills', 'cli', 'node_modules'))).to.equal(false);
  });

  it('explains itself', async () => {
    const { code, stdout } = await machine.run(['--help']);
    expect(code).to.equal(0);
    for (const verb of ['install', 'search', 'publish']) expect(stdout).to.include(verb);
  });

  it('serves a registry and an index over it', async () => {
    const registry = await machine.serve('registry', 'serve', '--port', '0', '--dir', join(machine.path, 'registry'));
    const { host } = new URL(registry.url);
    const index = await machine.serve('index', 'serve', '--port', '0', '--registry', host);
    expect(index.token).to.be.a('string').with.length.above(10);
    Object.assign(machine.env, {
      SKILLS_REGISTRY: `${host}/team`,
      SKILLS_INDEX: index.url,
      SKILLS_INDEX_TOKEN: index.token ?? '',
    });
  });

  it('publishes two skills and tells the index', async () => {
    const folders = [
      machine.writeSkill('palette-names', paletteSkill),
      machine.writeSkill('banner-painter', bannerSkill),
    ];
    const reports = [];
    for (const folder of folders) {
      const { name, version, indexed } = await machine.json<Named & { indexed: boolean }>('publish', folder);
      reports.push({ name, version, indexed });
    }
    expect(reports).to.deep.equal([
      { name: 'palette-names', version: '1.2.0', indexed: true },
      { name: 'banner-painter', version: '2.0.1', indexed: true },
    ]);
  });

  it('finds one by what it does', async () => {
    const { results } = await machine.json<{ results: Named[] }>('search', 'paint banners');
    expect(results.map(({ name, version }) => `${name}@${version}`)).to.deep.equal(['banner-painter@2.0.1']);
  });

  it('installs it with what it depends on', async () => {
    const { added } = await machine.json<{ added: Named[] }>('install', 'banner-painter');
    expect(added.map(({ name, version }) => `${name}@${version}`)).to.have.members([
      'banner-painter@2.0.1',
      'palette-names@1.2.0',
    ]);
    const active = join(machine.project, '.agents', 'skills');
    expect(readdirSync(active).sort()).to.deep.equal(['banner-painter', 'palette-names']);
    for (const [path, text] of Object.entries(bannerSkill))
      expect(readFileSync(join(active, 'banner-painter', path), 'utf8'), path).to.equal(text);
    const declared = JSON.parse(readFileSync(join(machine.project, 'skills.json'), 'utf8'));
    expect(JSON.stringify(declared)).to.include('banner-painter').and.not.to.include('palette-names');
    expect(readFileSync(join(machine.project, 'skills.lock.json'), 'utf8')).to.include('palette-names');
  });

  it('has nothing to do the second time', async () => {
    const { added, unchanged } = await machine.json<{ added: Named[]; unchanged: Named[] }>('install');
    expect(added).to.deep.equal([]);
    expect(unchanged.map(({ name }) => name)).to.have.members(['banner-painter', 'palette-names']);
  });

  it('lists them', async () => {
    const { code, stdout } = await machine.run(['list']);
    expect(code).to.equal(0);
    expect(stdout)
      .to.match(/banner-painter\s+2\.0\.1/)
      .and.to.match(/palette-names\s+1\.2\.0/);
  });

  for (const verb of ['show', 'load']) {
    it(`${verb} prints what an agent reads`, async () => {
      const { code, stdout } = await machine.run([verb, 'banner-painter']);
      expect(code).to.equal(0);
      expect(stdout).to.include('# Banner painter').and.not.to.include('license:');
    });
  }

  it('says what is wrong, and ends with the code for it', async () => {
    const { code, stderr } = await machine.run(['install', 'no-such-skill']);
    expect(code).to.equal(3);
    expect(stderr).to.include('no-such-skill');
  });

  it('uninstalls both', async () => {
    const { removed } = await machine.json<{ removed: Named[] }>('uninstall', 'banner-painter');
    expect(removed.map(({ name }) => name)).to.have.members(['banner-painter', 'palette-names']);
    const active = join(machine.project, '.agents', 'skills');
    expect(existsSync(active) ? readdirSync(active) : []).to.deep.equal([]);
  });

  it('ends its servers with exit code 0', async () => {
    expect(await machine.stopServers()).to.deep.equal([0, 0]);
  });
});
