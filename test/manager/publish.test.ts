import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { RemoteRegistry } from '../../src/oci/index.ts';
import { serveIndex } from '../../src/service/index.ts';
import { closeServers, refuse, startScripted } from '../oci/support/scripted-server.ts';
import { expectError } from './expect-error.ts';
import { makeWorld, type World } from './world.ts';

describe('publish and push', () => {
  let world: World;
  beforeEach(async () => {
    world = await makeWorld();
  });
  afterEach(async () => {
    await closeServers();
    await world[Symbol.asyncDispose]();
  });

  async function tagsOf(name: string): Promise<Record<string, string>> {
    await using registry = new RemoteRegistry(world.host);
    const repository = registry.repository(`acme/${name}`);
    const tags = await Array.fromAsync(repository.tags());
    const versions = await Promise.all(
      tags.map(async (tag) => (await world.manager().inspect(`${world.prefix}/${name}:${tag}`)).manifest.version),
    );
    return Object.fromEntries(tags.map((tag, index) => [tag, versions[index] ?? '']));
  }
  const publish = (version: string) => world.manager().publish(world.skill('report', { version }));

  it('moves latest, 1 and 1.2 with releases, never to a prerelease and never backwards', async () => {
    expect((await publish('1.2.0')).tags).to.deep.equal(['1.2.0', 'latest', '1', '1.2']);
    expect((await publish('2.0.0-rc.1')).tags).to.deep.equal(['2.0.0-rc.1']);
    expect((await publish('1.2.3')).tags).to.have.members(['1.2.3', 'latest', '1', '1.2']);
    expect((await publish('1.2.1')).tags).to.deep.equal(['1.2.1']);
    expect((await publish('1.1.9')).tags).to.have.members(['1.1.9', '1.1']);
    expect((await publish('2.0.0')).tags).to.have.members(['2.0.0', 'latest', '2', '2.0']);
    expect((await publish('1.3.0')).tags).to.have.members(['1.3.0', '1', '1.3']);
    expect(await tagsOf('report')).to.deep.include({
      latest: '2.0.0',
      '1': '1.3.0',
      '1.2': '1.2.3',
      '1.1': '1.1.9',
      '2': '2.0.0',
    });
  });

  it('refuses a version that is there with other content, and says the next; the same content is there already', async () => {
    const first = await publish('1.0.0');
    const again = await publish('1.0.0');
    expect([first.existed, again.existed]).to.deep.equal([false, true]);
    expect(again.digest).to.equal(first.digest);
    const folder = world.skill('report', { version: '1.0.0', files: { 'more.md': 'more' } });
    const error = await expectError(
      world.manager().publish(folder),
      'ERR_VERSION_EXISTS',
      /report:1\.0\.0 is already published/,
    );
    expect(error.exitCode).to.equal(4);
    expect(error.hint).to.contain('--version 1.0.1');
    await world
      .manager()
      .publish(folder, { version: '1.0.1' })
      .catch(() => undefined);
    expect((await world.manager().inspect(`${world.prefix}/report:1.0.0`)).digest).to.equal(first.digest);
  });

  it('gives a skill without a version the next patch when its content changed', async () => {
    const folder = world.skill('plain');
    const write = (body: string) => {
      rmSync(join(folder, 'skill.yaml'), { force: true });
      writeFileSync(
        join(folder, 'SKILL.md'),
        `---\nname: plain\ndescription: Plain. Use it in tests.\n---\n\n${body}\n`,
      );
      return world.manager().publish(folder);
    };
    const reports = [await write('one'), await write('one'), await write('two')];
    expect(reports.map(({ version, versionFrom, existed }) => [version, versionFrom, existed])).to.deep.equal([
      ['0.1.0', 'first', false],
      ['0.1.0', 'unchanged', true],
      ['0.1.1', 'next patch', false],
    ]);
  });

  it('changes nothing in a dry run, and says what it would do', async () => {
    const report = await world.manager().publish(world.skill('report'), { dryRun: true });
    expect([report.dryRun, report.existed]).to.deep.equal([true, false]);
    expect(report.tags).to.deep.equal(['1.0.0', 'latest', '1', '1.0']);
    await expectError(world.manager().inspect(`${world.prefix}/report:1.0.0`), 'ERR_NOT_FOUND', /report/);
  });

  it('publishes where the manifest says, where the option says otherwise there, and nowhere without either', async () => {
    const folder = world.skill('report', { yaml: `registry: ${world.host}/from-manifest\n` });
    const plain = world.manager({ registry: undefined });
    expect((await plain.publish(folder)).reference).to.equal(`${world.host}/from-manifest/report:1.0.0`);
    expect((await plain.publish(folder, { registry: `${world.host}/asked` })).reference).to.equal(
      `${world.host}/asked/report:1.0.0`,
    );
    await plain.registries.add('company', `${world.host}/company`);
    expect((await plain.publish(folder, { registry: 'company' })).reference).to.equal(
      `${world.host}/company/report:1.0.0`,
    );
    const mistyped = await expectError(
      plain.publish(folder, { registry: 'compnay' }),
      'ERR_REFERENCE_INVALID',
      /"compnay" is not a registry/,
    );
    expect(mistyped.hint, 'says which names there are').to.match(/configured: company$/);
    const none = world.manager({ registry: undefined, cacheDir: join(world.room, 'empty') });
    const error = await expectError(
      none.publish(world.skill('report')),
      'ERR_NO_REGISTRY',
      /publishing needs a registry/,
    );
    expect(error.hint).to.contain('skills registry add');
  });

  it('tells the index where one is configured; that it cannot be told is a warning', async () => {
    const index = await serveIndex({ registries: [{ host: world.host }], refresh: 0, token: 'secret' });
    try {
      const manager = world.manager({ registryUrl: index.url, indexToken: 'secret' });
      expect((await manager.publish(world.skill('report'))).indexed).to.equal(true);
      expect((await manager.search('report')).map(({ name }) => name)).to.deep.equal(['report']);
      const refused = await world
        .manager({ registryUrl: index.url, indexToken: 'wrong' })
        .publish(world.skill('tables'));
      expect(refused.indexed).to.equal(false);
      expect(refused.warnings.join()).to.match(/index was not told/);
      expect((await world.manager().publish(world.skill('extra'))).indexed).to.equal(undefined);
    } finally {
      await index.close();
    }
    const down = await world.manager({ registryUrl: index.url }).publish(world.skill('late'));
    expect([down.indexed, down.warnings.length]).to.deep.equal([false, 1]);
    expect((await world.manager().inspect(`${world.prefix}/late:1.0.0`)).name).to.equal('late');
  });

  it('publishes nothing that is invalid, and lists all that is wrong', async () => {
    const folder = world.skill('report');
    rmSync(join(folder, 'skill.yaml'));
    writeFileSync(join(folder, 'SKILL.md'), '---\nname: Other Name\nallowed-tools: 7\n---\n');
    const error = await expectError(
      world.manager().publish(folder),
      'ERR_SKILL_INVALID',
      /description[\s\S]*name|name[\s\S]*description/,
    );
    expect(error.exitCode).to.equal(8);
    await expectError(world.manager().publish(join(world.room, 'nowhere')), 'ERR_NOT_FOUND', /nowhere/);
  });

  it('pushes to a layout and to a registry, under the tag that says the version', async () => {
    const layout = `oci-layout:${join(world.room, 'layout')}`;
    const folder = world.skill('report');
    const [first, second] = [
      await world.manager().push(folder, `${layout}:1.0.0`),
      await world.manager().push(folder, `${world.prefix}/report:1.0.0`),
    ];
    expect(first.digest).to.equal(second.digest);
    expect(second.tags).to.deep.equal(['1.0.0']);
    expect((await world.manager().inspect(`${layout}:1.0.0`)).digest).to.equal(first.digest);
    const relative = await world
      .manager({ cwd: world.room, project: world.project })
      .inspect('oci-layout:./layout:1.0.0');
    expect(relative.digest, 'paths start where the command does').to.equal(first.digest);
    expect((await world.manager().push(folder, `${world.prefix}/report`, { tags: ['stable'] })).tags).to.deep.equal([
      '1.0.0',
      'stable',
    ]);
    await expectError(
      world.manager().push(folder, `${world.prefix}/report:latest`),
      'ERR_REFERENCE_INVALID',
      /not an exact version/,
    );
    await expectError(
      world.manager().push(folder, `${world.prefix}/other:1.0.0`),
      'ERR_CONFLICT',
      /called "report".*ends in "other"/,
    );
  });

  it('shows what validation warns of, with publish, push and a dry run', async () => {
    const folder = world.skill('report');
    renameSync(join(folder, 'SKILL.md'), join(folder, 'skill.md'));
    const manager = world.manager();
    const reports = [
      await manager.publish(folder, { dryRun: true }),
      await manager.publish(folder),
      await manager.push(folder, `${world.prefix}/copies/report:1.0.0`),
    ];
    const { skills } = await manager.validate([folder]);
    for (const { problems } of reports) expect(problems).to.deep.equal(skills[0]?.problems);
    expect(reports[0]?.problems.map(({ grade, file }) => [grade, file])).to.deep.include(['warning', 'skill.md']);
  });

  it('warns of what the skill needs and nobody could get, and of nothing that is there', async () => {
    const folder = world.skill('report', { dependencies: { tables: '^2.0.0' } });
    const warning = /needs tables@\^2\.0\.0, which is not published/;
    expect((await world.manager().publish(folder, { dryRun: true })).warnings.join()).to.match(warning);
    await world.publish('tables', { version: '1.9.0' });
    expect((await world.manager().publish(folder)).warnings.join(), 'another version is none').to.match(warning);
    await world.publish('tables', { version: '2.0.1' });
    expect((await world.manager().publish(folder)).warnings).to.deep.equal([]);
  });

  it('pushes what a package file holds, with the same digest', async () => {
    const folder = world.skill('report', { files: { 'scripts/run.sh': '#!/bin/sh\n' } });
    const { file = '' } = await world.manager().pack(folder, { output: world.room });
    const pushed = await world.manager().push(file, `${world.prefix}/report:1.0.0`);
    expect((await world.manager().publish(folder)).existed).to.equal(true);
    expect(pushed.existed).to.equal(false);
  });

  it('names the login that is missing', async () => {
    for (const status of [401, 403]) {
      const server = await startScripted({
        GET: refuse(status, 'DENIED', 'no'),
        HEAD: refuse(status, 'DENIED', 'no'),
        POST: refuse(status, 'DENIED', 'no'),
      });
      const error = await expectError(
        world.manager({ registry: `${server.host}/acme` }).publish(world.skill('report')),
        'ERR_UNAUTHORISED',
        /acme\/report|127/,
      );
      expect(error.exitCode).to.equal(6);
      expect(error.hint).to.match(new RegExp(`login ${server.host}`));
    }
  });

  it('asks nobody when it is offline', async () => {
    const manager = world.manager({ offline: true, registryUrl: 'http://127.0.0.1:9' });
    await expectError(manager.publish(world.skill('report')), 'ERR_OFFLINE', /registry/);
    await expectError(manager.search('x'), 'ERR_OFFLINE', /index/);
    await manager.push(world.skill('report'), `oci-layout:${join(world.room, 'layout')}`);
    expect(existsSync(join(world.room, 'layout/index.json'))).to.equal(true);
  });
});
