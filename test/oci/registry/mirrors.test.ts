import { expect } from 'chai';
import { mediaTypes } from '../../../src/core/index.ts';
import { type Mirror, type RegistryOptions, RemoteRegistry } from '../../../src/oci/registry/index.ts';
import { artifact, index, otherDigest, sourceOf } from '../support/artifact.ts';
import { failureOf, listOf, textOf } from '../support/failure.ts';
import {
  breakAfter,
  closeServers,
  json,
  type Reply,
  refuse,
  reply,
  type Script,
  startScripted,
} from '../support/scripted-server.ts';

const { layer, root } = artifact('the layer of a mirrored skill');
const blob = (name: string) => `GET /v2/${name}/blobs/${layer.descriptor.digest}`;
const manifestAt = (name: string, key: string = root.descriptor.digest) => `GET /v2/${name}/manifests/${key}`;
const sendRoot = reply(200, { 'content-type': root.descriptor.mediaType }, root.bytes);
const sendLayer = reply(200, {}, layer.bytes);

/** A registry with the repository `acme/pdf`, and a mirror of it under `copies/acme/pdf`. */
async function start(origin: Script, mirror: Script, more: Partial<Mirror> = {}, options: RegistryOptions = {}) {
  const [at, from] = [await startScripted(origin), await startScripted(mirror)];
  const mirrors = [{ prefix: at.host, location: `${from.host}/copies`, ...more }];
  const registry = new RemoteRegistry(at.host, { retries: 0, retryDelay: 1, mirrors, ...options });
  return { origin: at, mirror: from, registry, repository: registry.repository('acme/pdf') };
}

