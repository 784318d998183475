import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { copy, MemoryTarget, RemoteRegistry } from '../../../src/oci/index.ts';
import { artifact, manifest, piece, store } from '../support/artifact.ts';
import { failureOf } from '../support/failure.ts';
import { serveLimited } from '../support/limited-registry.ts';
import { closeServers, refuse, reply, type Script, startScripted } from '../support/scripted-server.ts';

const uploads = 'POST /v2/acme/pdf/blobs/uploads/';
const { config } = artifact();
const small = piece('application/x', 'small');

describe('copy: many small blobs', () => {
  let room: string;
  beforeEach(() => {
    room = mkdtempSync(join(tmpdir(), 'skills-small-'));
  });
  afterEach(() => rmSync(room, { recursive: true, force: true }));

  const layers = Array.from({ length: 60 }, (_, n) => piece('application/x', `layer ${n}`));
  const root = manifest(
    config.descriptor,
    layers.map(({ descriptor }) => descriptor),
  );
  async function source() {
    const memory = new MemoryTarget();
    await store(memory, config, ...layers, root);
    return memory;
  }

  it('are sent by one request each, once enough of them were asked for in vain', async () => {
    const server = await serveLimited({}, { dir: join(room, 'registry'), durable: false });
    const registry = new RemoteRegistry(server.host);
    const destination = registry.repository('acme/pdf');
    await copy(await source(), root.descriptor.digest, destination, '1.0.0', { concurrency: 4 });
    const posts = server.asked.filter((line) => line.startsWith('POST'));
    expect(posts).to.have.length(61);
    expect(posts.filter((line) => line.includes('mount=')).length).to.be.within(16, 20);
    const puts = server.asked.filter((line) => line.startsWith('PUT') && line.includes('/blobs/'));
    expect(puts.length).to.equal(posts.filter((line) => line.includes('mount=')).length);
    for (const { descriptor } of layers) expect(await destination.exists(descriptor)).to.equal(true);
    await registry[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it('are asked for one by one where some were there', async () => {
    const server = await serveLimited({}, { dir: join(room, 'registry'), durable: false });
    const registry = new RemoteRegistry(server.host);
    const destination = registry.repository('acme/pdf');
    await store(destination, ...layers.slice(0, 10));
    const asked = server.asked.length;
    const ways: unknown[] = [];
    await copy(await source(), root.descriptor.digest, destination, '1.0.0', {
      concurrency: 4,
      onProgress: ({ way }) => way && ways.push(way),
    });
    expect(ways.filter((way) => way === 'held')).to.have.length(10);
    expect(
      server.asked.slice(asked).filter((line) => line.includes('?digest=') && line.startsWith('POST')),
    ).to.have.length(0);
    await registry[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
});

describe('push of a small blob by one request', () => {
  afterEach(closeServers);
  const started = async (script: Script) => {
    const server = await startScripted(script);
    const registry = new RemoteRegistry(server.host, { retryDelay: 1, retries: 1 });
    return { server, repository: registry.repository('acme/pdf') };
  };

  it('carries digest and content', async () => {
    const { server, repository } = await started({ [uploads]: reply(201) });
    expect(repository.takesAtOnce(small.descriptor)).to.equal(true);
    expect(await repository.pushAtOnce(small.descriptor, small.bytes)).to.equal(true);
    expect(server.seen[0]?.query.get('digest')).to.equal(small.descriptor.digest);
    expect(server.seen[0]?.headers).to.include({ 'content-type': 'application/octet-stream', 'content-length': '5' });
    expect(server.seen[0]?.body).to.deep.equal(small.bytes);
    expect(repository.takesAtOnce(small.descriptor)).to.equal(true);
  });

  it('goes on with the upload that a registry begins instead, and is not tried there again', async () => {
    const { server, repository } = await started({ [uploads]: reply(202, { location: '/u' }), 'PUT /u': reply(201) });
    expect(await repository.pushAtOnce(small.descriptor, small.bytes)).to.equal(false);
    await repository.push(small.descriptor, async function* () {
      yield small.bytes;
    });
    expect(server.asked()).to.deep.equal([uploads, 'PUT /u']);
    expect(repository.takesAtOnce(small.descriptor)).to.equal(false);
  });

  it('is given up where it is refused, and is no failure', async () => {
    const { repository } = await started({ [uploads]: refuse(405, 'UNSUPPORTED', 'not so') });
    expect(await repository.pushAtOnce(small.descriptor, small.bytes)).to.equal(false);
    expect(repository.takesAtOnce(small.descriptor)).to.equal(false);
  });

  it('fails where nobody may push', async () => {
    const { repository } = await started({ [uploads]: refuse(403, 'DENIED', 'no') });
    await failureOf(() => repository.pushAtOnce(small.descriptor, small.bytes), 'ERR_UNAUTHORISED');
  });

  it('is for small blobs only', async () => {
    const { repository } = await started({});
    const large = piece('application/x', Buffer.alloc(20_000));
    const nothing = piece('application/x', '');
    const { root } = artifact();
    for (const { descriptor } of [large, nothing, root]) expect(repository.takesAtOnce(descriptor)).to.equal(false);
  });
});
