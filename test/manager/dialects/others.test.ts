import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseReference, sha256 } from '../../../src/core/index.ts';
import { openLayout, RemoteRegistry } from '../../../src/oci/index.ts';
import {
  blob,
  emptyConfig,
  type Fixture,
  flux,
  gzipOf,
  json,
  manifestOf,
  publish,
  skillimage,
  skillimageCollection,
  skillOf,
  skillsOci,
  tarOf,
  toolhive,
} from '../../pack/dialects/writers/index.ts';
import { makeWorld, type World } from '../world.ts';

const imageConfig = json('application/vnd.oci.image.config.v1+json', { architecture: 'amd64', os: 'linux' });

describe('what other tools have published, elsewhere and otherwise', () => {
  let world: World;
  beforeEach(async () => {
    world = await makeWorld();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const put = async (name: string, fixture: Fixture, ...tags: string[]) => {
    const { registry, repository } = parseReference(`${world.prefix}/${name}`);
    await using remote = new RemoteRegistry(registry);
    await publish(remote.repository(repository), fixture, ...tags);
  };
  const locked = () => JSON.parse(readFileSync(join(world.project, 'skills.lock.json'), 'utf8')).skills;
  const inProject = (path: string) => readFileSync(join(world.project, '.agents/skills', path), 'utf8');
  const frozenElsewhere = () =>
    world.manager({ cacheDir: join(world.room, 'elsewhere') }).installAll([], { frozen: true });

  it('installs what a skill of ToolHive requires', async () => {
    await put('base', toolhive(skillOf('base'), '1.2.0'), '1.2.0', '1.3.0');
    const requires = [`${world.prefix}/base:1.2.0`];
    await put('top', toolhive(skillOf('top'), '1.0.0', requires), '1.0.0');
    await world.manager().installAll([`${world.prefix}/top`]);
    expect(locked().map(({ name, version }: { name: string; version: string }) => `${name}@${version}`)).to.deep.equal([
      'base@1.2.0',
      'top@1.0.0',
    ]);
    expect((await frozenElsewhere()).unchanged).to.have.length(2);
  });

  it('looks past a repository that holds no skill where a dependency may lie in two places', async () => {
    const chart = manifestOf(json('application/vnd.cncf.helm.config.v1+json', {}), [blob('x/y', 'z')]);
    await put('helper', chart, 'latest');
    await world.publish('top', { dependencies: { helper: '^1' } });
    const other = `${world.host}/other`;
    await world.manager({ registry: other }).publish(world.skill('helper'));
    await world.manager({ registry: other }).installAll([`${world.prefix}/top`]);
    expect(locked()[0].source).to.deep.include({ repository: 'other/helper' });
  });

  it('installs an image of several layers, without what upper layers took away', async () => {
    const tar = (entries: Parameters<typeof tarOf>[0]) =>
      blob('application/vnd.docker.image.rootfs.diff.tar.gzip', gzipOf(tarOf(entries)));
    const { files } = skillOf('tool');
    const image = manifestOf(imageConfig, [
      tar(Object.entries({ ...files, secret: 'x' }).map(([path, content]) => ({ path, content }))),
      tar([
        { path: '.wh.secret', content: '' },
        { path: 'NEWS.md', content: 'new' },
      ]),
    ]);
    await put('kagent-tool', image, '1.0.0');
    const { name, contentDigest } = await world.manager().install(`${world.prefix}/kagent-tool`);
    expect(name).to.equal('tool');
    expect(readdirSync(join(world.project, '.agents/skills/tool'))).to.have.members([
      'NEWS.md',
      'SKILL.md',
      'references',
      'scripts',
    ]);
    expect(locked()[0]).to.not.have.property('layer');
    expect(locked()[0].contentDigest).to.equal(contentDigest);
    await frozenElsewhere();
    expect(inProject('tool/NEWS.md')).to.equal('new');
  });

  it('installs a skill whose files are layers of their own, under a tag that is its name', async () => {
    const { files } = skillOf('pdf');
    const layers = Object.entries(files).map(([path, text]) =>
      blob('text/plain', text, { annotations: { 'org.opencontainers.image.title': path } }),
    );
    await put(
      'library',
      manifestOf(emptyConfig, layers, { artifactType: 'application/vnd.agentskills.skill.v1' }),
      'pdf',
    );
    await world.manager().installAll([`${world.prefix}/library:pdf`], { skills: ['pdf'] });
    expect(inProject('pdf/scripts/run.sh')).to.equal(files['scripts/run.sh']);
    expect(locked()[0]).to.deep.include({ name: 'pdf', range: 'pdf' });
    await frozenElsewhere();
    expect((await world.manager().updateAll()).updated).to.deep.equal([]);
  });

  it('installs what states 0 bytes for its config and layer', async () => {
    const fixture = skillsOci(skillOf('zero'), '1.0.0');
    const document = JSON.parse(fixture.root.bytes.toString());
    for (const descriptor of [document.config, ...document.layers]) descriptor.size = 0;
    const bytes = Buffer.from(JSON.stringify(document));
    const root = { bytes, descriptor: { ...fixture.root.descriptor, digest: sha256(bytes), size: bytes.length } };
    await put('zero', { parts: [...fixture.parts.slice(0, -1), root], root }, '1.0.0');
    await world.manager().installAll([`${world.prefix}/zero`]);
    expect(locked()[0].layer.size).to.be.greaterThan(0);
    await frozenElsewhere();
    await world.manager({ offline: true }).installAll([], { frozen: true });
  });

  it('installs a collection of skillctl, which is a file that names images', async () => {
    for (const name of ['pdf', 'csv']) await put(name, skillimage(skillOf(name), '1.0.0'), '1.0.0');
    const images = { pdf: `${world.prefix}/pdf:1.0.0`, csv: `${world.prefix}/csv:1.0.0` };
    await put('office', skillimageCollection('office', images), '1.0.0');
    const { added } = await world.manager().installAll([`${world.prefix}/office:1.0.0`]);
    expect(added.map(({ name, source }) => [name, source])).to.deep.equal([
      ['csv', `${world.prefix}/csv`],
      ['pdf', `${world.prefix}/pdf`],
    ]);
    await frozenElsewhere();
  });

  it('installs one of several skills out of a layout', async () => {
    const layout = openLayout(join(world.project, 'layout'));
    await publish(layout, flux([skillOf('one'), skillOf('two')], '1.0.0'), '1.0.0');
    await world.manager({ cwd: world.project }).installAll(['oci-layout:./layout'], { skills: ['two'] });
    const lock = JSON.parse(readFileSync(join(world.project, 'skills.lock.json'), 'utf8'));
    expect(lock.otherSkills[0].source).to.deep.include({ type: 'layout', spec: 'oci-layout:./layout:#two' });
    expect(JSON.parse(readFileSync(join(world.project, 'skills.json'), 'utf8')).skills[0].source).to.equal(
      'oci-layout:./layout:#two',
    );
    expect(inProject('two/SKILL.md')).to.contain('name: two');
    await frozenElsewhere();
    expect((await world.manager({ cwd: world.project }).installAll()).unchanged).to.have.length(1);
  });
});
