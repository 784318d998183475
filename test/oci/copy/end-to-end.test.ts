import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { copy, MemoryTarget, openLayout, RemoteRegistry } from '../../../src/oci/index.ts';
import { type RegistryServer, serveRegistry } from '../../../src/oci/server/index.ts';
import { artifact, index, manifest, piece, sourceOf, store } from '../support/artifact.ts';
import { failureOf, listOf, textOf } from '../support/failure.ts';

const { config, layer, root } = artifact();

describe('copy through the embedded registry', () => {
  let folder: string;
  let server: RegistryServer;
  let registry: RemoteRegistry;
  let requests: string[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'skills-oci-'));
    server = await serveRegistry({ dir: join(folder, 'registry'), durable: false });
    requests = [];
    const nothing = () => {};
    const debug = (fields: { method?: string }) => void requests.push(String(fields.method));
    registry = new RemoteRegistry(server.host, {
      retryDelay: 1,
      logger: { debug, info: nothing, warn: nothing, error: nothing },
    });
  });
  afterEach(async () => {
    await registry[Symbol.asyncDispose]();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function pushed() {
    const source = new MemoryTarget();
    const inlined = manifest({ ...config.descriptor, data: config.bytes.toString('base64') }, [layer.descriptor]);
    await store(source, config, layer, inlined);
    await source.tag(inlined.descriptor, '1.0.0');
    await copy(source, '1.0.0', registry.repository('acme/pdf'), '1.0.0', { alsoTags: ['latest'] });
    requests.length = 0;
    return inlined;
  }

  it('pushes, and pulls a small artifact with two requests into a layout', async () => {
    const { descriptor } = await pushed();
    const layout = openLayout(join(folder, 'layout'), { durable: false });
    expect(await copy(registry.repository('acme/pdf'), 'latest', layout, '1.0.0')).to.deep.equal(descriptor);
    expect(requests).to.deep.equal(['GET', 'GET']);
    expect((await layout.resolve('1.0.0')).digest).to.equal(descriptor.digest);
    expect(await textOf(await layout.fetch(config.descriptor))).to.equal('{}');
    expect(await textOf(await layout.fetch(layer.descriptor))).to.equal('the layer');
  });

  it('pulls what is held with one request', async () => {
    await pushed();
    const layout = openLayout(join(folder, 'layout'), { durable: false });
    await copy(registry.repository('acme/pdf'), '1.0.0', layout, 'x');
    requests.length = 0;
    await copy(registry.repository('acme/pdf'), '1.0.0', layout, 'y');
    expect(requests).to.deep.equal(['GET']);
  });

  it('pushes a layout, and what it pushed again costs a GET, a HEAD and the tag', async () => {
    await pushed();
    const layout = openLayout(join(folder, 'layout'), { durable: false });
    await copy(registry.repository('acme/pdf'), '1.0.0', layout, '1.0.0');
    await copy(layout, '1.0.0', registry.repository('other/pdf'), '2.0.0');
    requests.length = 0;
    await copy(layout, '1.0.0', registry.repository('other/pdf'), '2.0.0');
    expect(requests).to.deep.equal(['HEAD', 'GET', 'PUT']);
  });

  it('mounts between repositories: no layer is sent', async () => {
    await pushed();
    await copy(registry.repository('acme/pdf'), '1.0.0', registry.repository('acme/mirror'), '1.0.0');
    expect(requests.filter((method) => method === 'POST')).to.have.length(2);
    expect(requests.filter((method) => method === 'PUT')).to.have.length(2);
    expect(await textOf(await registry.repository('acme/mirror').fetch(layer.descriptor))).to.equal('the layer');
  });

  it('copies an index with its manifests', async () => {
    const source = new MemoryTarget();
    const list = index([root.descriptor]);
    await store(source, config, layer, root, list);
    await copy(source, list.descriptor.digest, registry.repository('acme/list'), '1.0.0');
    const target = new MemoryTarget();
    await copy(registry.repository('acme/list'), '1.0.0', target, 'x');
    expect(await target.exists(layer.descriptor)).to.equal(true);
  });

  it('sends large blobs in chunks, and gets ranges of them', async () => {
    const chunked = new RemoteRegistry(server.host, { chunkBytes: 100_000 });
    const large = piece('application/x', Buffer.from(Array.from({ length: 1_000_003 }, (_, n) => n % 251)));
    const repository = chunked.repository('acme/large');
    await repository.push(large.descriptor, sourceOf(large.bytes));
    const back = Buffer.concat(await listOf(await repository.fetch(large.descriptor)));
    expect(back.equals(large.bytes)).to.equal(true);
    const range = Buffer.concat(await listOf(await repository.fetchRange(large.descriptor, 500, 509)));
    expect([...range]).to.deep.equal([...large.bytes.subarray(500, 510)]);
  });

  it('finds referrers, and lists, untags and deletes', async () => {
    const { descriptor } = await pushed();
    const repository = registry.repository('acme/pdf');
    const signature = manifest(config.descriptor, [], { artifactType: 'application/sig', subject: descriptor });
    await repository.push(signature.descriptor, sourceOf(signature.bytes));
    expect(
      (await listOf(repository.referrers(descriptor, 'application/sig'))).map(({ digest }) => digest),
    ).to.deep.equal([signature.descriptor.digest]);
    expect(await listOf(repository.referrers(descriptor, 'application/sbom'))).to.deep.equal([]);
    await repository.delete(signature.descriptor);
    expect(await listOf(repository.referrers(descriptor))).to.deep.equal([]);
    await repository.untag('latest');
    expect(await listOf(repository.tags())).to.deep.equal(['1.0.0']);
    expect(await listOf(registry.repositories())).to.deep.equal(['acme/pdf']);
  });

  it('says what is not there', async () => {
    await failureOf(
      () => copy(registry.repository('acme/none'), '1.0.0', new MemoryTarget()),
      'ERR_NOT_FOUND',
      /^source: .* does not hold acme\/none:1\.0\.0/,
    );
    await failureOf(() => registry.repository('acme/none').fetch(layer.descriptor), 'ERR_BLOB_UNKNOWN');
  });

  it('finds out a size of 0 by one HEAD', async () => {
    const unsized = manifest({ ...config.descriptor, data: 'e30=' }, [{ ...layer.descriptor, size: 0 }]);
    const repository = registry.repository('acme/unsized');
    for (const { descriptor, bytes } of [config, layer, unsized]) await repository.push(descriptor, sourceOf(bytes));
    requests.length = 0;
    const target = new MemoryTarget();
    await copy(repository, unsized.descriptor.digest, target);
    expect(requests).to.deep.equal(['GET', 'HEAD', 'GET']);
    expect(await textOf(await target.fetch(layer.descriptor))).to.equal('the layer');
  });
});
