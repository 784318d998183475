import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { expect } from 'chai';
import { createIndexClient } from '../../../../src/api/index.ts';
import { parseManifest } from '../../../../src/core/index.ts';
import type { MirrorReport } from '../../../../src/manager/index.ts';
import {
  copy,
  MemoryTarget,
  NamedLayout,
  openLayout,
  openLayoutAt,
  RemoteRegistry,
  verifyLayout,
} from '../../../../src/oci/index.ts';
import { serveRegistry } from '../../../../src/oci/server/index.ts';
import { serveIndex } from '../../../../src/service/index.ts';
import { listOf } from '../../../oci/support/failure.ts';
import { serveLimited } from '../../../oci/support/limited-registry.ts';
import { closeServers, refuse, reply, startScripted } from '../../../oci/support/scripted-server.ts';
import { expectError } from '../../expect-error.ts';
import { makeWorld, type World } from '../../world.ts';
import { put } from '../world.ts';
import { sign } from './signatures.ts';

const tagsOf = ({ repositories }: MirrorReport) =>
  Object.fromEntries(repositories.map(({ from, copied }) => [from.slice(from.lastIndexOf('/') + 1), copied]));

async function announce(url: string, reference: string): Promise<void> {
  await using client = createIndexClient({ url, token: 't' });
  await client.announce(reference);
}

