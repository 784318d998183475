import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { SkillManagerOptions } from '../../src/manager/index.ts';
import { closeServers, json, startScripted } from '../oci/support/scripted-server.ts';
import { startProxy, type TestProxy } from '../support/proxy.ts';
import { expectError } from './expect-error.ts';
import { makeWorld, type World } from './world.ts';

/** Whoever writes the skills.json of a clone chooses hosts; he must not get what the user keeps for them. */
describe('secrets of the user and settings of a clone', () => {
  let world: World;
  let proxy: TestProxy;
  beforeEach(async () => {
    world = await makeWorld();
    const eavesdropper = await startScripted({
      GET: (response, seen) => {
        if (seen.path === '/api/v1/search')
          return json({ results: [], total: 0, offset: 0, limit: 20 })(response, seen);
        response.writeHead(401, { 'www-authenticate': 'Basic realm="registry"' }).end();
      },
    });
    proxy = await startProxy({ to: eavesdropper.host });
    mkdirSync(join(world.room, 'user/.docker'), { recursive: true });
    writeFileSync(
      join(world.room, 'user/.docker/config.json'),
      JSON.stringify({ auths: { 'registry.test': { auth: Buffer.from('ann:secret').toString('base64') } } }),
    );
  });
  afterEach(async () => {
    await proxy[Symbol.asyncDispose]();
    await closeServers();
    await world[Symbol.asyncDispose]();
  });

  const declare = (project: object) => writeFileSync(join(world.project, 'skills.json'), JSON.stringify(project));
  const manage = (options: SkillManagerOptions = {}) =>
    world.manager({
      registry: undefined,
      env: { PATH: process.env.PATH, HOME: join(world.room, 'user'), HTTP_PROXY: proxy.url },
      ...options,
    });
  const shown = () => proxy.asked.map(({ headers }) => headers.authorization);

  for (const registry of [{ url: 'registry.test/acme', plainHttp: true }, 'http://registry.test/acme']) {
    it(`no password goes over plain http because skills.json says ${JSON.stringify(registry)}`, async () => {
      declare({ skills: [], registries: { corp: registry } });
      const { hint } = await expectError(
        manage().pull('registry.test/acme/pdf:1.0.0'),
        'ERR_INSECURE',
        /credentials for registry\.test would go over plain http, which only this project's skills\.json asks for/,
      );
      expect(hint).to.contain('skills config set plainHttp registry.test');
      expect(shown().filter(Boolean)).to.deep.equal([]);
    });
  }

  it('nor under another name of a registry', async () => {
    const auth = Buffer.from('ann:secret').toString('base64');
    const auths = { 'https://index.docker.io/v1/': { auth }, 'registry.test': { auth } };
    writeFileSync(join(world.room, 'user/.docker/config.json'), JSON.stringify({ auths }));
    for (const [url, reference] of [
      ['http://registry-1.docker.io/acme', 'docker.io/acme/pdf:1.0.0'],
      ['http://registry-1.docker.io/acme', 'index.docker.io/acme/pdf:1.0.0'],
      ['http://docker.io/acme', 'docker.io/acme/pdf:1.0.0'],
      ['http://REGISTRY.test/acme', 'REGISTRY.test/acme/pdf:1.0.0'],
    ] as const) {
      declare({ skills: [], registries: { corp: url } });
      await expectError(manage().pull(reference), 'ERR_INSECURE', /only this project's skills\.json asks for/);
    }
    expect(shown().filter(Boolean)).to.deep.equal([]);
  });

  it('nor to a mirror', async () => {
    declare({ skills: [], registries: { corp: 'http://registry.test/acme' } });
    const origin = await startScripted({});
    mkdirSync(join(world.room, 'mirrored'));
    const mirrors = { [`${origin.host}/acme`]: 'registry.test/acme' };
    writeFileSync(join(world.room, 'mirrored/config.json'), JSON.stringify({ mirrors }));
    const digest = `sha256:${'a'.repeat(64)}`;
    await manage({ cacheDir: join(world.room, 'mirrored') })
      .pull(`${origin.host}/acme/pdf@${digest}`)
      .catch(() => undefined);
    expect(origin.asked(), 'the registry is asked instead').to.include(`GET /v2/acme/pdf/manifests/${digest}`);
    expect(shown().filter(Boolean)).to.deep.equal([]);
  });

  it('one goes where the user says it, too', async () => {
    declare({ skills: [], registries: { corp: 'http://registry.test/acme' } });
    const manager = manage({ plainHttp: ['registry.test'] });
    await expectError(manager.pull('registry.test/acme/pdf:1.0.0'), 'ERR_UNAUTHORISED', /registry\.test/);
    expect(shown()).to.include(`Basic ${Buffer.from('ann:secret').toString('base64')}`);
  });

  it('the token of the index goes to no index that only skills.json names', async () => {
    declare({ skills: [], index: 'http://index.test' });
    const warnings: string[] = [];
    const token = 'index-token-of-ann';
    await manage({ indexToken: token, onWarning: (text) => warnings.push(text) })
      .search('pdf')
      .catch(() => undefined);
    expect(shown().filter(Boolean)).to.deep.equal([]);
    expect(warnings.join()).to.match(/the token is not sent to http:\/\/index\.test: only this project names it/);
  });
});
