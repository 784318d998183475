import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { expect } from 'chai';
import { SkillManager, type SkillManagerOptions } from '../../src/manager/index.ts';
import { type RegistryServer, serveRegistry } from '../../src/oci/server/index.ts';
import { writeHelper } from '../oci/credentials/support/helper.ts';
import { CredentialRoom, entry } from '../oci/credentials/support/room.ts';
import { serveWithTokens } from '../oci/support/token-registry.ts';
import { harborRules } from '../oci/support/token-service.ts';
import { expectError } from './expect-error.ts';
import { writeSkill } from './world.ts';

const ann = { username: 'ann', password: 'annspassword' };

describe('login and logout', () => {
  let room: CredentialRoom;
  let place: CredentialRoom;
  let server: RegistryServer;
  const open: SkillManager[] = [];
  before(async () => {
    place = new CredentialRoom();
    const htpasswd = place.write('users', `ann:${hashSync(ann.password, 4)}\nbob:${hashSync('bobspassword', 4)}\n`);
    server = await serveRegistry({ dir: join(place.path, 'registry'), htpasswd, durable: false });
  });
  after(async () => {
    await server.close();
    place[Symbol.dispose]();
  });
  beforeEach(() => {
    room = new CredentialRoom();
  });
  afterEach(async () => {
    for (const manager of open.splice(0)) await manager[Symbol.asyncDispose]();
    room[Symbol.dispose]();
  });

  const manage = (options: SkillManagerOptions = {}) => {
    const manager = new SkillManager({
      cacheDir: join(room.path, 'store'),
      cwd: room.path,
      env: { ...room.env() },
      ...options,
    });
    open.push(manager);
    return manager;
  };
  const push = (manager: SkillManager, host = server.host) =>
    manager.push(writeSkill(join(room.path, 'skills', 'pdf'), 'pdf'), `${host}/acme/pdf:1.0.0`);

  it('keeps what the registry takes, and is in effect at once and from then on', async () => {
    const manager = manage();
    await expectError(push(manager), 'ERR_UNAUTHORISED', /wants credentials/);
    const report = await manager.login(server.host, ann);
    expect(report).to.deep.equal({
      registry: server.host,
      username: 'ann',
      verified: true,
      stored: { kind: 'file', file: room.docker },
      warnings: [
        `the password stands in ${room.docker} as plain base64, readable to you alone; a credential helper ("credsStore" in that file) would keep it safer`,
      ],
    });
    await push(manager);
    await push(manage());
    expect((await manager.login(server.host, ann)).warnings).to.deep.equal([]);
  });

  it('keeps nothing that the registry refuses', async () => {
    room.writeDocker({ auths: { [server.host]: entry('bob', 'bobspassword') } });
    const work = manage().login(server.host, { ...ann, password: 'wrong-password' });
    const error = await expectError(work, 'ERR_UNAUTHORISED', /does not take these credentials; nothing was stored/);
    expect(error.hint).to.include('access token');
    expect(room.read(room.docker)).to.deep.equal({ auths: { [server.host]: entry('bob', 'bobspassword') } });
    expect(JSON.stringify([error.message, error.hint, error.data, String(error.cause)])).to.not.include(
      'wrong-password',
    );
  });

  it('keeps it by the helper that is configured, and gives it back to it at the end', async () => {
    const helper = writeHelper(room.bin, 'vault');
    room.writeDocker({ credHelpers: { [server.host]: 'vault' } });
    const manager = manage();
    const vault = { kind: 'helper' as const, file: room.docker, helper: 'vault' };
    expect(await manager.login(server.host, ann)).to.deep.include({ stored: vault, warnings: [] });
    expect(helper.held()).to.deep.equal({ [server.host]: { Username: 'ann', Secret: ann.password } });
    await push(manager);
    expect(await manager.logout(server.host)).to.deep.equal({ registry: server.host, removed: [vault], warnings: [] });
    expect(helper.held()).to.deep.equal({});
    expect(await manager.logout(server.host)).to.deep.include({ removed: [], warnings: [] });
  });

  it('says where credentials are that come before, or are left', async () => {
    const env = { ...room.env({ DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [server.host]: entry('bob') } }) }) };
    const login = await manage({ env }).login(server.host, ann);
    expect(login.warnings.at(-1)).to.equal(
      `other credentials for ${server.host} are found before these: DOCKER_AUTH_CONFIG`,
    );
    const logout = await manage({ env }).logout(server.host);
    expect(logout.removed).to.deep.equal([{ kind: 'file', file: room.docker }]);
    expect(logout.warnings).to.deep.equal([`there are still credentials for ${server.host}: DOCKER_AUTH_CONFIG`]);
  });

  it('says when the registry lets everybody in', async () => {
    const free = await serveRegistry({ dir: join(room.path, 'free'), durable: false });
    const report = await manage().login(free.host, ann);
    await free.close();
    expect(report.verified).to.equal(false);
    expect(report.warnings[0]).to.equal(
      `${free.host} lets everybody in: whether the credentials are right shows later`,
    );
  });

  it('goes through the token service that the registry names', async () => {
    await using harbor = await serveWithTokens(harborRules(), join(room.path, 'harbor'));
    const robot = { username: 'robot$acme+ci', password: 'x' };
    await expectError(manage().login(`${harbor.host}/acme`, robot), 'ERR_UNAUTHORISED', /does not take/);
    const admin = { username: 'robot$alpha+ci', password: 'alpha-secret' };
    expect(await manage().login(`${harbor.host}/alpha`, admin)).to.include({
      registry: `${harbor.host}/alpha`,
      verified: true,
    });
    expect(room.read(room.docker)).to.deep.equal({
      auths: { [`${harbor.host}/alpha`]: entry('robot$alpha+ci', 'alpha-secret') },
    });
  });

  it('asks who it is only once it is clear where', async () => {
    const asked: string[] = [];
    const ask = async (registry: string) => {
      asked.push(registry);
      return ann;
    };
    await manage({ registry: `${server.host}/acme` }).login(undefined, ask);
    await expectError(manage().login(undefined, ask), 'ERR_USAGE', /not said which registry/);
    await expectError(manage({ offline: true }).login(server.host, ask), 'ERR_OFFLINE', /is needed/);
    expect(asked).to.deep.equal([server.host]);
  });

  const keys: readonly (readonly [string, string | undefined])[] = [
    ['https://ghcr.io/', 'ghcr.io'],
    ['https://index.docker.io/v1/', 'docker.io'],
    ['registry-1.docker.io', 'docker.io'],
    ['oci://quay.io/acme/skills', 'quay.io/acme/skills'],
    ['company', '127.0.0.1:5000'],
    ['ghcr', undefined],
    ['https://quay.io/acme/v2', 'quay.io/acme/v2'],
    ['GHCR.io/Acme', 'ghcr.io/acme'],
    ['ghcr.io/acme/pdf:1.0.0', undefined],
    ['git@github.com:acme/x', undefined],
    ['', undefined],
  ];
  for (const [text, key] of keys) {
    it(`reads "${text}" as ${key ?? 'no registry'}`, async () => {
      const manager = manage();
      await manager.registries.add('company', '127.0.0.1:5000/acme');
      const work = manager.logout(text);
      if (key === undefined) await expectError(work, 'ERR_REFERENCE_INVALID', /is not a registry/);
      else expect((await work).registry).to.equal(key);
    });
  }

  const incomplete: readonly (readonly [string, object, RegExp])[] = [
    ['nothing', {}, /needs a user name and a password/],
    ['no password', { username: 'ann' }, /needs a user name and a password/],
    ['a colon in the name', { username: 'a:b', password: 'x' }, /no ":"/],
    ['a line break in the password', { username: 'ann', password: 'a\nb' }, /control characters/],
  ];
  for (const [what, credentials, message] of incomplete) {
    it(`refuses a login with ${what}`, async () => {
      await expectError(manage().login(server.host, credentials), 'ERR_USAGE', message);
      expect(existsSync(room.docker)).to.equal(false);
    });
  }

  it('names the file that cannot be written', async () => {
    writeFileSync(join(room.path, '.docker'), 'a file where the folder should be');
    const error = await expectError(manage().login(server.host, ann), 'ERR_IO', /cannot be written to .*\.docker/);
    expect(error.hint).to.include('--registry-config FILE');
  });

  it('works on the file that is named', async () => {
    const manager = manage({ registryConfig: ['mine.json'] });
    const file = join(room.path, 'mine.json');
    expect((await manager.login(server.host, ann)).stored).to.deep.equal({ kind: 'file', file });
    await push(manager);
    await expectError(push(manage()), 'ERR_UNAUTHORISED', /wants credentials/);
    expect((await manager.logout(server.host)).removed).to.deep.equal([{ kind: 'file', file }]);
  });

  it('is shown by doctor, without the secret', async () => {
    const manager = manage({ registry: `${server.host}/acme` });
    const check = async () => (await manager.doctor()).checks.find(({ id }) => id.startsWith('registry:'));
    expect((await check())?.detail).to.match(/acme: .*wants credentials/);
    await manager.login(undefined, ann);
    const { status, detail } = (await check()) ?? {};
    expect([status, detail]).to.deep.equal(['ok', `${server.host}/acme with the credentials of ${room.docker}`]);
    expect(JSON.stringify(await manager.doctor())).to.not.include(ann.password);
  });

  describe('credentials that are given and stored nowhere', () => {
    const environment = { SKILLS_REGISTRY_USERNAME: 'ann', SKILLS_REGISTRY_PASSWORD: ann.password };

    it('are for the registry that they name', async () => {
      await push(manage({ registryLogin: { registry: server.host, ...ann } }));
      expect(existsSync(room.docker)).to.equal(false);
      const other = manage({ registryLogin: { registry: 'other.example', ...ann } });
      const error = await expectError(push(other), 'ERR_UNAUTHORISED', /wants credentials/);
      expect(error.hint).to.include('is for other.example only').and.include(`skills login ${server.host}`);
    });

    it('are themselves to be mended when they are refused: no login would help', async () => {
      const wrong = { SKILLS_REGISTRY: `${server.host}/acme`, ...environment, SKILLS_REGISTRY_PASSWORD: 'not-it' };
      const error = await expectError(push(manage({ env: wrong })), 'ERR_UNAUTHORISED', /refuses access/);
      expect(error.hint).to.match(/check SKILLS_REGISTRY_USERNAME and its fellows: they count before any login$/);
      const given = manage({ registryLogin: { registry: server.host, ...ann, password: 'not-it' } });
      expect((await expectError(push(given), 'ERR_UNAUTHORISED', /refuses/)).hint).to.include(
        'what was given with the command',
      );
    });

    it('are for the default registry where they name none', async () => {
      await push(manage({ registry: `${server.host}/acme`, registryLogin: ann }));
      const manager = manage();
      await manager.registries.add('company', `${server.host}/acme`);
      await push(manage({ registryLogin: ann }));
    });

    it('are never for a registry that only the project names', async () => {
      const project = join(room.path, 'project');
      room.write('project/skills.json', {
        registries: { company: { url: `${server.host}/acme`, default: true } },
        skills: [],
      });
      const error = await expectError(
        push(manage({ project, registryLogin: ann })),
        'ERR_USAGE',
        /only this project says/,
      );
      expect(error.hint).to.include('--registry');
      const warnings: string[] = [];
      const logger = { debug() {}, info() {}, error() {}, warn: (_: object, text: string) => warnings.push(text) };
      const env = { ...room.env(environment) };
      await expectError(push(manage({ project, env, logger })), 'ERR_UNAUTHORISED', /wants credentials/);
      expect(warnings).to.deep.equal([
        'SKILLS_REGISTRY does not say which registry the credentials of the environment are for: not used',
      ]);
      // a name of the machine's that the project gives another meaning keeps its own
      await manage().registries.add('company', 'honest.example/acme');
      await expectError(
        push(manage({ project, registry: 'company', registryLogin: ann })),
        'ERR_UNAUTHORISED',
        /wants credentials/,
      );
      await expectError(manage({ project }).login(undefined, ann), 'ERR_USAGE', /not said which registry/);
    });

    it('come from the environment for the registry that stands beside them', async () => {
      const env = { ...room.env({ ...environment, SKILLS_REGISTRY: `${server.host}/acme` }) };
      await push(manage({ env }));
      const token = { SKILLS_REGISTRY_IDENTITY_TOKEN: 'idt', SKILLS_REGISTRY: `${server.host}/acme` };
      await expectError(push(manage({ env: { ...room.env(token) } })), 'ERR_UNAUTHORISED', /./);
    });

    it('must be complete', async () => {
      const work = push(manage({ registryLogin: { registry: server.host, username: 'ann' } }));
      await expectError(work, 'ERR_USAGE', /need a user name and a password/);
    });
  });
});
