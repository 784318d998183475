import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { expectError } from './expect-error.ts';
import { makeWorld, type World } from './world.ts';

describe('what an install or update moves', () => {
  let world: World;
  beforeEach(async () => {
    world = await makeWorld();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const read = (file: string) => JSON.parse(readFileSync(join(world.project, file), 'utf8'));
  const versions = () =>
    Object.fromEntries(
      read('skills.lock.json').skills.map(({ name, version }: { name: string; version: string }) => [name, version]),
    );

  it('gives a new skill its newest version, and moves what that needs', async () => {
    await world.publish('tables', { version: '1.0.0' });
    await world.publish('report', { dependencies: { tables: '^1' } });
    await world.manager().installAll(['report']);
    await world.publish('extra', { version: '1.0.0', dependencies: { tables: '^1.0' } });
    await world.publish('tables', { version: '1.1.0' });
    await world.publish('extra', { version: '1.1.0', dependencies: { tables: '^1.1' } });
    await world.manager().installAll(['extra']);
    expect(versions()).to.deep.equal({ extra: '1.1.0', report: '1.0.0', tables: '1.1.0' });
  });

  it('does not give a new skill a version that what is there cannot live with', async () => {
    await world.publish('tables', { version: '1.0.0' });
    await world.publish('tables', { version: '2.0.0' });
    await world.publish('report', { dependencies: { tables: '^1' } });
    await world.manager().installAll(['report']);
    await world.publish('extra', { version: '1.0.0', dependencies: { tables: '^1.0' } });
    await world.publish('extra', { version: '1.1.0', dependencies: { tables: '^2' } });
    await world.manager().installAll(['extra']);
    expect(versions()).to.deep.equal({ extra: '1.0.0', report: '1.0.0', tables: '1.0.0' });
  });

  it('updates one skill with what it needs, and leaves the others', async () => {
    await world.publish('tables', { version: '1.0.0' });
    await world.publish('other', { version: '1.0.0' });
    await world.publish('report', { version: '1.0.0', dependencies: { tables: '^1.0' } });
    await world.manager().installAll(['report', 'other']);
    await world.publish('tables', { version: '1.1.0' });
    await world.publish('tables', { version: '1.2.0' });
    await world.publish('other', { version: '1.1.0' });
    await world.publish('report', { version: '1.1.0', dependencies: { tables: '^1.1' } });
    const { version, previous, dependencies } = await world.manager().update('report');
    expect([version, previous]).to.deep.equal(['1.1.0', '1.0.0']);
    expect(dependencies.map(({ name }) => name)).to.deep.equal(['tables']);
    expect(versions()).to.deep.include({ report: '1.1.0', other: '1.0.0', tables: '1.2.0' });
    expect((await world.manager().update('report')).previous, 'nothing more to do').to.equal(undefined);
  });

  it('updates a dependency alone', async () => {
    await world.publish('tables', { version: '1.0.0' });
    await world.publish('report', { version: '1.0.0', dependencies: { tables: '^1' } });
    await world.manager().installAll(['report']);
    await world.publish('tables', { version: '1.1.0' });
    await world.publish('report', { version: '1.1.0', dependencies: { tables: '^1' } });
    await world.manager().update('tables');
    expect(versions()).to.deep.equal({ report: '1.0.0', tables: '1.1.0' });
  });

  it('says what --check finds, and changes nothing', async () => {
    await world.publish('report', { version: '1.0.0' });
    await world.manager().installAll(['report']);
    await world.publish('report', { version: '1.1.0' });
    const before = readFileSync(join(world.project, 'skills.lock.json'), 'utf8');
    const { updated } = await world.manager().updateAll([], { check: true });
    expect(updated.map(({ name, previous, version }) => [name, previous, version])).to.deep.equal([
      ['report', '1.0.0', '1.1.0'],
    ]);
    expect(readFileSync(join(world.project, 'skills.lock.json'), 'utf8')).to.equal(before);
    await expectError(world.manager().updateAll(['nope']), 'ERR_NOT_INSTALLED', /nope/);
  });

  it('keeps to ranges and leaves prereleases', async () => {
    await world.publish('report', { version: '1.0.0' });
    await world.manager().installAll(['report@^1.0.0']);
    await world.publish('report', { version: '1.1.0-rc.1' });
    await world.publish('report', { version: '2.0.0' });
    expect((await world.manager().updateAll()).updated).to.deep.equal([]);
    await world.manager().installAll(['report@1.1.0-rc.1']);
    expect(versions()).to.deep.equal({ report: '1.1.0-rc.1' });
  });

  it('pins what is typed with an exact version, also where the lock is at it already', async () => {
    await world.publish('report');
    await world.manager().installAll(['report']);
    await world.manager().installAll(['report@1.0.0']);
    expect(read('skills.json').skills[0].version).to.equal('1.0.0');
    expect(read('skills.lock.json').skills[0].range).to.equal('1.0.0');
    await world.manager().installAll([], { frozen: true });
  });

  it('installs by tag and by digest', async () => {
    await world.publish('report', { version: '1.0.0' });
    const { digest } = await world.manager().inspect(`${world.prefix}/report:1.0.0`);
    await world.publish('report', { version: '1.1.0' });
    await world.manager().installAll([`report@${digest}`]);
    expect(versions()).to.deep.equal({ report: '1.0.0' });
    expect(read('skills.lock.json').skills[0].source.tag, "the artifact's version, as other tools want one").to.equal(
      '1.0.0',
    );
    expect((await world.manager().updateAll()).updated, 'a digest does not move').to.deep.equal([]);
    await world.manager().installAll([], { frozen: true });
    await world.manager().installAll(['report@latest']);
    expect(versions()).to.deep.equal({ report: '1.1.0' });
  });

  it('follows skills.json when it was edited by hand', async () => {
    await world.publish('report', { version: '1.0.0' });
    await world.publish('tables', { version: '1.0.0' });
    await world.manager().installAll(['report@^1', 'tables']);
    await world.publish('report', { version: '2.0.0' });
    const project = read('skills.json');
    project.skills = [{ ...project.skills[0], version: '^2' }];
    writeFileSync(join(world.project, 'skills.json'), JSON.stringify(project));
    const report = await world.manager().installAll();
    expect(versions()).to.deep.equal({ report: '2.0.0' });
    expect(report.removed).to.deep.equal([{ name: 'tables', version: '1.0.0' }]);
  });

  it('holds every name to its source: in skills.json, and of dependencies', async () => {
    const other = `${world.host}/other`;
    await world.publish('tables');
    await world.publish('report', { dependencies: { tables: '^1' } });
    await world.manager().installAll(['report']);
    await world.manager({ registry: other }).publish(world.skill('report'));
    const project = read('skills.json');
    project.skills[0].source = `${other}/report`;
    writeFileSync(join(world.project, 'skills.json'), JSON.stringify(project));
    await expectError(
      world.manager().installAll(),
      'ERR_UNTRUSTED',
      /report is bound to .*acme\/report.*other\/report/,
    );
    project.skills[0].source = `${world.prefix}/report`;
    writeFileSync(join(world.project, 'skills.json'), JSON.stringify(project));
    await world.manager({ registry: other }).publish(world.skill('tables', { version: '1.5.0' }));
    await world.publish('report', { version: '1.1.0', dependencies: { [`${other}/tables`]: '^1' } });
    await expectError(
      world.manager().update('report'),
      'ERR_UNTRUSTED',
      /tables is bound to .*acme\/tables.*other\/tables/,
    );
    expect(versions()).to.deep.equal({ report: '1.0.0', tables: '1.0.0' });
  });

  it('refuses two skills of one name', async () => {
    const other = `${world.host}/other`;
    await world.publish('report');
    await world.manager({ registry: other }).publish(world.skill('report'));
    await expectError(world.manager().installAll(['report', `${other}/report`]), 'ERR_CONFLICT', /called report/);
  });

  it('says what has no version, no skill, and no registry', async () => {
    await world.publish('report');
    const none = await expectError(world.manager().installAll(['report@^9']), 'ERR_NO_VERSION', /report/);
    expect(none.message + none.hint).to.contain('1.0.0');
    expect((await expectError(world.manager().installAll(['nothing']), 'ERR_NOT_FOUND', /nothing/)).exitCode).to.equal(
      3,
    );
    const bare = await expectError(
      world.manager({ registry: undefined }).installAll(['report']),
      'ERR_NO_REGISTRY',
      /bare name/,
    );
    expect(bare.exitCode).to.equal(2);
    expect(bare.hint).to.match(/skills registry add.*owner\/repo/);
    await expectError(world.manager().installAll(['Not A Name']), 'ERR_REFERENCE_INVALID', /Not A Name/);
  });

  it('uninstalls what skills.json names although there is no lock, and what is both asked for and required', async () => {
    await world.publish('tables');
    await world.publish('report', { dependencies: { tables: '^1' } });
    await world.manager().installAll(['report', 'tables']);
    const { removed, kept, undo } = await world.manager().uninstall('tables');
    expect([removed, kept]).to.deep.equal([[], [{ name: 'tables', requiredBy: ['report'] }]]);
    expect(undo).to.equal(`skills install ${world.prefix}/tables@^1.0.0`);
    expect(read('skills.json').skills.map(({ name }: { name: string }) => name)).to.deep.equal(['report']);
    writeFileSync(join(world.project, 'skills.lock.json'), '{"lockfileVersion": 1, "skills": []}');
    await world.manager().uninstall('report');
    expect(read('skills.json').skills).to.deep.equal([]);
  });
});
