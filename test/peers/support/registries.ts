import { mkdirSync, writeFileSync } from 'node:fs';
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { hash } from 'bcryptjs';
import { stringify } from 'yaml';
import type { Identity } from '../../support/certificates.ts';
import type { PeerName } from '../setup/index.ts';
import { programOf } from './peers.ts';
import { cli, start } from './run.ts';
import { issuer, pusher, reader, service } from './token-service.ts';

/** How a registry is set up. */
export interface Setting {
  /** A folder of the test's own. */
  readonly folder: string;
  /** TLS with this certificate; without it, plain http. */
  readonly tls?: Identity;
  /** Whether zot looks for a blob in its other repositories too; by default it does. */
  readonly dedupe?: boolean;
  /** Users `pusher` and `reader` with their passwords. */
  readonly htpasswd?: boolean;
  /** A token service at this address, whose tokens this certificate's authority signs. */
  readonly token?: { readonly realm: string; readonly roots: string };
}

/** A registry that runs. */
export interface RunningRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
}

/**
 * Who lists what refers to a manifest: the registry, or clients in a tag; or both, where the registry does not confirm
 * by OCI-Subject that it saw the subject, so that clients must.
 */
export type ReferrersWay = 'api' | 'tag' | 'both';

/** Asserted by the contract, so that one that goes away is noticed. */
export type Quirk =
  | 'takes manifests whose content is missing'
  | 'tags outlive their manifest'
  | 'lists referrers by the type of their config'
  | 'does not mount';

/** What is different about a kind of registry. */
export interface RegistryKind {
  /** As the documents call it. */
  readonly name: string;
  readonly needs: readonly PeerName[];
  readonly referrers: ReferrersWay;
  /** What it does otherwise than most, or leaves out. */
  readonly quirks?: readonly Quirk[];
  start(setting: Setting): Promise<RunningRegistry>;
}

export const zot: RegistryKind = {
  name: 'zot',
  needs: ['zot'],
  referrers: 'api',
  quirks: ['takes manifests whose content is missing'],
  start: async (setting) => {
    const port = await freePort();
    const { tls, htpasswd, token } = setting;
    const file = writeConfig(setting, 'zot.json', JSON.stringify(zotConfig(setting, port, await usersFile(setting))));
    const auth = htpasswd || token ? 401 : 200;
    return serve(programOf('zot'), ['serve', file], port, { secure: tls !== undefined, auth });
  },
};

/** The configuration of zot, for a folder that it may also know by another name: in a container. */
export function zotConfig(
  { folder, tls, htpasswd, token, dedupe = true }: Setting,
  port: number,
  users: string,
  address = '127.0.0.1',
) {
  return {
    distSpecVersion: '1.1.1',
    storage: { rootDirectory: join(folder, 'data'), gc: false, dedupe },
    http: {
      address,
      port: String(port),
      // Docker's own manifests, which it refuses by default
      compat: ['docker2s2'],
      ...(tls ? { tls } : {}),
      ...(htpasswd ? { auth: { htpasswd: { path: users }, failDelay: 1 } } : {}),
      ...(token ? { auth: { bearer: { realm: token.realm, service, cert: token.roots } } } : {}),
    },
    log: { level: 'error' },
  };
}

export const distribution: RegistryKind = {
  name: 'distribution 3',
  needs: ['registry'],
  referrers: 'tag',
  start: (setting) => startDistribution(programOf('registry'), setting),
};

export const dockerRegistry: RegistryKind = {
  name: 'docker-registry 2.8',
  needs: ['docker-registry'],
  referrers: 'tag',
  start: (setting) => startDistribution(programOf('docker-registry'), setting),
};

/** Keeps everything in memory, knows no users and no TLS. */
export const goContainerRegistry: RegistryKind = {
  name: 'go-containerregistry',
  needs: ['ggcr'],
  referrers: 'both',
  quirks: [
    'takes manifests whose content is missing',
    'tags outlive their manifest',
    'lists referrers by the type of their config',
    'does not mount',
  ],
  start: async () => {
    const port = await freePort();
    return serve(programOf('ggcr'), [`127.0.0.1:${port}`], port, { secure: false, auth: 200 });
  },
};

/** Ours, as a process of its own. It speaks no TLS and asks no token service. */
export const embedded: RegistryKind = {
  name: 'skills registry serve',
  needs: [],
  referrers: 'api',
  start: async (setting) => {
    const port = await freePort();
    const data = join(setting.folder, 'data');
    mkdirSync(data, { recursive: true });
    const users = await usersFile(setting);
    const access = setting.htpasswd ? ['--htpasswd', users] : [];
    const args = [cli, 'registry', 'serve', '--dir', data, '--port', String(port), ...access];
    return serve(process.execPath, args, port, { secure: false, auth: setting.htpasswd ? 401 : 200 });
  },
};

async function startDistribution(program: string, setting: Setting): Promise<RunningRegistry> {
  const port = await freePort();
  const { tls, htpasswd, token } = setting;
  const users = await usersFile(setting);
  const file = writeConfig(setting, 'registry.yml', stringify(distributionConfig(setting, `127.0.0.1:${port}`, users)));
  const auth = htpasswd || token ? 401 : 200;
  return serve(program, ['serve', file], port, { secure: tls !== undefined, auth });
}

/** The configuration of distribution, 2.8 and 3. */
export function distributionConfig({ folder, tls, htpasswd, token }: Setting, addr: string, users: string) {
  const auth = {
    ...(htpasswd ? { htpasswd: { realm: 'peers', path: users } } : {}),
    ...(token ? { token: { realm: token.realm, service, issuer, rootcertbundle: token.roots } } : {}),
  };
  return {
    version: '0.1',
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: { addr, secret: 'not one', ...(tls ? { tls: { certificate: tls.cert, key: tls.key } } : {}) },
    ...(htpasswd || token ? { auth } : {}),
  };
}

/** A file of users as `htpasswd -B` writes it. */
export async function usersFile({ folder }: Setting): Promise<string> {
  const lines = [pusher, reader].map(async ({ username, password }) => `${username}:${await hash(password, 5)}\n`);
  const file = join(folder, 'htpasswd');
  writeFileSync(file, (await Promise.all(lines)).join(''));
  return file;
}

export function writeConfig({ folder }: Setting, name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

async function serve(
  program: string,
  args: readonly string[],
  port: number,
  { secure, auth }: { secure: boolean; auth: number },
): Promise<RunningRegistry> {
  const url = new URL(`${secure ? 'https' : 'http'}://127.0.0.1:${port}/v2/`);
  const running = await start(program, args, async () => (await statusOf(url)) === auth);
  return { host: url.host, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}

/** The status that a server answers with, whoever signed its certificate; nothing where it does not answer. */
export function statusOf(url: URL): Promise<number | undefined> {
  const send = url.protocol === 'https:' ? requestSecure : requestPlain;
  return new Promise((done) => {
    const request = send(url, { rejectUnauthorized: false, timeout: 2_000, agent: false }, (response) => {
      response.resume();
      done(response.statusCode);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => done(undefined));
    request.end();
  });
}

/** A port that nobody listens on. Somebody else may take it before it is used: these servers tell no port of their own. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address ? address.port : 0;
}
