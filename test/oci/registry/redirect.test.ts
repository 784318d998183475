import { expect } from 'chai';
import { RemoteRegistry } from '../../../src/oci/registry/index.ts';
import { resolveLocation } from '../../../src/oci/registry/redirect.ts';
import { completeSettings } from '../../../src/oci/registry/settings.ts';
import { artifact } from '../support/artifact.ts';
import { failureOf, listOf, textOf } from '../support/failure.ts';
import { closeServers, json, refuse, reply, startScripted } from '../support/scripted-server.ts';

const { layer } = artifact();
const blobPath = `GET /v2/acme/pdf/blobs/${layer.descriptor.digest}`;
const credentials = async () => ({ username: 'ann', password: 'pw' });
const to = (location: string, status = 307) => reply(status, { location });

describe('redirects', () => {
  afterEach(closeServers);

  it('are followed to another origin without Authorization', async () => {
    const storage = await startScripted({ 'GET /bucket/blob': reply(200, {}, layer.bytes) });
    const server = await startScripted({ [blobPath]: to(`${storage.url}/bucket/blob?X-Amz-Signature=abc`) });
    const repository = new RemoteRegistry(server.host, { credentials }).repository('acme/pdf');
    expect(await textOf(await repository.fetch(layer.descriptor))).to.equal('the layer');
    expect(server.seen[0]?.headers.authorization).to.match(/^Basic /);
    expect(storage.seen[0]?.headers).not.to.have.property('authorization');
    expect(storage.seen[0]?.query.get('X-Amz-Signature')).to.equal('abc');
  });

  it('send no name and password that the registry has put into the address', async () => {
    const storage = await startScripted({ 'GET /blob': reply(200, {}, layer.bytes) });
    const server = await startScripted({ [blobPath]: to(`${storage.url.replace('//', '//evil:pw@')}/blob`) });
    await textOf(await new RemoteRegistry(server.host).repository('acme/pdf').fetch(layer.descriptor));
    expect(storage.seen.map(({ headers }) => headers.authorization)).to.deep.equal([undefined]);
  });

  it('keep Authorization within the origin', async () => {
    const server = await startScripted({ [blobPath]: to('/elsewhere'), 'GET /elsewhere': reply(200, {}, layer.bytes) });
    const repository = new RemoteRegistry(server.host, { credentials }).repository('acme/pdf');
    await textOf(await repository.fetch(layer.descriptor));
    expect(server.seen[1]?.headers.authorization).to.match(/^Basic /);
  });

  it('never give Authorization back to an origin that was left', async () => {
    const server = await startScripted((url) => ({
      'GET /back': reply(200, {}, layer.bytes),
      [blobPath]: to(`${url.replace('127.0.0.1', 'localhost')}/hop`),
      'GET /hop': to(`${url}/back`),
    }));
    const repository = new RemoteRegistry(server.host, { credentials }).repository('acme/pdf');
    await textOf(await repository.fetch(layer.descriptor));
    expect(server.seen.map(({ headers }) => headers.authorization !== undefined)).to.deep.equal([true, false, false]);
  });

  it('do not answer the challenge of the server that they lead to', async () => {
    const storage = await startScripted({
      'GET /blob': refuse(401, 'X', 'no', { 'www-authenticate': 'Basic realm="steal"' }),
    });
    const server = await startScripted({ [blobPath]: to(`${storage.url}/blob`) });
    const repository = new RemoteRegistry(server.host, { credentials }).repository('acme/pdf');
    await failureOf(() => repository.fetch(layer.descriptor), 'ERR_UNAUTHORISED');
    expect(storage.seen.map(({ headers }) => headers.authorization)).to.deep.equal([undefined]);
  });

  it('end after ten', async () => {
    const server = await startScripted({ GET: to('/again') });
    const repository = new RemoteRegistry(server.host).repository('acme/pdf');
    await failureOf(() => repository.fetch(layer.descriptor), 'ERR_REGISTRY', /without an end/);
    expect(server.seen).to.have.length(11);
  });

  it('to plain http elsewhere are refused', async () => {
    const server = await startScripted({ [blobPath]: to('http://storage.example.com/blob') });
    const repository = new RemoteRegistry(server.host).repository('acme/pdf');
    await failureOf(() => repository.fetch(layer.descriptor), 'ERR_INSECURE', /http:\/\/storage\.example\.com/);
  });

  it('of a write by 302 are refused, for they would lose what was sent', async () => {
    const server = await startScripted({
      'POST /v2/acme/pdf/blobs/uploads/': to('/login', 302),
      'GET /login': json({}),
    });
    const repository = new RemoteRegistry(server.host).repository('acme/pdf');
    await failureOf(
      () => repository.push(layer.descriptor, async function* () {}),
      'ERR_REGISTRY',
      /redirects \(302\)/,
    );
  });

  it('without a Location are an error', async () => {
    const server = await startScripted({ GET: reply(301) });
    await failureOf(() => listOf(new RemoteRegistry(server.host).repository('a').tags()), 'ERR_REGISTRY', /redirects/);
  });
});

describe('resolveLocation', () => {
  const secure = completeSettings('registry.example.com', {});
  const plain = completeSettings('localhost:5000', { plainHttp: ['store.internal:9000'] });
  const rows: readonly (readonly [string, typeof secure, string | undefined])[] = [
    ['/v2/upload?state=x', secure, 'https://registry.example.com/v2/upload?state=x'],
    ['https://s3.example/x?y=1', secure, 'https://s3.example/x?y=1'],
    ['http://registry.example.com/x', secure, undefined],
    ['http://127.0.0.1/x', secure, undefined],
    ['file:///etc/passwd', secure, undefined],
    ['data:text/plain,x', plain, undefined],
    ['http://store.internal:9000/x', plain, 'http://store.internal:9000/x'],
    ['http://store.internal/x', plain, undefined],
    ['https://s3.example/x', plain, 'https://s3.example/x'],
  ];
  for (const [location, settings, expected] of rows) {
    it(`${settings.host} → ${location}: ${expected ? 'followed' : 'refused'}`, async () => {
      const resolve = () => resolveLocation(location, settings.base, settings);
      if (expected) expect(resolve().href).to.equal(expected);
      else await failureOf(resolve, 'ERR_INSECURE');
    });
  }

  it('refuses what is no URL', () => failureOf(() => resolveLocation('http://[', secure.base, secure), 'ERR_REGISTRY'));
});

describe('completeSettings', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['ghcr.io', 'https://ghcr.io/'],
    ['docker.io', 'https://registry-1.docker.io/'],
    ['registry.example:5000', 'https://registry.example:5000/'],
    ['localhost:5000', 'http://localhost:5000/'],
    ['127.0.0.1:5000', 'http://127.0.0.1:5000/'],
    ['[::1]:5000', 'http://[::1]:5000/'],
    ['127.0.0.1.example.com', 'https://127.0.0.1.example.com/'],
    ['plain.example', 'http://plain.example/'],
  ];
  for (const [host, base] of rows) {
    it(`${host} is at ${base}`, () =>
      expect(completeSettings(host, { plainHttp: ['plain.example'] }).base.href).to.equal(base));
  }
  for (const host of ['', 'acme', 'a b.io', 'user@a.io', 'a.io/path', 'https://a.io']) {
    it(`"${host}" is no registry`, () => failureOf(() => new RemoteRegistry(host), 'ERR_REFERENCE_INVALID'));
  }
});
