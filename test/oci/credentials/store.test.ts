import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  eraseCredentials,
  findCredentials,
  type StoreOptions,
  storeCredentials,
} from '../../../src/oci/credentials/index.ts';
import { failureOf } from '../support/failure.ts';
import { writeBadHelper, writeHelper } from './support/helper.ts';
import { CredentialRoom, entry } from './support/room.ts';

const ann = { username: 'ann', password: 'p:ä"ss' };
const annEntry = entry('ann', 'p:ä"ss');

describe('credentials are kept', () => {
  let room: CredentialRoom;
  beforeEach(() => {
    room = new CredentialRoom();
  });
  afterEach(() => room[Symbol.dispose]());

  const options = (more: Partial<StoreOptions> = {}): StoreOptions => ({ env: room.env(), ...more });
  const store = (registry = 'a.io', more: Partial<StoreOptions> = {}) => storeCredentials(registry, ann, options(more));
  const find = (registry = 'a.io', repository = '') => findCredentials(options())(registry, repository);

  it("in docker's file where there is none at all, for the owner alone", async () => {
    expect(await store()).to.deep.equal({ kind: 'file', file: room.docker, firstPlain: true });
    expect(room.read(room.docker)).to.deep.equal({ auths: { 'a.io': annEntry } });
    expect(statSync(room.docker).mode & 0o777).to.equal(0o600);
    expect(statSync(dirname(room.docker)).mode & 0o777).to.equal(0o700);
    expect(readdirSync(dirname(room.docker))).to.deep.equal(['config.json']);
    expect(await find()).to.deep.equal(ann);
  });

  it('for the owner alone also where the file was open to others', async () => {
    room.writeDocker({ auths: {} });
    chmodSync(room.docker, 0o664);
    await store();
    expect(statSync(room.docker).mode & 0o777).to.equal(0o600);
  });

  it('beside all that is there already, known or not, in the form that it has', async () => {
    const before = {
      HttpHeaders: { 'X-A': 'b' },
      auths: { 'b.io': { auth: 'x', email: 'e' }, 'a.io': { auth: 'old', email: 'ann@a.io', username: 'old' } },
      psFormat: 'table',
      unknown: [1, { two: null }],
    };
    room.writeDocker(`${JSON.stringify(before, undefined, 3)}\n`);
    expect(await store()).to.include({ firstPlain: false });
    const after = readFileSync(room.docker, 'utf8');
    expect(after)
      .to.match(/^\{\n {3}"HttpHeaders"/)
      .and.match(/\}\n$/);
    expect(JSON.parse(after)).to.deep.equal({
      ...before,
      auths: { 'b.io': before.auths['b.io'], 'a.io': { email: 'ann@a.io', ...annEntry } },
    });
    expect(Object.keys(JSON.parse(after))).to.deep.equal(Object.keys(before));
  });

  it('once, where the registry stood under several names', async () => {
    room.writeDocker({
      auths: { 'https://a.io/v2/': entry('old'), 'A.io': entry('older'), 'https://index.docker.io/v1/': entry('hub') },
    });
    await store();
    await store('docker.io');
    expect(room.read(room.docker).auths).to.deep.equal({ 'a.io': annEntry, 'https://index.docker.io/v1/': annEntry });
    expect(await find('registry-1.docker.io', 'library/x')).to.deep.equal(ann);
  });

  it('through a link, which stays one', async () => {
    const real = room.write('dotfiles/docker.json', { auths: {}, mine: true });
    mkdirSync(dirname(room.docker));
    symlinkSync(real, room.docker);
    await store();
    expect(lstatSync(room.docker).isSymbolicLink()).to.equal(true);
    expect(room.read(real)).to.deep.equal({ auths: { 'a.io': annEntry }, mine: true });
  });

  it('through links whose end is not there yet', async () => {
    const real = join(room.path, 'dotfiles', 'docker.json');
    mkdirSync(dirname(real));
    mkdirSync(dirname(room.docker));
    symlinkSync(real, join(dirname(real), 'by-name.json'));
    symlinkSync(join('..', 'dotfiles', 'by-name.json'), room.docker);
    await store();
    expect(lstatSync(room.docker).isSymbolicLink()).to.equal(true);
    expect(room.read(real)).to.deep.equal({ auths: { 'a.io': annEntry } });
    expect(statSync(real).mode & 0o777).to.equal(0o600);
  });

  it('not through links that lead to each other', async () => {
    mkdirSync(dirname(room.docker));
    symlinkSync('other.json', room.docker);
    symlinkSync('config.json', join(dirname(room.docker), 'other.json'));
    await store().then(
      () => expect.fail('it was stored'),
      (error: NodeJS.ErrnoException) => expect(error.code).to.be.oneOf(['ELOOP', 'ERR_CONFIG_INVALID']),
    );
    expect(lstatSync(room.docker).isSymbolicLink()).to.equal(true);
  });

  it('for a namespace of a registry beside the registry itself', async () => {
    room.writeDocker({ auths: { 'quay.io': entry('all') } });
    await store('quay.io/acme');
    expect(await find('quay.io', 'acme/pdf')).to.deep.equal(ann);
    expect((await find('quay.io', 'acmes/pdf'))?.username).to.equal('all');
    expect(await eraseCredentials('quay.io/acme', options())).to.deep.equal([{ kind: 'file', file: room.docker }]);
    expect((await find('quay.io', 'acme/pdf'))?.username).to.equal('all');
  });

  it('as an identity token in the words of docker', async () => {
    await storeCredentials('a.io', { identityToken: 'idt' }, options());
    expect(room.read(room.docker)).to.deep.equal({ auths: { 'a.io': { identitytoken: 'idt' } } });
    expect(await find()).to.deep.equal({ identityToken: 'idt' });
  });

  it('never over a file that cannot be read', async () => {
    room.writeDocker('{"auths": {broken');
    await failureOf(() => store(), 'ERR_CONFIG_INVALID', /not JSON/);
    expect(readFileSync(room.docker, 'utf8')).to.equal('{"auths": {broken');
    room.writeDocker({ auths: ['a'] });
    await failureOf(() => store(), 'ERR_CONFIG_INVALID', /"auths" is not an object/);
    expect(room.read(room.docker)).to.deep.equal({ auths: ['a'] });
  });

  describe('where they are found again', () => {
    const rows: readonly (readonly [string, string[], StoreOptions['files'], Record<string, string>, string])[] = [
      [
        'the file that is named',
        ['docker', 'podman'],
        ['named.json'],
        { REGISTRY_AUTH_FILE: 'var.json' },
        'named.json',
      ],
      ['the first of those', [], ['one.json', 'two.json'], {}, 'one.json'],
      ['REGISTRY_AUTH_FILE', ['docker', 'podman'], [], { REGISTRY_AUTH_FILE: 'var.json' }, 'var.json'],
      ['the first that has the registry', ['docker', 'podman with'], [], {}, 'run/containers/auth.json'],
      ["docker's, where none has it", ['docker', 'podman'], [], {}, '.docker/config.json'],
      ["podman's, where docker has none", ['podman'], [], {}, 'run/containers/auth.json'],
    ];
    for (const [what, there, files, env, expected] of rows) {
      it(what, async () => {
        if (there.includes('docker')) room.writeDocker({ auths: { 'b.io': entry('b') } });
        if (there.includes('podman')) room.writePodman({ auths: { 'b.io': entry('b') } });
        if (there.includes('podman with')) room.writePodman({ auths: { 'a.io': entry('old') } });
        const at = (file: string) => join(room.path, file);
        const full = Object.fromEntries(Object.entries(env).map(([key, file]) => [key, at(file)]));
        const choice = { env: room.env(full), files: files?.map(at) };
        expect((await storeCredentials('a.io', ann, choice)).file).to.equal(at(expected));
        const used = files?.length ? { ...choice, files: [at(expected)] } : choice;
        expect(await findCredentials(used)('a.io')).to.deep.equal(ann);
      });
    }
  });

  describe('by a helper', () => {
    it('that is configured for all registries, with no password in the file', async () => {
      const helper = writeHelper(room.bin, 'all');
      room.writeDocker({ credsStore: 'all', auths: { 'a.io': { ...entry('old'), email: 'e' } }, psFormat: 'x' });
      expect(await store()).to.deep.equal({ kind: 'helper', file: room.docker, helper: 'all' });
      expect(helper.held()).to.deep.equal({ 'a.io': { Username: 'ann', Secret: 'p:ä"ss' } });
      expect(room.read(room.docker)).to.deep.equal({
        credsStore: 'all',
        auths: { 'a.io': { email: 'e' } },
        psFormat: 'x',
      });
      expect(await find()).to.deep.equal(ann);
    });

    it('that is configured for just this one, before the one for all', async () => {
      const own = writeHelper(room.bin, 'own');
      const all = writeHelper(room.bin, 'all');
      room.writeDocker({ credsStore: 'all', credHelpers: { 'docker.io': 'own' } });
      expect(await store('docker.io')).to.include({ kind: 'helper', helper: 'own' });
      expect(Object.keys(own.held())).to.deep.equal(['https://index.docker.io/v1/']);
      expect(all.runs()).to.deep.equal([]);
    });

    it('and the file is left alone when it fails', async () => {
      writeBadHelper(room.bin, 'all', 'echo no; exit 1');
      room.writeDocker({ credsStore: 'all', auths: { 'a.io': entry('old') } });
      await failureOf(() => store(), 'ERR_CONFIG_INVALID', /failed on "store"/);
      expect(room.read(room.docker)).to.deep.equal({ credsStore: 'all', auths: { 'a.io': entry('old') } });
    });

    it('for whole registries only', async () => {
      const helper = writeHelper(room.bin, 'all');
      room.writeDocker({ credsStore: 'all' });
      const error = await failureOf(() => store('a.io/acme'), 'ERR_USAGE', /the helper "all".*one login for all of it/);
      expect(error.hint).to.include('log in to a.io').and.include('--registry-config FILE');
      expect(helper.held()).to.deep.equal({});
    });
  });
});

