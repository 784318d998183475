import { createServer } from 'node:net';
import { expect } from 'chai';
import { type ErrorCode, TrustError } from '../../../src/core/index.ts';
import { findCredentials } from '../../../src/oci/credentials/index.ts';
import { type RegistryOptions, RemoteRegistry } from '../../../src/oci/registry/index.ts';
import { parseRetryAfter } from '../../../src/oci/registry/retry.ts';
import { parseWarnings } from '../../../src/oci/registry/warnings.ts';
import { artifact, sourceOf } from '../support/artifact.ts';
import { failureOf, listOf } from '../support/failure.ts';
import { closeServers, json, type Reply, refuse, reply, startScripted } from '../support/scripted-server.ts';

const tagsPath = 'GET /v2/acme/pdf/tags/list';
const tags = json({ tags: ['1.0.0'] });
const html = reply(200, { 'content-type': 'text/html; charset=utf-8' }, '<!DOCTYPE html><title>Log in</title>');

function tagsOf(host: string, options: RegistryOptions = {}) {
  return listOf(new RemoteRegistry(host, { retryDelay: 1, ...options }).repository('acme/pdf').tags());
}

describe('what a registry refuses', () => {
  afterEach(closeServers);

  it('is told without the password that it repeats', async () => {
    const server = await startScripted({
      [tagsPath]: refuse(403, 'DENIED', 'you sent ann:hunter2secret', {}),
    });
    const credentials = async () => ({ username: 'ann', password: 'hunter2secret' });
    const error = await failureOf(
      () => tagsOf(server.host, { credentials }),
      'ERR_UNAUTHORISED',
      /you sent ann:\*\*\*/,
    );
    expect(JSON.stringify([error.message, error.hint, error.data])).not.to.contain('hunter2');
  });

  const rows: readonly (readonly [string, Reply, ErrorCode, RegExp])[] = [
    [
      '401 in the words of the spec',
      refuse(401, 'UNAUTHORIZED', 'who are you?'),
      'ERR_UNAUTHORISED',
      /UNAUTHORIZED who are you\?/,
    ],
    ['403', refuse(403, 'DENIED', 'not for you'), 'ERR_UNAUTHORISED', /DENIED not for you/],
    [
      '404',
      refuse(404, 'NAME_UNKNOWN', 'repository name not known'),
      'ERR_NOT_FOUND',
      /does not hold the tags of acme\/pdf: NAME_UNKNOWN/,
    ],
    ['412', refuse(412, 'PROJECTPOLICYVIOLATION', 'scan it first'), 'ERR_UNTRUSTED', /scan it first/],
    [
      '400 as plain text',
      reply(400, {}, 'bad luck\nsecond line'),
      'ERR_REGISTRY',
      /answered 400 on the tags of acme\/pdf: bad luck$/,
    ],
    ['418 as other JSON', json({ message: 'teapot' }, {}, 418), 'ERR_REGISTRY', /418.*teapot/],
    [
      '500 as HTML',
      reply(500, { 'content-type': 'text/html' }, '<html><h1>Oops</h1>'),
      'ERR_REGISTRY',
      /500.*web page/,
    ],
    ['an empty body', reply(404), 'ERR_NOT_FOUND', /does not hold the tags of acme\/pdf$/],
    ['a redirect to nowhere', reply(302), 'ERR_REGISTRY', /redirects \(302\)/],
    ['200 with a web page', html, 'ERR_REGISTRY', /web page when asked for the tags/],
    ['200 with a list', json([1]), 'ERR_REGISTRY', /not JSON/],
    [
      '200 with broken JSON',
      reply(200, { 'content-type': 'application/json' }, '{"tags":'),
      'ERR_REGISTRY',
      /not JSON/,
    ],
    [
      'terminal escapes',
      refuse(404, 'NAME_UNKNOWN', '\u001b[31mred\u0007\n\nalert'),
      'ERR_NOT_FOUND',
      /NAME_UNKNOWN \[31mred alert$/,
    ],
  ];
  for (const [what, answer, code, message] of rows) {
    it(`${what} is ${code}`, async () => {
      const server = await startScripted({ [tagsPath]: answer });
      await failureOf(() => tagsOf(server.host, { retries: 0 }), code, message);
    });
  }

  it('says what to do where https is spoken and plain http was sent', async () => {
    const server = await startScripted({
      [tagsPath]: reply(400, {}, 'Client sent an HTTP request to an HTTPS server.\n'),
    });
    const { hint } = await failureOf(() => tagsOf(server.host, { retries: 0 }), 'ERR_REGISTRY', /HTTPS server/);
    expect(hint).to.contain('--ca-file');
  });

  it('says what the source of credentials knows better than "log in"', async () => {
    const server = await startScripted({ [tagsPath]: refuse(401, 'UNAUTHORIZED', 'who are you?') });
    const given = { registry: 'other.example', credentials: { username: 'ann', password: 'pw' }, from: '--username' };
    const credentials = findCredentials({ env: { HOME: '/nowhere', XDG_RUNTIME_DIR: '/nowhere' }, given });
    const { hint } = await failureOf(() => tagsOf(server.host, { credentials }), 'ERR_UNAUTHORISED');
    expect(hint).to.equal(`--username is for other.example only; log in with \`skills login ${server.host}\``);
  });

  it('is not trusted, rather than broken, on 412', async () => {
    const server = await startScripted({ [tagsPath]: refuse(412, 'X', 'y') });
    expect(await failureOf(() => tagsOf(server.host), 'ERR_UNTRUSTED')).to.be.instanceOf(TrustError);
  });

  it('is cut where it is long', async () => {
    const server = await startScripted({ [tagsPath]: reply(400, {}, 'x'.repeat(1_000_000)) });
    const error = await failureOf(() => tagsOf(server.host), 'ERR_REGISTRY');
    expect(error.message.length).to.be.below(400);
  });
});

describe('repetition', () => {
  afterEach(closeServers);

  it('waits as long as Retry-After says', async () => {
    const server = await startScripted({
      [tagsPath]: [refuse(429, 'TOOMANYREQUESTS', 'slow', { 'retry-after': '1' }), tags],
    });
    const started = performance.now();
    expect(await tagsOf(server.host)).to.deep.equal(['1.0.0']);
    expect(performance.now() - started).to.be.within(950, 5_000);
  });

  it('ends in ERR_RATE_LIMITED, with the login that raises limits', async () => {
    const server = await startScripted({ [tagsPath]: refuse(429, 'TOOMANYREQUESTS', 'slow down') });
    const error = await failureOf(() => tagsOf(server.host, { retries: 2 }), 'ERR_RATE_LIMITED', /slow down/);
    expect(error.hint).to.include('skills login');
    expect(server.seen).to.have.length(3);
  });

  it('gives up at once where the registry wants an hour', async () => {
    const server = await startScripted({ [tagsPath]: refuse(429, 'X', 'y', { 'retry-after': '3600' }) });
    const error = await failureOf(() => tagsOf(server.host), 'ERR_RATE_LIMITED');
    expect(error.data?.retryAfterMs).to.equal(3_600_000);
    expect(server.seen).to.have.length(1);
  });

  for (const status of [500, 502, 503, 504]) {
    it(`is tried after ${status}`, async () => {
      const server = await startScripted({ [tagsPath]: [reply(status), reply(status), tags] });
      expect(await tagsOf(server.host)).to.deep.equal(['1.0.0']);
    });
  }

  for (const status of [400, 404, 501]) {
    it(`is not tried after ${status}`, async () => {
      const server = await startScripted({ [tagsPath]: [reply(status), tags] });
      await failureOf(() => tagsOf(server.host), status === 404 ? 'ERR_NOT_FOUND' : 'ERR_REGISTRY');
      expect(server.seen).to.have.length(1);
    });
  }

  it('is tried after a broken connection', async () => {
    const server = await startScripted({ [tagsPath]: [(response) => response.socket?.destroy(), tags] });
    expect(await tagsOf(server.host)).to.deep.equal(['1.0.0']);
  });

  it('ends when it is stopped while it waits', async () => {
    const server = await startScripted({ [tagsPath]: refuse(503, 'X', 'y', { 'retry-after': '30' }) });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    const repository = new RemoteRegistry(server.host).repository('acme/pdf');
    await failureOf(() => listOf(repository.tags({ signal: stop.signal })), 'ERR_INTERRUPTED');
  });

  const now = Date.parse('2026-11-21T12:00:00Z');
  const rows: readonly (readonly [string | undefined, number | undefined])[] = [
    [undefined, undefined],
    ['3', 3_000],
    ['Sat, 21 Nov 2026 12:00:05 GMT', 5_000],
    ['Sat, 21 Nov 2026 11:00:00 GMT', 0],
    ['soon', undefined],
  ];
  for (const [value, expected] of rows) {
    it(`reads Retry-After: ${value}`, () => expect(parseRetryAfter(value, now)).to.equal(expected));
  }
});

describe('the network', () => {
  afterEach(closeServers);

  it('that refuses the connection is ERR_NETWORK, and names the host', async () => {
    const server = await startScripted({});
    await server.close();
    const error = await failureOf(
      () => tagsOf(server.host),
      'ERR_NETWORK',
      /the connection was refused \(ECONNREFUSED\)/,
    );
    expect(error.message).to.include(server.host);
    expect(error.exitCode).to.equal(5);
  });

  it('that knows no such host is ERR_NETWORK', () =>
    failureOf(() => tagsOf('registry.invalid', { retries: 0 }), 'ERR_NETWORK', /registry\.invalid/));

  it('that falls silent is ERR_NETWORK', async () => {
    const server = await startScripted({ [tagsPath]: () => {} });
    await failureOf(() => tagsOf(server.host, { idleTimeout: 50, retries: 0 }), 'ERR_NETWORK', /silent for 50 ms/);
  });

  it('that falls silent within a body is ERR_NETWORK', async () => {
    const server = await startScripted({
      [tagsPath]: (response) => {
        response.writeHead(200, { 'content-length': 100, 'content-type': 'application/json' });
        response.write('{');
      },
    });
    await failureOf(() => tagsOf(server.host, { idleTimeout: 50, retries: 0 }), 'ERR_NETWORK', /silent for 50 ms/);
  });

  it('that gives no connection in time is ERR_NETWORK', async () => {
    // TLS to a server that never says a word: the connection stands, the handshake does not
    const mute = createServer(() => {});
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const address = mute.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const options = { protocol: 'https', connectTimeout: 50, retries: 0 } as const;
    await failureOf(() => tagsOf(`127.0.0.1:${port}`, options), 'ERR_NETWORK', /no connection after 50 ms/);
    mute.close();
  });

  it('that speaks no TLS is ERR_NETWORK with the reason', async () => {
    const server = await startScripted({});
    const error = await failureOf(() => tagsOf(server.host, { protocol: 'https', retries: 0 }), 'ERR_NETWORK');
    expect(error.hint).to.match(/plain http/);
  });

  it('that speaks no HTTP is ERR_NETWORK', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end('SSH-2.0-OpenSSH_9.2\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await failureOf(() => tagsOf(`127.0.0.1:${port}`, { retries: 0 }), 'ERR_NETWORK');
    server.close();
  });

  it('can be stopped before, during and within a body', async () => {
    const { layer } = artifact();
    const server = await startScripted({
      [tagsPath]: () => {},
      [`GET /v2/acme/pdf/blobs/${layer.descriptor.digest}`]: (response) => {
        response.writeHead(200, { 'content-length': layer.bytes.byteLength });
        response.write('the');
      },
    });
    const repository = new RemoteRegistry(server.host).repository('acme/pdf');
    await failureOf(() => listOf(repository.tags({ signal: AbortSignal.abort() })), 'ERR_INTERRUPTED');
    await failureOf(() => listOf(repository.tags({ signal: AbortSignal.timeout(30) })), 'ERR_INTERRUPTED');
    const stop = new AbortController();
    const stream = await repository.fetch(layer.descriptor, { signal: stop.signal });
    setTimeout(() => stop.abort(), 30);
    await failureOf(() => listOf(stream), 'ERR_INTERRUPTED');
  });
});

describe('warnings', () => {
  afterEach(closeServers);

  it('are told once a text', async () => {
    const warned = json({ tags: [] }, { warning: ['299 - "moving on \\"Monday\\""', '299 - "old client"'] });
    const server = await startScripted({ [tagsPath]: warned });
    const told: string[] = [];
    const registry = new RemoteRegistry(server.host, { onWarning: (text, host) => told.push(`${host}: ${text}`) });
    await listOf(registry.repository('acme/pdf').tags());
    await listOf(registry.repository('acme/pdf').tags());
    expect(told).to.deep.equal([`${server.host}: moving on "Monday"`, `${server.host}: old client`]);
  });

  it('are told for refusals too, and go to the logger by default', async () => {
    const server = await startScripted({ [tagsPath]: refuse(404, 'X', 'y', { warning: '299 - "quota"' }) });
    const told: string[] = [];
    const note = (_: object, message: string) => void told.push(message);
    const logger = { debug: () => {}, info: note, warn: note, error: note };
    await failureOf(() => tagsOf(server.host, { logger }), 'ERR_NOT_FOUND');
    expect(told).to.deep.equal(['quota']);
  });

  it('of other kinds, and beyond 4096 bytes, are left out', () => {
    expect(parseWarnings('199 - "misc", 299 - "\u001b[1mbold"')).to.deep.equal(['[1mbold']);
    expect(parseWarnings(`${' '.repeat(4096)}299 - "late"`)).to.deep.equal([]);
  });
});

describe('a push that is answered early', () => {
  afterEach(closeServers);

  it('gives the answer, not the broken connection', async () => {
    const { createServer: createHttp } = await import('node:http');
    // answers before the body is read, as a proxy with a size limit does
    const server = createHttp((request, response) => {
      if (request.method === 'POST') response.writeHead(202, { location: '/upload' }).end();
      else response.writeHead(413, { 'content-type': 'text/html' }).end('<html>too large</html>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const host = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const { layer } = artifact('x'.repeat(5_000_000));
    const repository = new RemoteRegistry(host, { retries: 0 }).repository('acme/pdf');
    await failureOf(() => repository.push(layer.descriptor, sourceOf(layer.bytes)), 'ERR_REGISTRY', /413/);
    server.close();
    server.closeAllConnections();
  });
});
