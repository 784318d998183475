import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { copy } from '../../../src/oci/copy/index.ts';
import { type Credentials, findCredentials } from '../../../src/oci/credentials/index.ts';
import { MemoryTarget } from '../../../src/oci/memory/index.ts';
import { RemoteRegistry } from '../../../src/oci/registry/index.ts';
import { artifact, sourceOf, store } from '../support/artifact.ts';
import { failureOf, listOf, textOf } from '../support/failure.ts';
import { serveWithTokens, type TokenRegistry, type Visit } from '../support/token-registry.ts';
import { ghcrRules, harborRules, type TokenRules } from '../support/token-service.ts';

const { config, layer, root } = artifact();

describe('token services', () => {
  let dir: string;
  let server: TokenRegistry;
  const open: RemoteRegistry[] = [];
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'skills-tokens-'));
  });
  afterEach(async () => {
    for (const registry of open.splice(0)) await registry[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    rmSync(dir, { recursive: true, force: true });
  });

  const serve = async (rules: TokenRules) => {
    server = await serveWithTokens(rules, dir);
  };
  const as = (credentials?: Credentials) => {
    const registry = new RemoteRegistry(server.host, { retryDelay: 1, credentials: async () => credentials });
    open.push(registry);
    return registry;
  };
  const publish = async (registry: RemoteRegistry, name: string) => {
    const repository = registry.repository(name);
    await store(repository, config, layer, root);
    await repository.tag(root.descriptor, '1.0.0');
  };
  const scopesOf = (visits: readonly Visit[]) => visits.map(({ query }) => query.getAll('scope'));
  const refused = () => server.visits.filter(({ status }) => status >= 400);

  describe('like that of ghcr.io', () => {
    const rules = ghcrRules({ 'ann/public': { owner: 'ann', public: true }, 'ann/private': { owner: 'ann' } });
    const ann = { username: 'ann', password: 'ghp_annsPersonalAccessToken0123456789' };
    const bob = { username: 'bob', password: 'ghp_bobsPersonalAccessToken0123456789' };

    it('gives everybody a token for what is public, and nobody one for what is not', async () => {
      await serve(rules);
      await publish(as(ann), 'ann/public');
      await publish(as(ann), 'ann/private');
      const before = server.visits.length;
      const repository = as().repository('ann/public');
      expect(await listOf(repository.tags())).to.deep.equal(['1.0.0']);
      expect((await repository.resolve('1.0.0')).digest).to.equal(root.descriptor.digest);
      expect(await textOf(await repository.fetch(layer.descriptor))).to.equal('the layer');
      const visits = server.visits.slice(before);
      expect(scopesOf(visits.filter(({ at }) => at === 'service'))).to.deep.equal([['repository:ann/public:pull']]);
      expect(visits.filter(({ at }) => at === 'service')[0]?.authorization).to.equal(undefined);
      const error = await failureOf(
        () => as().repository('ann/private').resolve('1.0.0'),
        'ERR_UNAUTHORISED',
        /DENIED/,
      );
      expect(error.hint).to.equal(`log in with \`skills login ${server.host}\``);
    });

    it('takes the personal token as a password, in exchange for another: it is never the token itself', async () => {
      await serve(rules);
      await publish(as(ann), 'ann/private');
      expect(await listOf(as(ann).repository('ann/private').tags())).to.deep.equal(['1.0.0']);
      const sent = server.visits.map(({ authorization }) => authorization ?? '');
      expect(sent.filter((header) => header.includes(ann.password))).to.deep.equal([]);
      expect(server.exchanges().map(({ authorization }) => authorization)).to.satisfy((all: string[]) =>
        all.every((header) => header === `Basic ${Buffer.from(`ann:${ann.password}`).toString('base64')}`),
      );
    });

    it('refuses it as the token itself, and the refusal stands: nobody goes on as nobody', async () => {
      await serve(rules);
      await publish(as(ann), 'ann/public');
      const before = server.visits.length;
      const repository = as({ registryToken: ann.password }).repository('ann/public');
      const error = await failureOf(() => repository.resolve('1.0.0'), 'ERR_UNAUTHORISED', /refuses access/);
      expect(server.visits.slice(before)).to.have.length(1);
      expect(JSON.stringify([error.message, error.hint, error.data])).to.not.include('ghp_');
    });

    it('says who may not do what: a wrong password, and the right one of somebody else', async () => {
      await serve(rules);
      await publish(as(ann), 'ann/public');
      const wrong = as({ ...ann, password: 'wrong-password' }).repository('ann/public');
      const error = await failureOf(() => wrong.resolve('1.0.0'), 'ERR_UNAUTHORISED', /bad credentials/);
      expect(error.hint).to.include('are refused').and.include(`skills login ${server.host}`);
      const push = () =>
        as(bob)
          .repository('ann/public')
          .push(config.descriptor, sourceOf(Buffer.from('{}')));
      const denied = await failureOf(push, 'ERR_UNAUTHORISED', /DENIED/);
      expect(denied.hint).to.include('lack the right');
    });

    it('needs one token for both ends of a copy, and then no content is sent', async () => {
      await serve(rules);
      const registry = as(ann);
      await publish(registry, 'ann/public');
      const before = server.visits.length;
      await copy(registry.repository('ann/public'), '1.0.0', registry.repository('ann/copy'), '1.0.0');
      const visits = server.visits.slice(before);
      expect(scopesOf(visits.filter(({ at }) => at === 'service'))).to.deep.include([
        'repository:ann/copy:pull,push',
        'repository:ann/public:pull',
      ]);
      expect(visits.filter(({ asked }) => asked.startsWith('PUT') && asked.includes('/blobs/'))).to.deep.equal([]);
      expect(await listOf(registry.repository('ann/copy').tags())).to.deep.equal(['1.0.0']);
    });
  });

  describe('like that of Harbor', () => {
    const alpha = { username: 'robot$alpha+ci', password: 'alpha-secret' };
    const beta = { username: 'robot$beta+ci', password: 'beta-secret' };

    it("lets a project's robot do everything there, and read what is public elsewhere", async () => {
      await serve(harborRules(['open']));
      await publish(as({ username: 'admin', password: 'root' }), 'open/pdf');
      const robot = as(alpha);
      await publish(robot, 'alpha/team/pdf');
      expect(await listOf(robot.repository('alpha/team/pdf').tags())).to.deep.equal(['1.0.0']);
      expect(await listOf(robot.repository('open/pdf').tags())).to.deep.equal(['1.0.0']);
      await robot.repository('alpha/team/pdf').delete(root.descriptor);
    });

    it('gives tokens for less than is asked: the refusal is of the registry itself, and comes soon', async () => {
      await serve(harborRules(['open']));
      await publish(as({ username: 'admin', password: 'root' }), 'open/pdf');
      const robot = as(alpha);
      const push = () => robot.repository('open/pdf').push(layer.descriptor, sourceOf(layer.bytes));
      const before = server.visits.length;
      const error = await failureOf(push, 'ERR_UNAUTHORISED', /refuses access/);
      expect(error.hint).to.include('lack the right');
      expect(server.visits.length - before).to.be.at.most(6);
      // and what it may do, it still does
      expect(await listOf(robot.repository('open/pdf').tags())).to.deep.equal(['1.0.0']);
      await failureOf(() => listOf(robot.repositories()), 'ERR_UNAUTHORISED', /its list of repositories/);
    });

    it('knows one robot for each project: a copy between two is sent where it cannot be mounted', async () => {
      await serve(harborRules());
      const auth = ({ username, password }: typeof alpha) => Buffer.from(`${username}:${password}`).toString('base64');
      const auths = {
        [`${server.host}/alpha`]: { auth: auth(alpha) },
        [`${server.host}/beta`]: { auth: auth(beta) },
      };
      const env = { HOME: dir, XDG_RUNTIME_DIR: dir, DOCKER_AUTH_CONFIG: JSON.stringify({ auths }) };
      const registry = new RemoteRegistry(server.host, { retryDelay: 1, credentials: findCredentials({ env }) });
      open.push(registry);
      await publish(registry, 'alpha/pdf');
      await copy(registry.repository('alpha/pdf'), '1.0.0', registry.repository('beta/pdf'), '1.0.0');
      expect(await listOf(registry.repository('beta/pdf').tags())).to.deep.equal(['1.0.0']);
      expect(await textOf(await registry.repository('beta/pdf').fetch(layer.descriptor))).to.equal('the layer');
      const users = server.exchanges().map(({ query, authorization = '' }) => {
        const user = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString().split(':')[0];
        return `${user} ${query.getAll('scope')[0]?.split(':')[1]}`;
      });
      expect(new Set(users)).to.deep.equal(
        new Set(['robot$alpha+ci alpha/pdf', 'robot$beta+ci beta/pdf', 'robot$beta+ci alpha/pdf']),
      );
    });
  });

  describe('that give tokens for a short time', () => {
    const rules = (more: Partial<TokenRules>): TokenRules => ({
      ...ghcrRules({ 'ann/pdf': { owner: 'ann' } }),
      foreign: 401,
      ...more,
    });
    const ann = { username: 'ann', password: 'ghp_annsPersonalAccessToken0123456789' };
    const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

    it('are asked again before a token runs out, so that no request is refused', async () => {
      await serve(rules({ life: 0.5 }));
      await publish(as(ann), 'ann/pdf');
      const before = refused().length;
      const repository = as(ann).repository('ann/pdf');
      for (let round = 0; round < 8; round++) {
        await repository.resolve('1.0.0');
        await pause(100);
      }
      expect(refused().length - before).to.be.at.most(2);
      expect(server.exchanges().length).to.be.within(3, 8);
    });

    for (const silent of [false, true]) {
      it(`are asked once more where one has run out early${silent ? ' and the registry says nothing about it' : ''}`, async () => {
        await serve(rules({ realLife: 150, silent }));
        const repository = as(ann).repository('ann/pdf');
        await store(repository, config, layer, root);
        await repository.tag(root.descriptor, '1.0.0');
        await pause(200);
        const before = server.exchanges().length;
        expect((await repository.resolve('1.0.0')).digest).to.equal(root.descriptor.digest);
        expect(server.exchanges().length - before).to.equal(1);
        await pause(200);
        const all = Array.from({ length: 16 }, () => repository.resolve('1.0.0'));
        expect(new Set((await Promise.all(all)).map(({ digest }) => digest))).to.have.length(1);
        expect(server.exchanges().length - before).to.be.within(2, 3);
      });
    }

    it('do not stop an upload: the content is opened again', async () => {
      await serve(rules({ realLife: 100 }));
      const large = artifact('x'.repeat(3_000_000)).layer;
      const repository = as(ann).repository('ann/pdf');
      await repository.exists(large.descriptor);
      let opened = 0;
      await repository.push(large.descriptor, async function* () {
        opened += 1;
        if (opened === 1) await pause(250);
        yield* sourceOf(large.bytes)() as AsyncIterable<Uint8Array>;
      });
      expect(await repository.exists(large.descriptor)).to.equal(true);
    });

    it('are given up when even fresh tokens are refused', async () => {
      await serve(rules({ realLife: -1 }));
      await failureOf(() => as(ann).repository('ann/pdf').resolve('1.0.0'), 'ERR_UNAUTHORISED', /refuses access/);
      expect(server.visits.length).to.be.at.most(6);
    });
  });

  describe('that know identity tokens', () => {
    const rules: TokenRules = { ...ghcrRules({ 'ann/pdf': { owner: 'ann' } }), identityTokens: { 'idt-1': 'ann' } };

    it('take them in a form, and never see them in a header', async () => {
      await serve(rules);
      await publish(as({ identityToken: 'idt-1' }), 'ann/pdf');
      expect(server.exchanges().map(({ asked }) => asked)).to.satisfy((all: string[]) => all.includes('POST /token'));
      expect(JSON.stringify(server.visits)).to.not.include('idt-1');
    });

    it('refuse one that has run out by 400, which is no broken registry', async () => {
      await serve(rules);
      const work = () => as({ identityToken: 'idt-old' }).repository('ann/pdf').resolve('1.0.0');
      const error = await failureOf(work, 'ERR_UNAUTHORISED', /token expired/);
      expect(error.hint).to.include(`log in again with \`skills login ${server.host}\``);
      expect(JSON.stringify([error.message, error.data])).to.not.include('idt-old');
    });
  });

  it('are asked with what a source has by now, where what it had is refused', async () => {
    await serve(ghcrRules({ 'ann/pdf': { owner: 'ann' } }));
    const passwords = ['of yesterday', 'ghp_annsPersonalAccessToken0123456789'];
    const registry = new RemoteRegistry(server.host, {
      retryDelay: 1,
      credentials: async () => ({ username: 'ann', password: passwords[0] ?? '' }),
    });
    open.push(registry);
    const repository = registry.repository('ann/pdf');
    await failureOf(() => repository.exists(layer.descriptor), 'ERR_UNAUTHORISED');
    passwords.shift();
    await repository.push(layer.descriptor, sourceOf(layer.bytes));
    expect(await repository.exists(layer.descriptor)).to.equal(true);
  });

  it('are told of when it is asked what happens, and nothing secret is', async () => {
    await serve(ghcrRules({ 'ann/pdf': { owner: 'ann' } }));
    const lines: string[] = [];
    const log = (fields: object, message: string) => lines.push(JSON.stringify({ ...fields, message }));
    const registry = new RemoteRegistry(server.host, {
      logger: { debug: log, info: log, warn: log, error: log },
      credentials: async () => ({ username: 'ann', password: 'ghp_annsPersonalAccessToken0123456789' }),
    });
    open.push(registry);
    await registry.repository('ann/pdf').exists(layer.descriptor);
    expect(lines.filter((line) => line.includes('registry token'))).to.have.length(1);
    expect(lines.join('\n'))
      .to.include('"repository:ann/pdf:pull"')
      .and.not.match(/ghp_|token-\d|Basic|Bearer|YW5uO/);
  });

  it('check a login, and change nothing', async () => {
    await serve(ghcrRules({ 'ann/pdf': { owner: 'ann' } }));
    const password = 'ghp_annsPersonalAccessToken0123456789';
    expect(await as({ username: 'ann', password }).checkLogin()).to.equal('accepted');
    expect(scopesOf(server.exchanges())).to.deep.equal([[]]);
    await failureOf(
      () => as({ username: 'ann', password: 'wrong' }).checkLogin(),
      'ERR_UNAUTHORISED',
      /bad credentials/,
    );
    await failureOf(() => as({ username: 'eve', password }).checkLogin(), 'ERR_UNAUTHORISED');
    const memory = new MemoryTarget();
    await failureOf(() => copy(as().repository('ann/pdf'), '1.0.0', memory), 'ERR_UNAUTHORISED');
  });
});
