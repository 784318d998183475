import { join } from 'node:path';
import { expect } from 'chai';
import { RemoteRegistry } from '../../../src/oci/index.ts';
import { serveIndex } from '../../../src/service/index.ts';
import { expectError } from '../expect-error.ts';
import { makeWorld, type World } from '../world.ts';

describe('push and publish in several dialects', () => {
  let world: World;
  beforeEach(async () => {
    world = await makeWorld();
  });
  afterEach(async () => world[Symbol.asyncDispose]());

  const both = { dialects: ['agentskills', 'image'] } as const;
  const image = { dialects: ['image'] } as const;
  const tagsOf = async (name: string) => {
    await using registry = new RemoteRegistry(world.host);
    return await Array.fromAsync(registry.repository(`acme/${name}`).tags());
  };
  const skill = (version = '1.2.0', body = '') => world.skill('report', { version, files: { 'notes.md': body } });

  it('puts both beside each other in one push, each under its tag, with one content', async () => {
    const report = await world.manager().push(skill(), `${world.prefix}/report:1.2.0`, { ...both, tags: ['stable'] });
    expect(report.artifacts.map(({ dialect, reference, tags }) => [dialect, reference, tags])).to.deep.equal([
      ['agentskills', `${world.prefix}/report:1.2.0`, ['1.2.0', 'stable']],
      ['image', `${world.prefix}/report:image-1.2.0`, ['image-1.2.0', 'image-stable']],
    ]);
    expect([report.digest, report.reference]).to.deep.equal([
      report.artifacts[0]?.digest,
      `${world.prefix}/report:1.2.0`,
    ]);
    expect(await tagsOf('report')).to.have.members(['1.2.0', 'stable', 'image-1.2.0', 'image-stable']);
    for (const { dialect, reference, digest } of report.artifacts) {
      const read = await world.manager().inspect(reference);
      expect([read.dialect, read.digest, read.contentDigest, read.version]).to.deep.equal([
        dialect,
        digest,
        report.contentDigest,
        '1.2.0',
      ]);
      expect(read.manifest.sources, 'all of the manifest').to.include('skill.yaml');
      expect(read.files.map(({ path }) => path)).to.deep.equal(['SKILL.md', 'notes.md', 'skill.yaml']);
    }
  });

  it('moves image-latest as latest moves, never backwards, each dialect by its own versions', async () => {
    const publish = (version: string, options: object) => world.manager().publish(skill(version), options);
    expect((await publish('1.0.0', {})).tags).to.deep.equal(['1.0.0', 'latest', '1', '1.0']);
    expect((await publish('2.0.0', {})).tags).to.deep.equal(['2.0.0', 'latest', '2', '2.0']);
    const second = await publish('1.0.0', both);
    expect(second.artifacts.map(({ tags, existed }) => [tags, existed])).to.deep.equal([
      [['1.0.0', '1', '1.0'], true],
      [['image-1.0.0', 'image-latest', 'image-1', 'image-1.0'], false],
    ]);
    expect(second.existed, 'one of them was not').to.equal(false);
    expect((await publish('1.0.0', both)).existed).to.equal(true);
    expect((await publish('0.9.0', image)).tags).to.deep.equal(['image-0.9.0', 'image-0', 'image-0.9']);
  });

  it('pushes an image alone where that is asked for, also by its own tag', async () => {
    const report = await world.manager().push(skill(), `${world.prefix}/report:image-1.2.0`, image);
    expect([report.reference, report.version, report.tags]).to.deep.equal([
      `${world.prefix}/report:image-1.2.0`,
      '1.2.0',
      ['image-1.2.0'],
    ]);
    expect(await tagsOf('report')).to.deep.equal(['image-1.2.0']);
    await expectError(
      world.manager().push(skill(), `${world.prefix}/report:image-1.2.0`),
      'ERR_REFERENCE_INVALID',
      /not an exact version/,
    );
  });

  it('refuses all of it where one of the tags stands for other content', async () => {
    await world.manager().push(skill(), `${world.prefix}/report`, image);
    const error = await expectError(
      world.manager().push(skill('1.2.0', 'more'), `${world.prefix}/report`, both),
      'ERR_VERSION_EXISTS',
      /report:image-1\.2\.0 is already published with other content/,
    );
    expect(error.exitCode).to.equal(4);
    expect(await tagsOf('report'), 'nothing was pushed').to.deep.equal(['image-1.2.0']);
  });

  it('says in a dry run what it would do', async () => {
    const { artifacts } = await world.manager().publish(skill(), { ...both, dryRun: true });
    expect(artifacts.flatMap(({ tags }) => tags)).to.deep.equal([
      '1.2.0',
      'latest',
      '1',
      '1.2',
      'image-1.2.0',
      'image-latest',
      'image-1',
      'image-1.2',
    ]);
    await expectError(world.manager().inspect(`${world.prefix}/report:image-1.2.0`), 'ERR_NOT_FOUND', /report/);
  });

  it('pushes what is configured, and what is asked for instead', async () => {
    const manager = world.manager();
    await manager.config.set('dialects', 'agentskills, image');
    expect(await manager.config.get('dialects')).to.equal('agentskills,image');
    expect((await manager.publish(skill())).artifacts).to.have.length(2);
    expect((await manager.publish(skill('1.3.0'), image)).artifacts).to.have.length(1);
    await expectError(manager.config.set('dialects', 'agentskills,zip'), 'ERR_USAGE', /"zip" is not a dialect/);
    await manager.config.unset('dialects');
    expect((await manager.publish(skill('1.4.0'))).artifacts).to.have.length(1);
  });

  it('writes both into a layout', async () => {
    const layout = `oci-layout:${join(world.room, 'layout')}`;
    const report = await world.manager().push(skill(), layout, both);
    expect((await world.manager().inspect(`${layout}:image-1.2.0`)).digest).to.equal(report.artifacts[1]?.digest);
  });

  it('tells the index of versions, which the tags of images are not', async () => {
    const index = await serveIndex({ registries: [{ host: world.host }], refresh: 0, token: 'secret' });
    try {
      const manager = world.manager({ registryUrl: index.url, indexToken: 'secret' });
      const alone = await manager.publish(world.skill('picture'), image);
      expect([alone.indexed, alone.warnings]).to.deep.equal([undefined, []]);
      await manager.publish(skill('1.2.0'), both);
      await manager.publish(skill('1.3.0'), both);
      expect((await manager.search('report picture')).map(({ name }) => name)).to.deep.equal(['report']);
      const { versions } = await manager.getSkill('report');
      expect(versions).to.deep.equal(['1.3.0', '1.2.0']);
    } finally {
      await index.close();
    }
  });

  it('installs the version, whatever other forms stand beside it', async () => {
    const { artifacts } = await world.manager().publish(skill(), both);
    const { version, digest } = await world.manager().install('report');
    expect([version, digest]).to.deep.equal(['1.2.0', artifacts[0]?.digest]);
  });
});
