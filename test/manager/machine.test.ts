import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { serveIndex } from '../../src/service/index.ts';
import { expectError } from './expect-error.ts';
import { makeWorld, type World } from './world.ts';

describe('the verbs of the machine', () => {
  let world: World;
  beforeEach(async () => {
    world = await makeWorld();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const config = () => JSON.parse(readFileSync(join(world.home, 'config.json'), 'utf8'));

  it('adds registries, the first of them for bare names, and says which is which', async () => {
    const manager = world.manager({ registry: undefined });
    expect(await manager.registries.list()).to.deep.equal([]);
    expect(await manager.registries.add('company', `https://${world.host}/acme/`)).to.include({
      name: 'company',
      url: world.prefix,
      default: true,
      from: 'machine',
    });
    await manager.registries.add('team', 'ghcr.io/team/skills', { scope: 'team', index: 'https://skills.example.com' });
    expect(
      (await manager.registries.list()).map(({ name, default: isDefault, scopes }) => [name, isDefault, scopes]),
    ).to.deep.equal([
      ['company', true, []],
      ['team', false, ['@team']],
    ]);
    await world.publish('report');
    expect((await manager.install('report')).name).to.equal('report');
    expect((await manager.registries.setDefault('team')).default).to.equal(true);
    expect(manager.settings.index, 'the index goes with the registry').to.equal('https://skills.example.com');
    await manager.registries.remove('team');
    expect(manager.settings.scopes.size).to.equal(0);
    expect(config().registry).to.equal(undefined);
    const error = await expectError(manager.registries.remove('team'), 'ERR_NOT_FOUND', /no registry is called "team"/);
    expect(error.hint).to.contain('company');
    await expectError(manager.registries.add('a b', 'ghcr.io/x'), 'ERR_USAGE', /cannot name a registry/);
    await expectError(manager.registries.add('x', 'not a host'), 'ERR_REFERENCE_INVALID', /not a registry/);
    await expectError(manager.registries.add('x', 'ghcr.io/x', { scope: 'A B' }), 'ERR_USAGE', /not a scope/);
  });

  it('never forgets silently what a name stood for', async () => {
    const { registries } = world.manager({ registry: undefined });
    const index = 'https://skills.example.com';
    await registries.add('company', 'ghcr.io/acme/skills', { index, plainHttp: true });
    const error = await expectError(
      registries.add('company', 'ghcr.io/acme/other'),
      'ERR_CONFLICT',
      /"company" is the name of ghcr\.io\/acme\/skills with the index https:\/\/skills\.example\.com already/,
    );
    expect(error.hint).to.contain('--force').and.to.contain('--index');
    await expectError(
      registries.add('company', 'ghcr.io/acme/skills', { index: 'https://elsewhere.example.com' }),
      'ERR_CONFLICT',
      /already/,
    );
    const again = await registries.add('company', 'ghcr.io/acme/skills', { scope: '@acme' });
    expect(again, 'the same registry keeps its index').to.deep.include({ index, scopes: ['@acme'] });
    expect(config().registries.company).to.deep.equal({ url: 'ghcr.io/acme/skills', index, plainHttp: true });
    await registries.add('company', 'ghcr.io/acme/other', { force: true });
    expect(config().registries.company).to.deep.equal({ url: 'ghcr.io/acme/other' });
  });

  it('gets, sets and unsets single values, and keeps what it does not know', async () => {
    mkdirSync(world.home, { recursive: true });
    writeFileSync(join(world.home, 'config.json'), '{"future": {"kept": true}}');
    const { config: values } = world.manager();
    await values.set('index', 'https://skills.example.com/');
    await values.set('scopes.@acme', world.prefix);
    await values.set('plainHttp', 'registry.internal:5000, other');
    expect(await values.list()).to.deep.equal({
      index: 'https://skills.example.com',
      plainHttp: 'registry.internal:5000,other',
      'scopes.@acme': world.prefix,
    });
    expect(await values.get('scopes.@acme')).to.equal(world.prefix);
    await values.unset('plainHttp');
    expect(await values.get('plainHttp')).to.equal(undefined);
    expect(config().future).to.deep.equal({ kept: true });
    for (const key of ['nope', '__proto__', 'scopes.acme'])
      await expectError(values.set(key, 'x'), 'ERR_USAGE', /no setting/);
    await expectError(values.set('index', 'skills.example.com'), 'ERR_USAGE', /not an address/);
    await expectError(values.get('nope'), 'ERR_USAGE', /no setting/);
  });

  it('lets options rule over the environment, that over the project, and that over the machine', async () => {
    const machine = world.manager({ registry: undefined });
    await machine.registries.add('machine', 'machine.example/x');
    await machine.config.set('index', 'https://machine.example');
    expect([machine.settings.registry, machine.settings.index]).to.deep.equal([
      'machine.example/x',
      'https://machine.example',
    ]);
    writeFileSync(
      join(world.project, 'skills.json'),
      JSON.stringify({
        registries: { main: { url: 'project.example/x', default: true } },
        index: 'https://project.example',
        skills: [],
      }),
    );
    const inProject = world.manager({ registry: undefined });
    expect(inProject.settings.index).to.equal('https://project.example');
    const env = { PATH: '', HOME: world.room, SKILLS_REGISTRY: 'env.example/x', SKILLS_INDEX: 'https://env.example' };
    const inEnv = world.manager({ registry: undefined, env }).settings;
    expect([inEnv.registry, inEnv.index]).to.deep.equal(['env.example/x', 'https://env.example']);
    const typed = world.manager({ registry: 'flag.example/x', registryUrl: 'https://flag.example', env }).settings;
    expect([typed.registry, typed.index]).to.deep.equal(['flag.example/x', 'https://flag.example']);
  });

  it('says in doctor what is configured and what is wrong, and goes on after a check that fails', async () => {
    const index = await serveIndex({ registries: [{ host: world.host }], refresh: 0 });
    await world.publish('report');
    await world.publish('tables');
    const manager = world.manager({ registryUrl: index.url });
    await manager.installAll(['report', 'tables']);
    const good = await manager.doctor();
    expect(good.ok).to.equal(true);
    expect(good.checks.map(({ id, status }) => [id.replace(world.prefix, 'registry'), status])).to.deep.include.members(
      [
        ['node', 'ok'],
        ['store', 'ok'],
        ['git', 'ok'],
        ['registry:registry', 'ok'],
        ['index', 'ok'],
        ['project', 'ok'],
      ],
    );
    await index.close();
    await world.stopRegistry();
    rmSync(join(world.project, '.agents/skills/report'), { recursive: true });
    writeFileSync(join(world.project, '.agents/skills/tables/SKILL.md'), 'mine');
    const bad = await world.manager({ registryUrl: index.url }).doctor();
    const of = (id: string) => bad.checks.find((check) => check.id === id);
    expect(bad.ok).to.equal(false);
    expect([
      of(`registry:${world.prefix}`)?.status,
      of('skill:report')?.status,
      of('skill:tables')?.status,
    ]).to.deep.equal(['error', 'warning', 'warning']);
    expect(of('skill:report')?.detail).to.contain('missing');
    expect(of('skill:tables')?.hint).to.contain('--force');
    expect(bad.checks.some(({ id, status }) => /index/i.test(id) && status === 'error')).to.equal(true);
    expect(bad.checks.find(({ id }) => id === 'agents')).to.not.equal(undefined);
  });

  it('clears what can be fetched again, and nothing that is installed', async () => {
    await world.publish('report');
    await world.manager().installAll(['report']);
    const size = await world.manager().getCacheSize();
    expect(size).to.be.greaterThan(0);
    await world.manager().clearCache();
    expect(await world.manager().getCacheSize()).to.equal(0);
    await world.stopRegistry();
    rmSync(join(world.project, '.agents'), { recursive: true });
    await world.manager().installAll([], { frozen: true });
    expect(existsSync(join(world.project, '.agents/skills/report/SKILL.md'))).to.equal(true);
  });

  it('rebuilds a tree from the store when only its content is left, without a registry', async () => {
    await world.publish('report');
    await world.manager().installAll(['report']);
    rmSync(join(world.home, 'report'), { recursive: true });
    rmSync(join(world.project, '.agents'), { recursive: true });
    await world.stopRegistry();
    await world.manager({ offline: true }).installAll([], { frozen: true });
    expect(existsSync(join(world.project, '.agents/skills/report/SKILL.md'))).to.equal(true);
  });

  it('tells of progress', async () => {
    await world.publish('tables');
    await world.publish('report', { dependencies: { tables: '^1' } });
    const phases: string[] = [];
    await world
      .manager({
        onProgress: ({ phase, name, done, total }) =>
          phases.push([phase, name, done, total].filter((item) => item !== undefined).join(' ')),
      })
      .installAll(['report']);
    expect(phases[0]).to.match(/^resolve/);
    expect(phases.filter((line) => line.startsWith('fetch'))).to.have.length(2);
    expect(phases.at(-1)).to.match(/^activate/);
  });
});
