import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Target } from '../../../src/core/index.ts';
import { copy, openLayoutAt, RemoteRegistry } from '../../../src/oci/index.ts';
import { serveRegistry } from '../../../src/oci/server/index.ts';
import { serveLimited } from '../support/limited-registry.ts';
import { expectSigned, putSigned, signed } from './signed.ts';

interface Place {
  readonly target: Target;
  /** What a registry was asked. */
  readonly asked?: readonly string[];
  close(): Promise<void>;
}

const ends: Readonly<Record<string, (room: string) => Promise<Place>>> = {
  'a registry': async (dir) => {
    const server = await serveRegistry({ dir, durable: false });
    return remote(server.host, () => server.close());
  },
  'a registry without the referrers API': async (dir) => {
    const server = await serveLimited({ referrers: false }, { dir, durable: false });
    return { ...remote(server.host, async () => server[Symbol.asyncDispose]()), asked: server.asked };
  },
  'a registry that lists and mounts nothing': async (dir) => {
    const server = await serveLimited(
      { catalogue: false, mounts: false, digestHeader: false },
      { dir, durable: false },
    );
    return remote(server.host, async () => server[Symbol.asyncDispose]());
  },
  'a layout folder': async (dir) => ({ target: openLayoutAt(dir), close: async () => {} }),
  'a layout tar': async (dir) => ({ target: openLayoutAt(`${dir}.tar`), close: async () => {} }),
};

function remote(host: string, stop: () => Promise<void>): Place {
  const registry = new RemoteRegistry(host, { retryDelay: 1 });
  const close = async () => {
    await registry[Symbol.asyncDispose]();
    await stop();
  };
  return { target: registry.repository('acme/skills/pdf'), close };
}

describe('copy: with all that refers to it, from everywhere to everywhere', function () {
  this.timeout(20_000);
  let room: string;
  const open: Place[] = [];
  beforeEach(() => {
    room = mkdtempSync(join(tmpdir(), 'skills-matrix-'));
  });
  afterEach(async () => {
    for (const place of open.splice(0)) await place.close();
    rmSync(room, { recursive: true, force: true });
  });
  const start = async (make: (room: string) => Promise<Place>, name: string) => {
    const place = await make(join(room, name));
    open.push(place);
    return place;
  };

  for (const [from, makeSource] of Object.entries(ends)) {
    for (const [to, makeDestination] of Object.entries(ends)) {
      it(`from ${from} to ${to}, and once more for nothing`, async () => {
        const source = await start(makeSource, 'source');
        await putSigned(source.target);
        await expectSigned(source.target);
        const destination = await start(makeDestination, 'destination');
        const options = { referrers: true };
        expect(await copy(source.target, '1.2.0', destination.target, '1.2.0', options)).to.include({
          digest: signed.root.descriptor.digest,
        });
        await expectSigned(destination.target);
        const ways: unknown[] = [];
        await copy(source.target, '1.2.0', destination.target, '1.2.0', {
          ...options,
          onProgress: ({ way }) => ways.push(way),
        });
        expect(new Set(ways)).to.deep.equal(new Set(['held']));
      });
    }
  }

  it('is there before the tag is, in the order of requests', async () => {
    const source = await start(ends['a layout folder'] ?? expect.fail(), 'source');
    await putSigned(source.target);
    const destination = await start(ends['a registry without the referrers API'] ?? expect.fail(), 'destination');
    await copy(source.target, '1.2.0', destination.target, '1.2.0', { referrers: true });
    const puts = (destination.asked ?? []).filter((line) => line.startsWith('PUT /v2/acme/skills/pdf/manifests/'));
    const order = puts.map((line) => line.slice(line.lastIndexOf('/') + 1));
    expect(order.at(-1)).to.equal('1.2.0');
    expect(order.filter((name) => name === '1.2.0')).to.have.length(1);
    for (const [, referrers] of signed.referrers) {
      for (const { descriptor } of referrers) expect(order).to.include(descriptor.digest);
    }
  });

  it('reads nothing back that it pushed, as registries with content trust want it', async () => {
    const source = await start(ends['a layout folder'] ?? expect.fail(), 'source');
    await putSigned(source.target);
    const server = await serveLimited({ contentTrust: true }, { dir: join(room, 'trusting'), durable: false });
    const registry = new RemoteRegistry(server.host, { retryDelay: 1 });
    try {
      const destination = registry.repository('acme/skills/pdf', { writes: true });
      await copy(source.target, '1.2.0', destination, '1.2.0', { referrers: true });
      const pushed = new Set(server.asked.filter((line) => line.startsWith('PUT')).map((line) => line.slice(4)));
      const readBack = server.asked.filter(
        (line, at) =>
          line.startsWith('GET') && pushed.has(line.slice(4)) && server.asked.indexOf(`PUT ${line.slice(4)}`) < at,
      );
      expect(readBack).to.deep.equal([]);
    } finally {
      await registry[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    }
  });

  it('between two repositories of one registry sends no blob', async () => {
    const server = await serveRegistry({ dir: join(room, 'registry'), durable: false });
    const registry = new RemoteRegistry(server.host);
    open.push({ target: registry.repository('x'), close: () => server.close() });
    await putSigned(registry.repository('acme/pdf'));
    const ways = new Map<unknown, number>();
    await copy(registry.repository('acme/pdf'), '1.2.0', registry.repository('other/pdf'), '1.2.0', {
      referrers: true,
      onProgress: ({ way, descriptor }) => {
        if (!descriptor.mediaType.includes('manifest') && !descriptor.mediaType.includes('index'))
          ways.set(way, (ways.get(way) ?? 0) + 1);
      },
    });
    expect(ways.get('sent')).to.equal(undefined);
    await expectSigned(registry.repository('other/pdf'));
    await registry[Symbol.asyncDispose]();
  });
});
