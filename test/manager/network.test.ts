import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import type { SkillManagerOptions } from '../../src/manager/index.ts';
import { readIdentity, TestAuthority } from '../support/certificates.ts';
import { forwardTo } from '../support/forward.ts';
import { startProxy } from '../support/proxy.ts';
import { type SecureServer, startSecure } from '../support/secure-server.ts';
import { expectError } from './expect-error.ts';
import { makeWorld, type World } from './world.ts';

describe('a company network', () => {
  let world: World;
  let authority: TestAuthority;
  let secure: SecureServer;

  before(async () => {
    world = await makeWorld();
    authority = new TestAuthority();
    secure = await startSecure(
      readIdentity(authority.issue({ names: 'DNS:registry.test,IP:127.0.0.1' })),
      forwardTo(world.host),
    );
    await world.publish('pdf');
  });
  after(async () => {
    await secure[Symbol.asyncDispose]();
    authority[Symbol.dispose]();
    await world[Symbol.asyncDispose]();
  });

  let count = 0;
  /** A store and a project of its own, as on another machine. */
  const fresh = (): SkillManagerOptions => {
    count += 1;
    return { cacheDir: join(world.room, `home-${count}`), project: undefined, registry: `${secure.host}/acme` };
  };
  const reference = () => `${secure.host}/acme/pdf`;

  it('publishes to and pulls from a registry with a certificate of its own authority', async () => {
    const manager = world.manager({ ...fresh(), caFiles: [authority.ca] });
    await manager.publish(world.skill('docx'));
    expect((await manager.pull(`${secure.host}/acme/docx`)).name).to.equal('docx');
  });

  it('refuses it where the authority is not named', async () => {
    using stranger = new TestAuthority('another one');
    const { hint } = await expectError(
      world.manager({ ...fresh(), caFiles: [stranger.ca] }).pull(reference()),
      'ERR_NETWORK',
      /certificate is not accepted/,
    );
    expect(hint).to.contain('--ca-file');
  });

  it('is configured once, by host', async () => {
    const options = fresh();
    await world.manager(options).config.set(`hosts.${secure.host}.ca`, authority.ca);
    const manager = world.manager(options);
    expect((await manager.pull(reference())).name).to.equal('pdf');
    expect(await manager.config.get(`hosts.${secure.host}.ca`)).to.equal(authority.ca);
    using stranger = new TestAuthority('another one');
    await manager.config.set(`hosts.${secure.host}.ca`, stranger.ca);
    await expectError(manager.artifacts.resolve(`${reference()}:1.0.0`), 'ERR_NETWORK', /certificate/);
    await manager.config.unset(`hosts.${secure.host}.ca`);
    expect(await manager.config.list()).to.deep.equal({});
  });

  it('shows a client certificate where one is wanted', async () => {
    const ca = readFileSync(authority.ca);
    const options = { ...readIdentity(authority.issue()), requestCert: true, rejectUnauthorized: true, ca };
    await using strict = await startSecure(options, forwardTo(world.host));
    const { cert, key } = authority.issue();
    const caFiles = [authority.ca];
    const wanted = `${strict.host}/acme/pdf`;
    const { hint } = await expectError(
      world.manager({ ...fresh(), caFiles }).pull(wanted),
      'ERR_NETWORK',
      /client certificate/,
    );
    expect(hint).to.contain('--cert-file');
    const manager = world.manager({ ...fresh(), caFiles, certFile: cert, keyFile: key });
    expect((await manager.pull(wanted)).name).to.equal('pdf');
  });

  it('says loudly that a certificate is not checked', async () => {
    const warnings: string[] = [];
    const manager = world.manager({
      ...fresh(),
      insecureHosts: [secure.host],
      onWarning: (text) => warnings.push(text),
    });
    expect((await manager.pull(reference())).name).to.equal('pdf');
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.match(/certificate of .* is not checked/);
  });

  it('reaches registries, the index and addresses through its proxy', async () => {
    const packed = await world.manager().pack(world.skill('zipped'), { output: world.room });
    const index = createServer((incoming, response) => {
      if (incoming.url?.endsWith('.spm')) return void response.end(readFileSync(packed.file ?? ''));
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ results: [], total: 0 }));
    });
    await new Promise<void>((resolve) => index.listen(0, '127.0.0.1', resolve));
    const plain = `127.0.0.1:${(index.address() as AddressInfo).port}`;
    const identity = readIdentity(authority.issue({ names: 'DNS:index.test,DNS:files.test' }));
    await using other = await startSecure(identity, forwardTo(plain));
    await using toRegistry = await startProxy({ to: secure.host });
    await using toOthers = await startProxy({ to: other.host });
    const { PATH } = process.env;
    const env = (proxy: string) => ({ PATH, HOME: join(world.room, 'user'), HTTPS_PROXY: proxy });
    const caFiles = [authority.ca];

    const registry = world.manager({ ...fresh(), caFiles, env: env(toRegistry.url) });
    expect((await registry.pull('registry.test/acme/pdf')).name).to.equal('pdf');
    expect(toRegistry.asked[0]?.what).to.equal('CONNECT registry.test:443');

    const others = world.manager({ ...fresh(), caFiles, env: env(toOthers.url), registryUrl: 'https://index.test' });
    expect(await others.search('pdf')).to.deep.equal([]);
    expect((await others.pull('https://files.test/zipped-1.0.0.spm')).name).to.equal('zipped');
    expect(toOthers.asked.map(({ what }) => what)).to.deep.equal(['CONNECT index.test:443', 'CONNECT files.test:443']);
    index.closeAllConnections();
    index.close();
  });

  it('reads from a mirror, and from it alone where nothing may fall through', async () => {
    const options = { ...fresh(), cacheDir: join(world.room, 'home-mirror') };
    await world.manager(options).config.set('mirrors.registry.test/acme', `${world.host}/acme`);
    const file = join(world.room, 'home-mirror', 'config.json');
    const config = JSON.parse(readFileSync(file, 'utf8'));
    expect(config.mirrors).to.deep.equal({ 'registry.test/acme': [`${world.host}/acme`] });
    config.mirrors['registry.test/acme'] = { location: `${world.host}/acme`, fallThrough: false };
    writeFileSync(file, JSON.stringify(config));
    const manager = world.manager(options);
    expect((await manager.pull('registry.test/acme/pdf@^1')).name).to.equal('pdf');
    await expectError(manager.pull('registry.test/acme/nothing'), 'ERR_NOT_FOUND', /nothing/);
  });

  for (const [what, content, message] of [
    [
      'an unknown key of a host',
      { hosts: { 'a.test': { cafile: 'x' } } },
      /has no "cafile".*ca, cert, key, insecure, proxy/,
    ],
    [
      'a switch that is a text',
      { hosts: { 'a.test': { insecure: 'yes' } } },
      /hosts\.a\.test\.insecure" is not true or false/,
    ],
    ['a password', { hosts: { 'a.test': { proxy: 'http://ann:pw@proxy.test' } } }, /holds credentials/],
    ['a mirror without its place', { mirrors: { 'ghcr.io': {} } }, /mirrors\.ghcr\.io" has no "location"/],
    ['a mirror at no place', { mirrors: { 'ghcr.io': 'https//x' } }, /is not host/],
    ['a time that is none', { idleTimeout: '1m' }, /"idleTimeout" is not a number/],
    ['hosts that are a list', { hosts: [] }, /"hosts" is not an object/],
  ] as const) {
    it(`refuses ${what} in config.json`, async () => {
      const options = fresh();
      await world.manager(options).config.set('plainHttp', 'a.test');
      writeFileSync(join(world.room, `home-${count}`, 'config.json'), JSON.stringify(content));
      await expectError(world.manager(options).pull(reference()), 'ERR_CONFIG_INVALID', message);
    });
  }

  it('lists what is set, and refuses what cannot be', async () => {
    const { config } = world.manager(fresh());
    await config.set('hosts.a.test:5000.insecure', 'true');
    await config.set('hosts.a.test:5000.proxy', 'none');
    await config.set('ca', `${authority.ca},/other.pem`);
    await config.set('idleTimeout', '30000');
    expect(await config.list()).to.deep.equal({
      ca: `${authority.ca},/other.pem`,
      'hosts.a.test:5000.insecure': 'true',
      'hosts.a.test:5000.proxy': 'none',
      idleTimeout: '30000',
    });
    const rows = [
      ['hosts.a.test.insecure', 'perhaps'],
      ['hosts.a.test.proxy', 'http://ann:pw@proxy.test'],
      ['idleTimeout', 'long'],
      ['hosts.a.test.password', 'x'],
    ] as const;
    for (const [key, value] of rows) await expectError(config.set(key, value), 'ERR_USAGE', /./);
    await expectError(config.set('mirrors.ghcr.io', 'no place'), 'ERR_REFERENCE_INVALID', /not a registry/);
  });

  it('lets a new version be published where the one before is not shown until it is signed', async () => {
    const hides = ({ method, url = '' }: IncomingMessage) => {
      const reads = (method === 'GET' || method === 'HEAD') && url.includes('/manifests/');
      return reads && !url.endsWith('/2.0.0') && !url.endsWith('/1.0.1');
    };
    const agents = new Set<unknown>();
    await using harbor = await startSecure(
      readIdentity(authority.issue()),
      forwardTo(world.host, (incoming) => {
        agents.add(incoming.headers['user-agent']);
        const body = JSON.stringify({ errors: [{ code: 'PROJECTPOLICYVIOLATION', message: 'not signed' }] });
        return hides(incoming) ? { status: 412, body } : undefined;
      }),
    );
    const manager = world.manager({ ...fresh(), registry: `${harbor.host}/acme`, caFiles: [authority.ca] });
    const report = await manager.publish(
      world.skill('pdf', { version: '2.0.0', description: 'Another one. Use it in tests.' }),
    );
    expect(report.version).to.equal('2.0.0');
    expect([...agents]).to.deep.equal(['skills (like cosign)']);
    const error = await expectError(
      world.manager({ ...fresh(), caFiles: [authority.ca] }).pull(`${harbor.host}/acme/pdf@1.0.0`),
      'ERR_UNTRUSTED',
      /not signed/,
    );
    expect(error.exitCode).to.equal(7);
  });
});
