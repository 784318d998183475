import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import type { Digest } from '../../../src/core/index.ts';
import { RemoteRegistry } from '../../../src/oci/registry/index.ts';
import { listOf } from '../support/failure.ts';
import { closeServers, json, startScripted } from '../support/scripted-server.ts';

const tagList = JSON.stringify({ tags: ['1.0.0'] });

describe('connections', () => {
  let server: Server;
  let connections = 0;
  let open = 0;
  let mostOpen = 0;

  async function serve(listener: RequestListener): Promise<string> {
    connections = 0;
    open = 0;
    mostOpen = 0;
    server = createServer(listener);
    server.on('connection', (socket) => {
      connections += 1;
      open += 1;
      mostOpen = Math.max(mostOpen, open);
      socket.on('close', () => {
        open -= 1;
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const answerTags: RequestListener = (_, response) => void setTimeout(() => response.end(tagList), 1);

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    for (let n = 0; n < 100 && open > 0; n++) await wait(5);
  });

  it('are kept: one for twenty requests in a row', async () => {
    const registry = new RemoteRegistry(await serve(answerTags));
    for (let n = 0; n < 20; n++) await listOf(registry.repository('a').tags());
    expect(connections).to.equal(1);
  });

  for (const [maxSockets, most] of [
    [undefined, 16],
    [3, 3],
  ] as const) {
    it(`are ${most} at most where ${maxSockets ?? 'nothing'} is set`, async () => {
      const registry = new RemoteRegistry(await serve(answerTags), { maxSockets });
      await Promise.all(Array.from({ length: 60 }, () => listOf(registry.repository('a').tags())));
      expect(mostOpen).to.equal(most);
    });
  }

  it('are closed by disposal', async () => {
    const registry = new RemoteRegistry(await serve(answerTags));
    await listOf(registry.repository('a').tags());
    expect(open).to.equal(1);
    await registry[Symbol.asyncDispose]();
    for (let n = 0; n < 100 && open > 0; n++) await wait(5);
    expect(open).to.equal(0);
  });

  it('are used again after a refusal and after a body that nobody read', async () => {
    const registry = new RemoteRegistry(
      await serve((_, response) => response.writeHead(404, { 'content-type': 'text/html' }).end('<html>'.repeat(100))),
    );
    for (let n = 0; n < 5; n++) await listOf(registry.repository('a').tags()).catch(() => {});
    expect(connections).to.equal(1);
  });

  it('hold a sender up whose bytes nobody takes', async () => {
    const size = 128 * 1024 * 1024;
    let sent = 0;
    const host = await serve((_, response) => {
      response.writeHead(200, { 'content-length': size });
      const piece = Buffer.alloc(65_536);
      const more = () => {
        while (sent < size && !response.destroyed) {
          sent += piece.byteLength;
          if (!response.write(piece)) return;
        }
      };
      response.on('drain', more);
      more();
    });
    const descriptor = { mediaType: 'application/x', digest: `sha256:${'0'.repeat(64)}` as Digest, size };
    const stream = await new RemoteRegistry(host).repository('a').fetch(descriptor);
    await wait(300);
    expect(sent).to.be.below(size / 4);
    for await (const piece of stream) {
      expect(piece.byteLength).to.be.above(0);
      break;
    }
    for (let n = 0; n < 100 && open > 0; n++) await wait(5);
    expect(open, 'a reader who leaves closes the connection').to.equal(0);
  });
});

describe('a proxy', () => {
  const before = process.env.HTTP_PROXY;
  afterEach(async () => {
    if (before === undefined) delete process.env.HTTP_PROXY;
    else process.env.HTTP_PROXY = before;
    await closeServers();
  });

  it('of the environment is used for registries elsewhere, and not for loopback', async () => {
    const proxy = await startScripted({ GET: json({ tags: ['by-proxy'] }) });
    const direct = await startScripted({ GET: json({ tags: ['direct'] }) });
    process.env.HTTP_PROXY = proxy.url;
    const elsewhere = new RemoteRegistry('registry.invalid', { plainHttp: ['registry.invalid'], retries: 0 });
    expect(await listOf(elsewhere.repository('a').tags())).to.deep.equal(['by-proxy']);
    expect(proxy.seen[0]?.headers.host).to.equal('registry.invalid');
    expect(await listOf(new RemoteRegistry(direct.host).repository('a').tags())).to.deep.equal(['direct']);
    expect(proxy.seen).to.have.length(1);
  });
});
