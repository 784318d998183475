import { expect } from 'chai';
import fc from 'fast-check';
import { TrustError } from '../../../src/core/index.ts';
import { RemoteRegistry } from '../../../src/oci/registry/index.ts';
import { artifact, piece } from '../support/artifact.ts';
import { failureOf, listOf, textOf } from '../support/failure.ts';
import {
  breakAfter,
  closeServers,
  type Reply,
  reply,
  type ScriptedServer,
  startScripted,
} from '../support/scripted-server.ts';

const { layer } = artifact('0123456789'.repeat(20_000));
const { bytes, descriptor } = layer;
const path = (method: string) => `${method} /v2/acme/pdf/blobs/${descriptor.digest}`;
const whole = reply(200, {}, bytes);

const repositoryOf = (server: ScriptedServer, retries = 3) =>
  new RemoteRegistry(server.host, { retryDelay: 1, retries }).repository('acme/pdf');

/** Answers the rest that a Range header asks for. */
const rest: Reply = (response, seen) => {
  const start = Number(/^bytes=(\d+)-/.exec(seen.headers.range ?? '')?.[1]);
  const headers = { 'content-range': `bytes ${start}-${bytes.byteLength - 1}/${bytes.byteLength}` };
  reply(206, headers, bytes.subarray(start))(response, seen);
};

describe('blobs', () => {
  afterEach(closeServers);

  it('come whole and checked, in one request', async () => {
    const server = await startScripted({ [path('GET')]: whole });
    expect(await textOf(await repositoryOf(server).fetch(descriptor))).to.equal(bytes.toString());
    expect(server.asked()).to.deep.equal([path('GET')]);
  });

  it('come whole where the length is not announced', async () => {
    const server = await startScripted({ [path('GET')]: (response) => response.end(bytes) });
    expect(await textOf(await repositoryOf(server).fetch(descriptor))).to.equal(bytes.toString());
  });

  it('may be empty', async () => {
    const empty = piece('application/x', '');
    const server = await startScripted({ [`GET /v2/acme/pdf/blobs/${empty.descriptor.digest}`]: reply(200) });
    expect(await listOf(await repositoryOf(server).fetch(empty.descriptor))).to.deep.equal([]);
  });

  const wrong: readonly (readonly [string, Reply, RegExp])[] = [
    [
      'altered',
      reply(200, {}, Buffer.concat([bytes.subarray(1), Buffer.from('x')])),
      /the content has the digest sha256:/,
    ],
    ['longer', reply(200, {}, Buffer.concat([bytes, Buffer.from('x')])), /more bytes came/],
    ['shorter', reply(200, {}, bytes.subarray(1)), /only 199999 bytes came/],
  ];
  for (const [what, answer, message] of wrong) {
    it(`that are ${what} are refused, and not asked for again`, async () => {
      const server = await startScripted({ [path('GET')]: answer });
      const stream = await repositoryOf(server).fetch(descriptor);
      const error = await failureOf(() => listOf(stream), 'ERR_DIGEST_MISMATCH', message);
      expect(error).to.be.instanceOf(TrustError);
      expect(error.message).to.include(server.host);
      expect(server.seen).to.have.length(1);
    });
  }

  it('that are web pages are told as such', async () => {
    const server = await startScripted({ [path('GET')]: reply(200, { 'content-type': 'text/html' }, '<html>') });
    await failureOf(() => repositoryOf(server).fetch(descriptor), 'ERR_REGISTRY', /web page when asked for a blob/);
  });

  it('that are not there fail when they are opened', async () => {
    const server = await startScripted({});
    await failureOf(() => repositoryOf(server).fetch(descriptor), 'ERR_BLOB_UNKNOWN', /does not hold the blob/);
  });

  it('exist or not, and tell their size', async () => {
    const server = await startScripted({ [path('HEAD')]: [whole, reply(404), whole, reply(404)] });
    const repository = repositoryOf(server);
    expect(await repository.exists(descriptor)).to.equal(true);
    expect(await repository.exists(descriptor)).to.equal(false);
    expect(await repository.fetchSize(descriptor)).to.equal(bytes.byteLength);
    await failureOf(() => repository.fetchSize(descriptor), 'ERR_BLOB_UNKNOWN');
  });

  it('are deleted', async () => {
    const server = await startScripted({ [path('DELETE')]: [reply(202), reply(404), reply(405)] });
    await repositoryOf(server).delete(descriptor);
    await failureOf(() => repositoryOf(server).delete(descriptor), 'ERR_BLOB_UNKNOWN');
    await failureOf(() => repositoryOf(server).delete(descriptor), 'ERR_REGISTRY', /does not delete.*405/);
  });

  it('are deleted where the answer got lost', async () => {
    const lost: Reply = (response) => void response.socket?.destroy();
    const server = await startScripted({ [path('DELETE')]: [lost, reply(404)] });
    await new RemoteRegistry(server.host, { retries: 1, retryDelay: 1 }).repository('acme/pdf').delete(descriptor);
    expect(server.seen).to.have.length(2);
  });

  it('are not taken for held where a web page answers', async () => {
    const server = await startScripted({
      [path('HEAD')]: reply(200, { 'content-type': 'text/html', 'content-length': '99' }),
    });
    await failureOf(() => repositoryOf(server).exists(descriptor), 'ERR_REGISTRY', /web page/);
  });
});