describe('mirroring a namespace', function () {
  this.timeout(30_000);
  let world: World;
  let registry: RemoteRegistry;
  beforeEach(async () => {
    world = await makeWorld();
    registry = new RemoteRegistry(world.host);
    await world.publish('one', { version: '1.0.0' });
    await world.publish('one', { version: '1.1.0' });
    await world.publish('two', { version: '2.0.0' });
    const repository = registry.repository('acme/one');
    await sign(repository, await repository.resolve('1.1.0'));
    await repository.tag(await repository.resolve('1.0.0'), 'nightly');
    await repository.tag(await repository.resolve('1.0.0'), 'image-1.0.0');
    await put(registry.repository('acmeother/three'), 'beside the namespace', '1.0.0');
  });
  afterEach(async () => {
    await registry[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });
  const mirror = (to: string, options = {}) => world.manager().artifacts.mirror(world.prefix, to, options);

  it('copies every version of every repository, what moves with them, and signatures', async () => {
    const to = `${world.host}/copy/of`;
    const report = await mirror(to);
    expect(report).to.include({ from: world.prefix, to, dryRun: false });
    expect(tagsOf(report)).to.deep.equal({
      one: ['1.1.0', '1.0.0', 'latest', '1', '1.1', '1.0', 'image-1.0.0'],
      two: ['2.0.0', 'latest', '2', '2.0'],
    });
    const copied = registry.repository('copy/of/one');
    expect(await listOf(copied.referrers(await copied.resolve('1.1.0')))).to.have.length(1);
    expect((await listOf(copied.tags())).filter((tag) => tag.endsWith('.sig'))).to.have.length(1);
    expect((await copied.resolve('latest')).digest).to.equal((await copied.resolve('1.1.0')).digest);
  });

  it('does only what is missing when it is run again', async () => {
    const to = `${world.host}/copy`;
    await mirror(to);
    await world.publish('one', { version: '1.2.0' });
    const again = await mirror(to);
    expect(tagsOf(again)).to.deep.equal({ one: ['1.2.0', 'latest', '1', '1.2'], two: [] });
    expect(again.counts).to.include({ manifests: 1 });
    const repository = registry.repository('acme/two');
    await sign(repository, await repository.resolve('2.0.0'));
    const later = await mirror(to);
    expect(tagsOf(later)).to.deep.equal({ one: [], two: [] });
    expect(later.counts).to.include({ manifests: 2 });
    const copied = registry.repository('copy/two');
    expect(await listOf(copied.referrers(await copied.resolve('2.0.0')))).to.have.length(1);
  });

  it('says what it would do', async () => {
    const report = await mirror(`${world.host}/copy`, { dryRun: true });
    expect(report.dryRun).to.equal(true);
    expect(tagsOf(report).two).to.deep.equal(['2.0.0', 'latest', '2', '2.0']);
    expect(report.counts).to.include({ manifests: 0, blobs: 0 });
    expect(await listOf(registry.repositories())).to.deep.equal(['acme/one', 'acme/two', 'acmeother/three']);
  });

  it('takes the repositories and tags that are asked for', async () => {
    const to = `${world.host}/copy`;
    expect(tagsOf(await mirror(to, { filter: ['t*'], tags: ['2.*', 'none'] }))).to.deep.equal({
      two: ['2.0.0', '2.0'],
    });
    expect(tagsOf(await mirror(to, { filter: ['o?e'], allTags: true, dryRun: true })).one).to.include('nightly');
    const { repositories } = await mirror(to, { referrers: false, filter: ['one'] });
    expect(repositories[0]?.counts).to.include({ manifests: 2 });
  });

  it('goes on behind what fails, and tells of it', async () => {
    const { bytes } = await registry.repository('acme/one').fetchReference('1.0.0');
    const [layer] = parseManifest(bytes).layers;
    rmSync(openLayout(join(world.room, 'registry', 'acme', 'one')).pathOf(layer?.digest ?? expect.fail()));
    const report = await mirror(`${world.host}/copy`);
    const [one, two] = report.repositories;
    expect(one?.copied).to.deep.equal(['1.1.0', 'latest', '1', '1.1']);
    expect(one?.failed.map(({ tag }) => tag)).to.deep.equal(['1.0.0', '1.0', 'image-1.0.0']);
    expect(one?.failed[0]).to.include({ code: 'ERR_BLOB_UNKNOWN' });
    expect(two?.failed).to.deep.equal([]);
    expect(await listOf(registry.repository('copy/one').tags())).not.to.include('1.0.0');
  });

  it('never replaces a version with other content, unless forced', async () => {
    const to = `${world.host}/copy`;
    const source = registry.repository('acme/one');
    await mirror(to);
    await source.tag(await source.resolve('1.1.0'), '1.0.0');
    const report = await mirror(to);
    expect(report.repositories[0]?.failed).to.have.length(1);
    expect(report.repositories[0]?.failed[0]).to.include({ tag: '1.0.0', code: 'ERR_VERSION_EXISTS' });
    expect((await mirror(to, { force: true })).repositories[0]?.copied).to.deep.equal(['1.0.0']);
  });

  for (const form of ['mirror', 'mirror.tar']) {
    it(`into one layout, ${form}, whose repositories keep their names; from it into a registry`, async () => {
      const to = `oci-layout:${join(world.room, form)}`;
      const report = await mirror(to);
      expect(report.to).to.equal(to);
      expect(new NamedLayout(openLayoutAt(join(world.room, form))).repositoryNames()).to.deep.equal([
        `${world.prefix}/one`,
        `${world.prefix}/two`,
      ]);
      expect((await mirror(to)).counts).to.include({ manifests: 0, blobs: 0 });
      if (form === 'mirror') expect((await verifyLayout(join(world.room, form))).problems).to.deep.equal([]);
      expect(readdirSync(world.room).filter((name) => name.endsWith('.tmp'))).to.deep.equal([]);
      const other = await serveRegistry({ dir: join(world.room, 'other'), durable: false });
      const loaded = await world.manager().artifacts.loadBundle(form, { to: `${other.host}/x` });
      await other.close();
      expect(loaded.repositories.flatMap(({ failed }) => failed)).to.deep.equal([]);
      expect(loaded.repositories.map((each) => each.copied.length)).to.deep.equal([7, 4]);
    });
  }

  it('asks the index where the registry lists no repositories', async () => {
    const limited = await serveLimited({ catalogue: false }, { dir: join(world.room, 'registry'), readOnly: true });
    const from = `${limited.host}/acme`;
    const to = `${world.host}/copy`;
    const index = await serveIndex({ registries: [{ host: limited.host }], token: 't', refresh: 0 });
    try {
      await expectError(world.manager().artifacts.mirror(from, to), 'ERR_NOT_FOUND', /no repository is known below/);
      await announce(index.url, `${from}/one:1.0.0`);
      const report = await world.manager({ registryUrl: index.url }).artifacts.mirror(from, to);
      expect(Object.keys(tagsOf(report))).to.deep.equal(['one']);
      expect(tagsOf(report).one).to.have.length(7);
    } finally {
      await index.close();
      await limited[Symbol.asyncDispose]();
    }
  });

  it('says that a filter matches nothing, and what there is', async () => {
    const error = await expectError(
      mirror(`${world.host}/copy`, { filter: ['tow', 'x*'] }),
      'ERR_NOT_FOUND',
      /^no repository below \S+\/acme matches tow, x\*$/,
    );
    expect(error.hint).to.equal('there are one, two');
  });

  it('says that the catalogue wants a login, and that one is refused', async () => {
    const htpasswd = join(world.room, 'htpasswd');
    writeFileSync(htpasswd, `kim:${hashSync('secret-word', 4)}\n`);
    const dir = join(world.room, 'registry');
    const closed = await serveRegistry({ dir, htpasswd, readOnly: true });
    const from = `${closed.host}/acme`;
    const to = `${world.host}/copy`;
    try {
      const error = await expectError(
        world.manager().artifacts.mirror(from, to),
        'ERR_UNAUTHORISED',
        /wants credentials for its list/,
      );
      expect(error.hint).to.contain(`skills login ${closed.host}`).and.to.contain('--index');
      const login = { registry: closed.host, username: 'kim', password: 'wrong-word' };
      const refused = await expectError(
        world.manager({ registryLogin: login }).artifacts.mirror(from, to),
        'ERR_UNAUTHORISED',
        /refuses access to/,
      );
      expect(refused.hint).to.contain('are refused');
      const right = world.manager({ registryLogin: { ...login, password: 'secret-word' } });
      expect((await right.artifacts.mirror(from, to, { dryRun: true })).repositories).to.have.length(2);
    } finally {
      await closed.close();
    }
  });

  it('says that the catalogue is forbidden, where the index knows no better', async () => {
    const server = await startScripted({ 'GET /v2/_catalog': refuse(403, 'DENIED', 'no list for you') });
    const from = `${server.host}/acme`;
    const to = `${world.host}/copy`;
    const index = await serveIndex({ registries: [{ host: world.host }], token: 't', refresh: 0 });
    try {
      const { artifacts } = world.manager({ registryUrl: index.url });
      await expectError(artifacts.mirror(from, to), 'ERR_UNAUTHORISED', /no list for you/);
    } finally {
      await index.close();
      await closeServers();
    }
  });

  it('says that what answers is no registry', async () => {
    const page = reply(200, { 'content-type': 'text/html' }, '<!doctype html><title>Welcome</title>');
    const server = await startScripted({ 'GET /v2/': page, 'GET /v2/_catalog': page });
    const work = world.manager().artifacts.mirror(`${server.host}/acme`, `${world.host}/copy`);
    await expectError(work, 'ERR_REGISTRY', /answered with a web page/);
    await closeServers();
  });

  it('into itself copies nothing twice, and to itself is refused', async () => {
    const to = `${world.prefix}/copy`;
    expect(Object.keys(tagsOf(await mirror(to)))).to.deep.equal(['one', 'two']);
    expect(Object.keys(tagsOf(await mirror(to)))).to.deep.equal(['one', 'two']);
    expect(await listOf(registry.repositories())).not.to.include('acme/copy/copy/one');
    await expectError(mirror(world.prefix), 'ERR_USAGE', /cannot be mirrored to itself/);
    const whole = await world.manager().artifacts.mirror(world.host, `${world.host}/all`, { filter: ['acme/one'] });
    expect(whole.repositories.map((each) => each.to)).to.deep.equal([`${world.host}/all/acme/one`]);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const manager = world.manager({ signal: stop.signal, onProgress: () => stop.abort() });
    await expectError(manager.artifacts.mirror(world.prefix, `${world.host}/copy`), 'ERR_INTERRUPTED', /./);
    for (const name of await listOf(registry.repositories())) {
      for await (const tag of registry.repository(name).tags()) {
        await copy(registry.repository(name), tag, new MemoryTarget());
      }
    }
    const report = await mirror(`${world.host}/copy`);
    expect(report.repositories.flatMap(({ failed }) => failed)).to.deep.equal([]);
    expect(await listOf(registry.repository('copy/two').tags())).to.deep.equal(['2', '2.0', '2.0.0', 'latest']);
  });

  it('refuses what is no namespace', async () => {
    const { artifacts } = world.manager();
    for (const from of ['acme', 'ghcr.io/acme/pdf:1.0.0', 'ghcr.io/ACME', './folder']) {
      const error = await expectError(
        artifacts.mirror(from, `${world.host}/x`),
        'ERR_REFERENCE_INVALID',
        /is not a namespace/,
      );
      expect(error.hint).to.contain('the name of a configured registry does not stand here');
    }
    await expectError(
      artifacts.mirror(world.prefix, 'oci-layout:mirror:1.0.0'),
      'ERR_USAGE',
      /a mirror is a whole layout/,
    );
    await expectError(world.manager({ offline: true }).artifacts.mirror(world.prefix, 'x.io/y'), 'ERR_OFFLINE', /./);
  });
});
