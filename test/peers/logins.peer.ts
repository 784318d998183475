import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { expect } from 'chai';
import { type RegistryServer, serveRegistry } from '../../src/oci/server/index.ts';
import { type RealHelper, writeHelper } from '../oci/credentials/support/helper.ts';
import { CredentialRoom } from '../oci/credentials/support/room.ts';
import type { PeerName } from './setup/index.ts';
import { describePeers, interop, programOf } from './support/peers.ts';
import { run, skills, tryRun } from './support/run.ts';

interface Client {
  readonly name: PeerName;
  /** Whether it leaves passwords to the helper that docker's configuration names for all registries. */
  readonly helpers: boolean;
  readonly login: (host: string) => readonly string[];
  /** A command that only works where it is logged in. */
  readonly look: (reference: string) => readonly string[];
}

const secret = 'S3cret-of-ann';
const withPassword = ['-u', 'ann', '--password-stdin'];
const clients: readonly Client[] = [
  {
    name: 'oras',
    helpers: true,
    login: (host) => ['login', '--plain-http', host, ...withPassword],
    look: (reference) => ['resolve', '--plain-http', reference],
  },
  {
    name: 'crane',
    helpers: true,
    login: (host) => ['auth', 'login', host, ...withPassword],
    look: (reference) => ['digest', '--insecure', reference],
  },
  {
    name: 'skopeo',
    helpers: false,
    login: (host) => ['login', '--tls-verify=false', host, ...withPassword],
    look: (reference) => ['inspect', '--raw', '--tls-verify=false', `docker://${reference}`],
  },
  {
    name: 'podman',
    helpers: false,
    login: (host) => ['login', '--tls-verify=false', host, ...withPassword],
    look: (reference) => ['login', '--get-login', reference.replace(/:[^:/]+$/, '')],
  },
];

for (const client of clients) describePeers(`logins of ${client.name}`, [client.name], () => describeLogins(client));

function describeLogins({ name, helpers, login, look }: Client): void {
  const through = 'skills registry serve';
  let place: CredentialRoom;
  let room: CredentialRoom;
  let server: RegistryServer;
  before(async () => {
    place = new CredentialRoom();
    const htpasswd = place.write('users', `ann:${hashSync(secret, 4)}\n`);
    server = await serveRegistry({ dir: join(place.path, 'registry'), htpasswd, durable: false });
    const skill = place.write(
      'pdf/SKILL.md',
      '---\nname: pdf\ndescription: Reads PDF. Use it in tests.\n---\n\n# pdf\n',
    );
    const given = ['--username', 'ann', '--password-stdin'];
    await skills(['push', join(skill, '..'), reference(), ...given], { input: secret, env: env(place) });
  });
  after(async () => {
    await server.close();
    place[Symbol.dispose]();
  });
  beforeEach(() => {
    room = new CredentialRoom();
    mkdirSync(join(room.path, 'run'), { mode: 0o700 });
  });
  afterEach(() => room[Symbol.dispose]());

  const reference = () => `${server.host}/team/pdf:1.0.0`;
  const env = (home: CredentialRoom) => home.env({ SKILLS_HOME: join(home.path, 'store') }) as Record<string, string>;
  const peer = (args: readonly string[], input = '') => tryRun(programOf(name), args, { env: env(room), input });
  const useHelper = (): RealHelper => {
    room.writeDocker({ credsStore: 'vault' });
    return writeHelper(room.bin, 'vault');
  };
  const loginWithSkills = () => skills(['login', server.host, ...withPassword], { input: secret, env: env(room) });
  const loginWithPeer = () => run(programOf(name), login(server.host), { input: secret, env: env(room) });
  const isIn = async () => (await skills(['resolve', reference(), '--quiet'], { env: env(room) })).includes('sha256:');

  interop({ what: 'login', writer: 'skills', reader: name, through }, async () => {
    expect((await peer(look(reference()))).code, 'not logged in').to.not.equal(0);
    await loginWithSkills();
    const { code, stderr } = await peer(look(reference()));
    expect(code, stderr).to.equal(0);
    await skills(['logout', server.host], { env: env(room) });
    expect((await peer(look(reference()))).code, 'logged out').to.not.equal(0);
  });

  interop({ what: 'login', writer: name, reader: 'skills', through }, async () => {
    await loginWithPeer();
    expect(await isIn()).to.equal(true);
    const said = await skills(['logout', server.host], { env: env(room) });
    expect(said).to.include('Logged out');
    expect((await peer(look(reference()))).code, 'logged out').to.not.equal(0);
  });

  if (!helpers) return;

  interop({ what: 'login by a helper', writer: 'skills', reader: name, through }, async () => {
    const helper = useHelper();
    await loginWithSkills();
    expect(helper.held()).to.deep.equal({ [server.host]: { Username: 'ann', Secret: secret } });
    const { code, stderr } = await peer(look(reference()));
    expect(code, stderr).to.equal(0);
  });

  interop({ what: 'login by a helper', writer: name, reader: 'skills', through }, async () => {
    const helper = useHelper();
    await loginWithPeer();
    expect(helper.held()).to.deep.equal({ [server.host]: { Username: 'ann', Secret: secret } });
    expect(await isIn()).to.equal(true);
    await skills(['logout', server.host], { env: env(room) });
    expect(helper.held()).to.deep.equal({});
  });
}