describe('a blob that breaks in the middle', () => {
  afterEach(closeServers);

  const rows: readonly (readonly [string, readonly Reply[], readonly (string | undefined)[]])[] = [
    ['goes on with 206', [breakAfter(bytes, 70_000), rest], [undefined, 'bytes=70000-']],
    [
      'goes on after a second break',
      [
        breakAfter(bytes, 70_000),
        breakAfter(bytes, 50_000, {
          start: 70_000,
          status: 206,
          headers: { 'content-range': 'bytes 70000-199999/200000' },
        }),
        rest,
      ],
      [undefined, 'bytes=70000-', 'bytes=120000-'],
    ],
    ['starts again where the answer is 200', [breakAfter(bytes, 70_000), whole], [undefined, 'bytes=70000-']],
    [
      'starts again where the answer is 416',
      [breakAfter(bytes, 70_000), reply(416), whole],
      [undefined, 'bytes=70000-', undefined],
    ],
    [
      'starts again where another range came',
      [breakAfter(bytes, 70_000), reply(206, { 'content-range': 'bytes 5-199999/200000' }, bytes.subarray(5)), whole],
      [undefined, 'bytes=70000-', undefined],
    ],
    ['starts again where nothing came', [(response) => response.socket?.destroy(), whole], [undefined, undefined]],
    ['goes on after 503', [breakAfter(bytes, 70_000), reply(503), rest], [undefined, 'bytes=70000-', 'bytes=70000-']],
  ];
  for (const [what, replies, ranges] of rows) {
    it(what, async () => {
      const server = await startScripted({ [path('GET')]: replies });
      expect(await textOf(await repositoryOf(server).fetch(descriptor))).to.equal(bytes.toString());
      expect(server.seen.map(({ headers }) => headers.range)).to.deep.equal(ranges);
    });
  }

  it('is refused where it goes on with other content', async () => {
    const other = reply(206, { 'content-range': 'bytes 70000-199999/200000' }, Buffer.alloc(130_000, 'x'));
    const server = await startScripted({ [path('GET')]: [breakAfter(bytes, 70_000), other] });
    const stream = await repositoryOf(server).fetch(descriptor);
    await failureOf(() => listOf(stream), 'ERR_DIGEST_MISMATCH', /has the digest/);
  });

  it('is refused where it starts again with other content', async () => {
    const server = await startScripted({
      [path('GET')]: [breakAfter(bytes, 70_000), reply(200, {}, Buffer.alloc(200_000, 'x'))],
    });
    const stream = await repositoryOf(server).fetch(descriptor);
    await failureOf(() => listOf(stream), 'ERR_DIGEST_MISMATCH');
  });

  it('is given up after as many attempts as are set', async () => {
    const server = await startScripted({ [path('GET')]: breakAfter(bytes, 10) });
    const stream = await repositoryOf(server, 2).fetch(descriptor);
    await failureOf(() => listOf(stream), 'ERR_NETWORK', /the connection was broken/);
    expect(server.seen).to.have.length(3);
  });

  it('is put together right wherever it breaks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: bytes.byteLength - 1 }),
        fc.constantFrom(rest, whole),
        async (count, then) => {
          const server = await startScripted({ [path('GET')]: [breakAfter(bytes, count), then] });
          expect(await textOf(await repositoryOf(server).fetch(descriptor))).to.equal(bytes.toString());
          await server.close();
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe('fetchRange', () => {
  afterEach(closeServers);

  const rows: readonly (readonly [string, Reply])[] = [
    ['answers 206', reply(206, { 'content-range': 'bytes 10-19/200000' }, bytes.subarray(10, 20))],
    ['answers 200', whole],
    ['answers with a wider range', reply(206, { 'content-range': 'bytes 5-99/200000' }, bytes.subarray(5, 100))],
  ];
  for (const [what, answer] of rows) {
    it(`gives the bytes where the registry ${what}`, async () => {
      const server = await startScripted({ [path('GET')]: answer });
      expect(await textOf(await repositoryOf(server).fetchRange(descriptor, 10, 19))).to.equal('0123456789');
      expect(server.seen[0]?.headers.range).to.equal('bytes=10-19');
    });
  }

  it('refuses a range that begins later', async () => {
    const server = await startScripted({ [path('GET')]: reply(206, { 'content-range': 'bytes 11-19/200000' }, 'x') });
    await failureOf(() => repositoryOf(server).fetchRange(descriptor, 10, 19), 'ERR_REGISTRY', /another range/);
  });
});
