import { chmodSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { type FindOptions, findCredentials } from '../../../src/oci/credentials/index.ts';
import { failureOf } from '../support/failure.ts';
import { writeBadHelper, writeHelper } from './support/helper.ts';
import { base64, CredentialRoom, entry, withoutRights } from './support/room.ts';

describe('findCredentials', () => {
  let room: CredentialRoom;
  beforeEach(() => {
    room = new CredentialRoom();
  });
  afterEach(() => room[Symbol.dispose]());

  const find = (options: Partial<FindOptions> = {}) => findCredentials({ env: room.env(), ...options });
  const userIn = async (options: Partial<FindOptions> = {}, repository?: string) =>
    (await find(options)('a.io', repository))?.username;

  it('looks in the places one after the other, and says where it found them', async () => {
    const auths = (user: string) => ({ auths: { 'a.io': entry(user) } });
    const given = { registry: 'a.io', credentials: { username: 'given', password: 'pw' }, from: '--username' };
    const files = [room.write('first.json', auths('first')), room.write('second.json', auths('second'))];
    const named = room.write('named.json', auths('named'));
    const podman = room.writePodman(auths('podman'));
    const lasting = room.write('.config/containers/auth.json', auths('lasting'));
    const docker = room.writeDocker(auths('docker'));
    const inText = { DOCKER_AUTH_CONFIG: JSON.stringify(auths('text')) };
    const env = room.env({ REGISTRY_AUTH_FILE: named, ...inText });
    const order: [string, string, () => void][] = [
      ['given', '--username', () => {}],
      ['first', String(files[0]), () => {}],
      ['second', String(files[1]), () => {}],
      ['named', named, () => rmSync(named)],
      ['podman', podman, () => rmSync(podman)],
      ['lasting', lasting, () => rmSync(lasting)],
      ['text', 'DOCKER_AUTH_CONFIG', () => delete (env as Record<string, string>).DOCKER_AUTH_CONFIG],
      ['docker', docker, () => rmSync(docker)],
    ];
    const left = [...files];
    for (const [user, place, remove] of order) {
      const options = { env, files: left, ...(user === 'given' ? { given } : {}) };
      const source = find(options);
      expect((await source('a.io'))?.username).to.equal(user);
      expect(await source.locate?.('a.io')).to.equal(place);
      remove();
      if (left[0] === place) left.shift();
    }
    expect(await find({ env, files: left })('a.io')).to.equal(undefined);
    expect(await find({ env, files: left }).locate?.('a.io')).to.equal(undefined);
  });

  it('goes on to the next place for a registry that the first does not have', async () => {
    room.writePodman({ auths: { 'b.io': entry('other') } });
    room.writeDocker({ auths: { 'a.io': entry('docker') } });
    expect(await userIn()).to.equal('docker');
  });

  it('takes what was given for its own registry only, by any name of Docker Hub', async () => {
    const given = { registry: 'docker.io', credentials: { username: 'ann', password: 'pw' }, from: '--username' };
    const source = find({ given });
    expect((await source('registry-1.docker.io'))?.username).to.equal('ann');
    expect(await source('a.io')).to.equal(undefined);
    expect(await source('docker.io.evil.example')).to.equal(undefined);
    expect(source.mend?.('docker.io')).to.equal('check --username: they count before any login');
    expect(source.mend?.('a.io')).to.equal(undefined);
    expect(source.explain?.('a.io')).to.equal('--username is for docker.io only; log in with `skills login a.io`');
  });

  it('refuses a file that was named and is not there, whatever comes after', async () => {
    room.writeDocker({ auths: { 'a.io': entry('docker') } });
    const file = join(room.path, 'mistyped.json');
    const error = await failureOf(() => userIn({ files: [file] }), 'ERR_CONFIG_INVALID', /there is no file .*mistyped/);
    expect(error.hint).to.include(`skills login HOST --registry-config ${file}`);
  });

  it('says of a file that is broken where, and no word of what is in it', async () => {
    const file = room.writeDocker(`{"auths": {\n"a.io": {"auth": "${base64('ann:hush-hush')}" x}}}`);
    const error = await failureOf(() => userIn(), 'ERR_CONFIG_INVALID', /it is not JSON \(line 2\)/);
    expect(error.message).to.include(file);
    expect(JSON.stringify([error.message, error.hint, error.data, String(error.cause)])).to.not.match(/aHVz|YW5u|hush/);
  });

  it('reads a file with a byte-order mark, and an empty one', async () => {
    room.writePodman('');
    room.writeDocker(`\uFEFF${JSON.stringify({ auths: { 'a.io': entry('ann') } })}`);
    expect(await userIn()).to.equal('ann');
  });

  it("passes over another user's file, and says so where that may be why", async () => {
    const podman = room.writePodman({ auths: { 'a.io': entry('podman') } });
    const docker = room.writeDocker({ auths: { 'b.io': entry('docker') } });
    chmodSync(room.path, 0o755);
    chmodSync(docker, 0o644);
    chmodSync(dirname(podman), 0o700);
    const source = find();
    const named = find({ files: [podman] });
    await withoutRights(dirname(podman), async () => {
      expect(await source('a.io')).to.equal(undefined);
      expect((await source('b.io'))?.username).to.equal('docker');
      expect(source.explain?.('a.io')).to.equal(
        `you may not read ${podman}; mend that, or log in with \`skills login a.io\``,
      );
      await failureOf(() => named('a.io'), 'ERR_CONFIG_INVALID', /it cannot be opened/);
    });
    expect((await source('a.io'))?.username).to.equal('podman');
  });

  describe('with helpers', () => {
    it('asks the one for just this registry, then the one for all, then the file', async () => {
      const own = writeHelper(room.bin, 'own');
      const all = writeHelper(room.bin, 'all');
      room.writeDocker({
        credHelpers: { 'a.io': 'own' },
        credsStore: 'all',
        auths: { 'a.io': entry('file'), 'c.io': entry('file') },
      });
      const source = find();
      expect((await source('a.io'))?.username).to.equal('file');
      expect(await source.locate?.('a.io')).to.equal(room.docker);
      expect([own.runs().length, all.runs().length]).to.deep.equal([1, 1]);
      expect((await source('c.io'))?.username).to.equal('file');
      expect([own.runs().length, all.runs().length]).to.deep.equal([1, 2]);
    });

    it('gives them the host alone on standard input, and one word', async () => {
      const helper = writeHelper(room.bin, 'own');
      room.writeDocker({ credsStore: 'own' });
      await find()('a.io:5000', 'acme/pdf');
      await find()('docker.io', 'acme/pdf');
      expect(helper.runs()).to.deep.equal([
        { verb: 'get', words: ['get'], input: 'a.io:5000' },
        { verb: 'get', words: ['get'], input: 'https://index.docker.io/v1/' },
        { verb: 'get', words: ['get'], input: 'docker.io' },
      ]);
    });

    it('asks once for many repositories, and again when it is told to', async () => {
      const helper = writeHelper(room.bin, 'own');
      room.writeDocker({ credsStore: 'own' });
      const source = find();
      await Promise.all(Array.from({ length: 8 }, (_, index) => source('a.io', `acme/skill-${index}`)));
      expect(helper.runs()).to.have.length(1);
      source.forget?.();
      await source('a.io');
      expect(helper.runs()).to.have.length(2);
    });

    it('does not keep a failure', async () => {
      writeBadHelper(room.bin, 'own', 'echo locked; exit 1');
      room.writeDocker({ credsStore: 'own' });
      const source = find();
      await failureOf(() => source('a.io'), 'ERR_CONFIG_INVALID', /failed on "get" \(exit code 1\): locked/);
      writeBadHelper(room.bin, 'own', `echo '{"ServerURL":"a.io","Username":"ann","Secret":"pw"}'`);
      expect((await source('a.io'))?.username).to.equal('ann');
    });

    it('leaves them out where docker would: an empty name means the file', async () => {
      const helper = writeHelper(room.bin, 'all');
      room.writeDocker({ credHelpers: { 'a.io': '' }, credsStore: 'all', auths: { 'a.io': entry('file') } });
      expect(await userIn()).to.equal('file');
      expect(helper.runs()).to.have.length(0);
    });

    it('goes on without the one for all where it is gone, unless the file says that it has the registry', async () => {
      room.writeDocker({
        credsStore: 'gone',
        auths: { 'a.io': {}, 'c.io': entry('ann') },
        credHelpers: { 'd.io': 'away' },
      });
      const source = find();
      expect(await source('b.io')).to.equal(undefined);
      expect(source.explain?.('b.io')).to.match(/docker-credential-gone.* is not on the PATH; mend that, or log in/);
      await failureOf(() => source('a.io'), 'ERR_CONFIG_INVALID', /docker-credential-gone.* is not on the PATH/);
      await failureOf(() => source('c.io'), 'ERR_CONFIG_INVALID', /docker-credential-gone.* is not on the PATH/);
      await failureOf(() => source('d.io'), 'ERR_CONFIG_INVALID', /docker-credential-away.* is not on the PATH/);
    });

    it("names the helper as where they come from, and knows Docker Hub's by its old name", async () => {
      writeBadHelper(room.bin, 'hub', `echo '{"ServerURL":"x","Username":"<token>","Secret":"idt"}'`);
      room.writeDocker({ credHelpers: { 'https://index.docker.io/v1/': 'hub' } });
      const source = find();
      expect(await source('docker.io')).to.deep.equal({ identityToken: 'idt' });
      expect(await source.locate?.('docker.io')).to.equal(`the helper "hub" of ${room.docker}`);
      expect(await source('a.io')).to.equal(undefined);
    });
  });
});
