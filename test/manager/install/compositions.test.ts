import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { closeServers, refuse, startScripted } from '../../oci/support/scripted-server.ts';
import { expectError } from '../expect-error.ts';
import { makeWorld, type World } from '../world.ts';

describe('compositions: skills that include others', () => {
  let world: World;
  beforeEach(async () => {
    world = await makeWorld();
  });
  afterEach(async () => {
    await closeServers();
    await world[Symbol.asyncDispose]();
  });

  const office = (yaml = 'includes:\n  pdf: ^1.2.0\n  xlsx: "*"\n') =>
    world.skill('office', { version: '1.0.0', yaml });

  it('are published only when all that they include is there, at a version that fits', async () => {
    await world.publish('pdf', { version: '1.1.0' });
    const error = await expectError(
      world.manager().publish(office()),
      'ERR_NO_VERSION',
      /it includes pdf@\^1\.2\.0, xlsx@\*, which no registry here has/,
    );
    expect(error.exitCode).to.equal(4);
    expect(error.hint).to.contain('--no-check-includes');
    expect(error.data?.missing).to.deep.equal([
      { name: 'pdf', range: '^1.2.0' },
      { name: 'xlsx', range: '*' },
    ]);
    await expectError(world.manager().publish(office(), { dryRun: true }), 'ERR_NO_VERSION', /pdf/);
    await expectError(world.manager().inspect(`${world.prefix}/office:1.0.0`), 'ERR_NOT_FOUND', /office/);
    await world.publish('pdf', { version: '1.2.5' });
    await world.publish('xlsx');
    expect((await world.manager().publish(office())).existed).to.equal(false);
  });

  it('are published all the same where that is asked for', async () => {
    const report = await world.manager().publish(office(), { checkIncludes: false });
    expect([report.version, report.warnings]).to.deep.equal(['1.0.0', []]);
    await expectError(world.manager().install('office'), 'ERR_NO_VERSION', /requires (?:pdf|xlsx)/);
  });

  it('are not published where a registry does not say', async () => {
    const server = await startScripted({ GET: refuse(403, 'DENIED', 'no'), HEAD: refuse(403, 'DENIED', 'no') });
    await expectError(
      world.manager().publish(office(`includes:\n  ${server.host}/team/pdf: "*"\n`)),
      'ERR_UNAUTHORISED',
      /team\/pdf|127/,
    );
  });

  it('are installed with what they include, which the lock says, and is uninstalled with them', async () => {
    await world.publish('base');
    await world.publish('pdf', { version: '1.2.5', dependencies: { base: '*' } });
    await world.publish('pdf', { version: '2.0.0' });
    await world.publish('xlsx');
    await world.manager().publish(office());
    const { dependencies } = await world.manager().install('office');
    expect(dependencies.map(({ name, version }) => `${name} ${version}`)).to.have.members(['pdf 1.2.5', 'xlsx 1.0.0']);
    const lock = JSON.parse(readFileSync(join(world.project, 'skills.lock.json'), 'utf8'));
    const entries = new Map<string, { requiredBy: string[]; dependencies: { name: string }[] }>(
      lock.skills.map((entry: { name: string }) => [entry.name, entry]),
    );
    expect([entries.get('pdf')?.requiredBy, entries.get('base')?.requiredBy]).to.deep.equal([['office'], ['pdf']]);
    expect(entries.get('office')?.dependencies.map(({ name }) => name)).to.have.members(['pdf', 'xlsx']);
    await world.manager().installAll([], { frozen: true });
    const { removed } = await world.manager().uninstall('office');
    expect(removed.map(({ name }) => name)).to.have.members(['office', 'pdf', 'xlsx', 'base']);
  });

  it('conflict like dependencies do', async () => {
    await world.publish('pdf', { version: '1.2.5' });
    await world.publish('pdf', { version: '2.0.0' });
    await world.publish('xlsx');
    await world.manager().publish(office());
    await expectError(world.manager().installAll(['office', 'pdf@^2']), 'ERR_CONFLICT', /pdf/);
  });
});