describe('credentials are removed', () => {
  let room: CredentialRoom;
  beforeEach(() => {
    room = new CredentialRoom();
  });
  afterEach(() => room[Symbol.dispose]());

  it('from everywhere that they may be found in, and nothing else is', async () => {
    const helper = writeHelper(room.bin, 'all');
    const env = room.env();
    room.writePodman({ auths: { 'a.io': entry('podman'), 'b.io': entry('b') }, unknown: 1 });
    room.writeDocker({ credsStore: 'all' });
    const lasting = room.write('.config/containers/auth.json', { credHelpers: { 'a.io': 'all' } });
    await storeCredentials('a.io', ann, { env, files: [room.docker] });
    await storeCredentials('b.io', ann, { env, files: [room.docker] });
    expect(await eraseCredentials('a.io', { env })).to.deep.equal([
      { kind: 'file', file: room.podman },
      { kind: 'helper', file: lasting, helper: 'all' },
    ]);
    expect(room.read(room.podman)).to.deep.equal({ auths: { 'b.io': entry('b') }, unknown: 1 });
    expect(Object.keys(helper.held())).to.deep.equal(['b.io']);
    expect(room.read(room.docker)).to.deep.equal({ credsStore: 'all', auths: { 'b.io': {} } });
    expect(await findCredentials({ env })('a.io')).to.equal(undefined);
    expect(await eraseCredentials('a.io', { env })).to.deep.equal([]);
  });

  it('from the files that are named only, where some are', async () => {
    const env = room.env();
    const named = room.write('named.json', { auths: { 'a.io': entry('named') } });
    room.writeDocker({ auths: { 'a.io': entry('docker') } });
    expect(await eraseCredentials('a.io', { env, files: [named] })).to.deep.equal([{ kind: 'file', file: named }]);
    expect(room.read(room.docker)).to.deep.equal({ auths: { 'a.io': entry('docker') } });
  });

  it('without a file being made or touched where there are none', async () => {
    const env = room.env();
    expect(await eraseCredentials('a.io', { env })).to.deep.equal([]);
    expect(existsSync(room.docker)).to.equal(false);
    const text = '{ "auths": {  } , "x":1}';
    room.writeDocker(text);
    expect(await eraseCredentials('a.io', { env })).to.deep.equal([]);
    expect(readFileSync(room.docker, 'utf8')).to.equal(text);
  });
});

describe('whatever is in the file', () => {
  it('stays in it through a login and a logout', async () => {
    using room = new CredentialRoom();
    const env = room.env();
    const json = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 });
    const others = fc.dictionary(fc.stringMatching(/^[b-z]{1,8}\.io$/), json, { maxKeys: 4 });
    const word = fc.string({ unit: 'grapheme', minLength: 1 });
    const property = fc.asyncProperty(json, others, word, word, async (config, auths, name, password) => {
      const username = name.replaceAll(/[:\0]/g, '_');
      fc.pre(username !== '<token>' && !password.endsWith('\0'));
      const { credsStore, credHelpers, ...more } = config;
      const before = JSON.parse(JSON.stringify({ ...more, auths }));
      room.writeDocker(before);
      await storeCredentials('a.io', { username, password }, { env });
      expect(await findCredentials({ env })('a.io')).to.deep.equal({ username, password });
      await eraseCredentials('a.io', { env });
      expect(room.read(room.docker)).to.deep.equal(before);
    });
    await fc.assert(property, { numRuns: 60 });
  });
});