describe('a mirror', () => {
  afterEach(closeServers);

  it('gives content, and the registry is not asked', async () => {
    const both = await start({}, { [blob('copies/acme/pdf')]: sendLayer, [manifestAt('copies/acme/pdf')]: sendRoot });
    expect(await textOf(await both.repository.fetch(layer.descriptor))).to.equal(layer.bytes.toString());
    expect((await both.repository.fetchReference(root.descriptor.digest)).bytes).to.deep.equal(root.bytes);
    expect(both.origin.asked()).to.deep.equal([]);
  });

  const failures: Readonly<Record<string, Reply>> = {
    'lacks it': refuse(404, 'BLOB_UNKNOWN', 'no'),
    'is broken': refuse(503, 'UNAVAILABLE', 'no'),
    'wants credentials': refuse(401, 'UNAUTHORIZED', 'no', { 'www-authenticate': 'Basic realm="mirror"' }),
    'asks to slow down': refuse(429, 'TOOMANYREQUESTS', 'no'),
    'answers with a web page': reply(200, { 'content-type': 'text/html' }, '<html>welcome</html>'),
  };
  for (const [what, answer] of Object.entries(failures)) {
    it(`that ${what} is passed by`, async () => {
      const both = await start({ [blob('acme/pdf')]: sendLayer }, { GET: answer });
      expect(await textOf(await both.repository.fetch(layer.descriptor))).to.equal(layer.bytes.toString());
      expect(both.mirror.seen).not.to.have.length(0);
    });
  }

  it('that cannot be reached is passed by', async () => {
    const server = await startScripted({ [blob('acme/pdf')]: sendLayer });
    const mirrors = [{ prefix: server.host, location: 'localhost:1/copies' }];
    const repository = new RemoteRegistry(server.host, { mirrors, retries: 0 }).repository('acme/pdf');
    expect(await textOf(await repository.fetch(layer.descriptor))).to.equal(layer.bytes.toString());
  });

  it('that breaks off leaves the rest to the registry', async () => {
    const both = await start({ [blob('acme/pdf')]: sendLayer }, { GET: breakAfter(layer.bytes, 7) });
    expect(await textOf(await both.repository.fetch(layer.descriptor))).to.equal(layer.bytes.toString());
    expect(both.origin.seen[0]?.headers.range).to.equal('bytes=7-');
  });

  it('that gives other content is not passed by: it is found out', async () => {
    const both = await start(
      { [blob('acme/pdf')]: sendLayer },
      { GET: reply(200, {}, 'x'.repeat(layer.bytes.length)) },
    );
    await failureOf(async () => textOf(await both.repository.fetch(layer.descriptor)), 'ERR_DIGEST_MISMATCH');
    const manifests = await start(
      {},
      { GET: reply(200, { 'content-type': root.descriptor.mediaType }, index([]).bytes) },
    );
    await failureOf(() => manifests.repository.fetchReference(root.descriptor.digest), 'ERR_DIGEST_MISMATCH');
  });

  it('that refuses by policy is not passed by', async () => {
    const both = await start(
      { [manifestAt('acme/pdf')]: sendRoot },
      { GET: refuse(412, 'PROJECTPOLICYVIOLATION', 'unsigned') },
    );
    await failureOf(() => both.repository.fetchReference(root.descriptor.digest), 'ERR_UNTRUSTED', /unsigned/);
  });

  it('never gets the credentials of the registry', async () => {
    const asked: string[] = [];
    const credentials = async (host: string) => {
      asked.push(host);
      return host.endsWith('9') ? undefined : { username: 'ann', password: 'geheim' };
    };
    const origin = await startScripted({ [blob('acme/pdf')]: sendLayer });
    const mirror = await startScripted({ GET: refuse(404, 'X', 'no') });
    const source = async (host: string) => (host === origin.host ? credentials('origin') : undefined);
    const mirrors = [{ prefix: origin.host, location: mirror.host }];
    const repository = new RemoteRegistry(origin.host, { mirrors, credentials: source }).repository('acme/pdf');
    await textOf(await repository.fetch(layer.descriptor));
    expect(origin.seen[0]?.headers.authorization).to.match(/^Basic /);
    expect(mirror.seen[0]?.headers).not.to.have.property('authorization');
    expect(asked).to.deep.equal(['origin']);
  });

  it('is not asked what a tag stands for, which tags there are, and what refers to content', async () => {
    const digest = root.descriptor.digest;
    const both = await start(
      {
        [manifestAt('acme/pdf', '1.0.0')]: sendRoot,
        'GET /v2/acme/pdf/tags/list': json({ tags: ['1.0.0'] }),
        [`GET /v2/acme/pdf/referrers/${digest}`]: reply(
          200,
          { 'content-type': mediaTypes.imageIndex },
          index([]).bytes,
        ),
      },
      {},
    );
    await both.repository.fetchReference('1.0.0');
    expect(await listOf(both.repository.tags())).to.deep.equal(['1.0.0']);
    expect(await listOf(both.repository.referrers(root.descriptor))).to.deep.equal([]);
    expect(both.mirror.asked()).to.deep.equal([]);
  });

  it('is asked for them where the registry cannot be reached, but not where it lacks them', async () => {
    const copies = { 'GET /v2/copies/acme/pdf/tags/list': json({ tags: ['0.9.0'] }) };
    const broken = await start({ GET: refuse(502, 'X', 'no') }, copies);
    expect(await listOf(broken.repository.tags())).to.deep.equal(['0.9.0']);
    const without = await start({ GET: refuse(404, 'NAME_UNKNOWN', 'no') }, copies);
    await failureOf(() => listOf(without.repository.tags()), 'ERR_NOT_FOUND');
    const neither = await start(
      { GET: refuse(502, 'X', 'at the registry') },
      { GET: refuse(404, 'X', 'at the mirror') },
    );
    await failureOf(() => listOf(neither.repository.tags()), 'ERR_REGISTRY', /at the registry/);
  });

  it('is all there is where nothing shall fall through', async () => {
    const both = await start(
      { GET: sendLayer },
      { 'GET /v2/copies/acme/pdf/tags/list': json({ tags: ['0.9.0'] }) },
      { fallThrough: false },
    );
    expect(await listOf(both.repository.tags())).to.deep.equal(['0.9.0']);
    await failureOf(() => both.repository.fetch(layer.descriptor), 'ERR_BLOB_UNKNOWN');
    expect(both.origin.asked()).to.deep.equal([]);
  });

  it('is never written to, nor asked before something is written', async () => {
    const { origin, mirror, registry } = await start(
      {
        [`HEAD /v2/acme/pdf/blobs/${layer.descriptor.digest}`]: reply(404),
        'POST /v2/acme/pdf/blobs/uploads/': reply(202, { location: '/up' }),
        'PUT /up': reply(201),
        [manifestAt('acme/pdf', '1.0.0')]: refuse(404, 'MANIFEST_UNKNOWN', 'no'),
      },
      { GET: sendRoot, HEAD: reply(200) },
    );
    const repository = registry.repository('acme/pdf', { writes: true });
    await failureOf(() => repository.fetchReference('1.0.0'), 'ERR_NOT_FOUND');
    expect(await repository.exists(layer.descriptor)).to.equal(false);
    await repository.push(layer.descriptor, sourceOf(layer.bytes));
    await registry.repository('acme/pdf').exists(layer.descriptor);
    expect(mirror.asked()).to.deep.equal([]);
    expect(origin.asked()).to.include('PUT /up');
  });

  it('serves what lies under its prefix, the longest first, by whole segments', async () => {
    const [origin, general, special] = [
      await startScripted({ GET: sendLayer }),
      await startScripted({ GET: sendLayer }),
      await startScripted({ GET: sendLayer }),
    ];
    const mirrors = [
      { prefix: `${origin.host}/acme`, location: general.host },
      { prefix: `${origin.host}/acme/pdf`, location: `${special.host}/only/pdf` },
    ];
    const registry = new RemoteRegistry(origin.host, { mirrors });
    for (const name of ['acme/pdf', 'acme/docx', 'acmes/pdf']) {
      await textOf(await registry.repository(name).fetch(layer.descriptor));
    }
    expect(special.asked()).to.deep.equal([blob('only/pdf')]);
    expect(general.asked()).to.deep.equal([blob('docx')]);
    expect(origin.asked()).to.deep.equal([blob('acmes/pdf')]);
  });

  it('is told whose content is wanted where it needs that', async () => {
    const both = await start({}, { GET: sendLayer }, { namespace: true });
    await textOf(await both.repository.fetch(layer.descriptor));
    expect(both.mirror.seen[0]?.query.get('ns')).to.equal(both.origin.host);
    const plain = await start({}, { GET: sendLayer });
    await textOf(await plain.repository.fetch(layer.descriptor));
    expect(plain.mirror.seen[0]?.query.has('ns')).to.equal(false);
  });

  it('may give ranges and sizes', async () => {
    const path = `/v2/copies/acme/pdf/blobs/${layer.descriptor.digest}`;
    const both = await start(
      {},
      { [`GET ${path}`]: sendLayer, [`HEAD ${path}`]: reply(200, { 'content-length': '29' }) },
    );
    expect(await textOf(await both.repository.fetchRange(layer.descriptor, 4, 8))).to.equal('layer');
    expect(await both.repository.fetchSize(layer.descriptor)).to.equal(29);
    await failureOf(() => both.repository.fetch({ ...layer.descriptor, digest: otherDigest }), 'ERR_BLOB_UNKNOWN');
    expect(both.origin.seen.at(-1)?.path).to.contain(otherDigest);
  });
});
