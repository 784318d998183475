import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Network } from '../../src/core/index.ts';
import { RemoteRegistry } from '../../src/oci/index.ts';
import { artifact, store } from '../oci/support/artifact.ts';
import { failureOf } from '../oci/support/failure.ts';
import { TestAuthority } from '../support/certificates.ts';
import { startProxy } from '../support/proxy.ts';
import { describeContract } from './support/contract.ts';
import { describePeers, note } from './support/peers.ts';
import { distribution, dockerRegistry, type RegistryKind, type RunningRegistry, zot } from './support/registries.ts';
import { pusher, reader, startTokenService, type TokenService } from './support/token-service.ts';
import { expectSkill, makeWorld } from './support/world.ts';

for (const kind of [zot, distribution, dockerRegistry]) {
  for (const access of ['htpasswd', 'token'] as const) describeOverTls(kind, access);
}

function describeOverTls(kind: RegistryKind, access: 'htpasswd' | 'token'): void {
  describePeers(`${kind.name} over TLS of a private CA, with ${access}`, [...kind.needs, 'openssl'], () => {
    let folder: string;
    let authority: TestAuthority;
    let tokens: TokenService;
    let running: RunningRegistry;
    let network: Network;

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'skills-peers-'));
      authority = new TestAuthority();
      network = new Network({ env: {}, ca: [authority.ca] });
      const [tls, signer] = [authority.issue(), authority.issue()];
      tokens = await startTokenService(tls, signer);
      mkdirSync(join(folder, 'data'));
      const token = { realm: tokens.realm, roots: kind === zot ? signer.cert : authority.ca };
      running = await kind.start({ folder, tls, ...(access === 'token' ? { token } : { htpasswd: true }) });
    });
    after(async () => {
      await running?.[Symbol.asyncDispose]();
      await tokens?.[Symbol.asyncDispose]();
      network?.close();
      authority?.[Symbol.dispose]();
      rmSync(folder, { recursive: true, force: true });
    });
    afterEach(function () {
      const passed = this.currentTest?.state === 'passed';
      note({ kind: 'contract', registry: kind.name, setting: `TLS, ${access}`, passed });
    });

    const registryOf = (user: { username: string; password: string } | undefined, options = {}) =>
      new RemoteRegistry(running.host, {
        protocol: 'https',
        network,
        retries: 0,
        ...(user ? { credentials: async () => user } : {}),
        ...options,
      });

    describeContract(() => ({
      host: running.host,
      referrers: kind.referrers,
      quirks: kind.quirks,
      options: { protocol: 'https', network, credentials: async () => pusher },
    }));

    it('refuses who has no credentials, and who has wrong ones', async () => {
      for (const user of [undefined, { username: pusher.username, password: 'wrong' }]) {
        await using registry = registryOf(user);
        await failureOf(() => registry.repository('contract/skill-1').resolve('1.0.0'), 'ERR_UNAUTHORISED');
      }
    });

    it('is not spoken to without its CA', async () => {
      const stranger = new Network({ env: {} });
      await using registry = registryOf(pusher, { network: stranger });
      const repository = registry.repository('contract/skill-1');
      await failureOf(() => repository.resolve('1.0.0'), 'ERR_NETWORK', /certificate|authority/i);
      stranger.close();
    });

    it('is logged in to, pushed to and pulled from by the command line, through a proxy', async () => {
      // Loopback is spoken to over plain http: under another name it is not.
      await using proxy = await startProxy({ to: running.host });
      const room = join(folder, 'cli');
      const env = { HTTPS_PROXY: proxy.url, NO_PROXY: '127.0.0.1', DOCKER_CONFIG: join(room, 'docker') };
      const world = makeWorld(room, 'registry.test', env);
      const ca = ['--ca-file', authority.ca];
      const reference = `${world.repository}:1.0.0`;
      const { username, password } = pusher;
      await world.skillsWith(password, 'login', 'registry.test', '-u', username, '--password-stdin', ...ca);
      await world.skills('push', world.skill, reference, ...ca);
      await world.skills('pull', reference, '-o', join(room, 'pulled'), ...ca);
      expectSkill(join(room, 'pulled'));
      await world.skills('logout', 'registry.test');
      const refused = await world.skills('resolve', reference, ...ca).catch((error: Error) => error);
      expect(String(refused)).to.match(/ended with 6:/);
      expect(proxy.asked.map(({ what }) => what)).to.include('CONNECT registry.test:443');
    });

    if (access === 'token') {
      it('asks the token service for what an operation needs, and no more', async () => {
        await using registry = registryOf(reader);
        const asked = tokens.asked.length;
        const repository = registry.repository('contract/reading');
        await failureOf(() => repository.resolve('1.0.0'), 'ERR_NOT_FOUND');
        const scopes = new Set(tokens.asked.slice(asked).flat());
        expect([...scopes]).to.deep.equal(['repository:contract/reading:pull']);
      });

      it('may not push with a token that does not grant it', async () => {
        await using registry = registryOf(reader);
        const { config } = artifact();
        const repository = registry.repository('contract/reading');
        await failureOf(() => store(repository, config), 'ERR_UNAUTHORISED');
      });
    }
  });
}
