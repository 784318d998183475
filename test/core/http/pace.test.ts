import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { exchange, Network, type Outgoing } from '../../../src/core/index.ts';
import { failureOf } from '../../oci/support/failure.ts';

describe('pace', () => {
  let server: Server | undefined;
  const network = new Network({ env: {}, idleTimeout: 200, minimumRate: 10_000 });

  afterEach(async () => {
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined));
  });
  after(() => network.close());

  async function ask(listener: RequestListener, more: Partial<Outgoing> = {}): Promise<number> {
    server = createServer(listener);
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const answer = await exchange(network, { method: 'GET', url, headers: {}, ...more });
    let size = 0;
    try {
      for await (const piece of answer.message) size += (piece as Buffer).byteLength;
    } catch (error) {
      throw answer.explain(error);
    }
    return size;
  }

  /** Sends a byte every 20 ms: an idle timeout of 200 ms never sees it. */
  const trickle: RequestListener = async (_, response) => {
    response.writeHead(200, { 'content-length': 10_000 });
    for (let n = 0; n < 10_000 && !response.destroyed; n++) {
      response.write('x');
      await wait(20);
    }
  };

  it('of a body that trickles is too slow', async () => {
    const start = performance.now();
    const error = await failureOf(() => ask(trickle), 'ERR_NETWORK', /only \d+ bytes came through in 200 ms/);
    expect(error.data?.transient).to.equal(true);
    expect(performance.now() - start).to.be.below(2_000);
  });

  it('of headers that trickle is too slow', async () => {
    const listener: RequestListener = async ({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      for (let n = 0; n < 10_000 && !socket.destroyed; n++) {
        socket.write(`x-${n}: y\r\n`);
        await wait(20);
      }
    };
    await failureOf(() => ask(listener), 'ERR_NETWORK', /bytes came through|silent/);
  });

  it('of a server that takes an upload by the spoonful is too slow', async () => {
    const listener: RequestListener = async (request) => {
      for (let n = 0; n < 10_000 && !request.destroyed; n++) {
        request.read(1);
        await wait(20);
      }
    };
    const size = 64 * 1024 * 1024;
    const body = {
      size,
      async *open() {
        for (let sent = 0; sent < size; sent += 65_536) yield Buffer.alloc(65_536);
      },
    };
    await failureOf(() => ask(listener, { method: 'PUT', body }), 'ERR_NETWORK', /bytes came through|silent/);
  });

  it('does not matter while a server thinks', async () => {
    const listener: RequestListener = async (_, response) => {
      await wait(150);
      response.writeHead(200, { 'content-length': 2 }).flushHeaders();
      await wait(150);
      response.end('ok');
    };
    expect(await ask(listener)).to.equal(2);
  });

  it('does not matter while we are the slow ones', async () => {
    const size = 4 * 1024 * 1024;
    const listener: RequestListener = (_, response) => void response.end(Buffer.alloc(size));
    server = createServer(listener);
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const answer = await exchange(
      network,
      { method: 'GET', url, headers: {} },
      { ...network.patience, idleTimeout: 300 },
    );
    let read = 0;
    for await (const piece of answer.message) {
      read += (piece as Buffer).byteLength;
      if (read < 1024 * 1024) await wait(40);
    }
    expect(read).to.equal(size);
  });
});
