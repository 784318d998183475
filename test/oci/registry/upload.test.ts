import { expect } from 'chai';
import { type RegistryOptions, RemoteRegistry } from '../../../src/oci/registry/index.ts';
import { artifact, piece, sourceOf } from '../support/artifact.ts';
import { failureOf } from '../support/failure.ts';
import {
  closeServers,
  json,
  type Reply,
  refuse,
  reply,
  type Script,
  type ScriptedServer,
  startScripted,
} from '../support/scripted-server.ts';

const { layer, config } = artifact('0123456789'.repeat(100));
const { bytes, descriptor } = layer;
const begin = 'POST /v2/acme/pdf/blobs/uploads/';

function repositoryOf(server: ScriptedServer, options: RegistryOptions = {}) {
  return new RemoteRegistry(server.host, { retryDelay: 1, ...options }).repository('acme/pdf');
}

/** Spoils the first attempt to send this range. */
function onceAt(spoilt: string, reply: Reply): (range: string) => Reply | undefined {
  let done = false;
  return (range) => {
    if (done || range !== spoilt) return undefined;
    done = true;
    return reply;
  };
}

describe('push of a blob', () => {
  afterEach(closeServers);

  const locations: readonly (readonly [string, (url: string) => string])[] = [
    ['relative', () => '/upload/1?_state=a%2Bb%3D'],
    ['absolute', (url) => `${url}/upload/1?_state=a%2Bb%3D`],
  ];
  for (const [what, location] of locations) {
    it(`is one POST and one PUT, at a ${what} Location with the digest appended`, async () => {
      const server = await startScripted((url) => ({
        [begin]: reply(202, { location: location(url) }),
        'PUT /upload/1': reply(201),
      }));
      await repositoryOf(server).push(descriptor, sourceOf(bytes));
      expect(server.asked()).to.deep.equal([begin, 'PUT /upload/1']);
      const put = server.seen[1];
      expect(Object.fromEntries(put?.query ?? [])).to.deep.equal({ _state: 'a+b=', digest: descriptor.digest });
      expect(put?.headers).to.include({ 'content-length': '1000', 'content-type': 'application/octet-stream' });
      expect(put?.headers).not.to.have.property('transfer-encoding');
      expect(put?.body).to.deep.equal(bytes);
      expect(server.seen[0]?.headers['content-length']).to.equal('0');
    });
  }

  it('may be empty', async () => {
    const empty = piece('application/x', '');
    const server = await startScripted({ [begin]: reply(202, { location: '/u' }), 'PUT /u': reply(201) });
    await repositoryOf(server).push(empty.descriptor, sourceOf(empty.bytes));
    expect(server.seen[1]?.headers['content-length']).to.equal('0');
  });

  it('sends no Authorization to another origin', async () => {
    const storage = await startScripted({ 'PUT /bucket': reply(201) });
    const server = await startScripted({ [begin]: reply(202, { location: `${storage.url}/bucket?sig=x` }) });
    await repositoryOf(server, { credentials: async () => ({ username: 'a', password: 'b' }) }).push(
      descriptor,
      sourceOf(bytes),
    );
    expect(server.seen[0]?.headers.authorization).to.match(/^Basic/);
    expect(storage.seen[0]?.headers).not.to.have.property('authorization');
    expect(storage.seen[0]?.body).to.deep.equal(bytes);
  });

  it('begins a new session after a failure that passes, reading the content again', async () => {
    const server = await startScripted({
      [begin]: [reply(202, { location: '/u1' }), reply(202, { location: '/u2' })],
      'PUT /u1': reply(500),
      'PUT /u2': reply(201),
      'DELETE /u1': reply(204),
    });
    let opened = 0;
    await repositoryOf(server).push(descriptor, () => {
      opened += 1;
      return sourceOf(bytes)();
    });
    expect(server.asked()).to.deep.equal([begin, 'PUT /u1', 'DELETE /u1', begin, 'PUT /u2']);
    expect(opened).to.equal(2);
  });

  it('is not repeated where the registry refuses it', async () => {
    const server = await startScripted({
      [begin]: reply(202, { location: '/u' }),
      'PUT /u': refuse(400, 'DIGEST_INVALID', 'provided digest did not match'),
    });
    await failureOf(() => repositoryOf(server).push(descriptor, sourceOf(bytes)), 'ERR_REGISTRY', /DIGEST_INVALID/);
    expect(server.asked()).to.deep.equal([begin, 'PUT /u', 'DELETE /u']);
  });

  it('names the login that is missing', async () => {
    const server = await startScripted({ [begin]: refuse(403, 'DENIED', 'no push for you') });
    const error = await failureOf(
      () => repositoryOf(server).push(descriptor, sourceOf(bytes)),
      'ERR_UNAUTHORISED',
      /no push for you/,
    );
    expect(error.hint).to.include(`skills login ${server.host}`);
  });

  const broken: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['altered', Buffer.from('x'.repeat(1000)), /has the digest/],
    ['too short', bytes.subarray(1), /only 999/],
    ['too long', Buffer.concat([bytes, bytes]), /more bytes/],
  ];
  for (const [what, content, message] of broken) {
    it(`never completes where the content is ${what}`, async () => {
      const server = await startScripted({ [begin]: reply(202, { location: '/u' }), 'PUT /u': reply(201) });
      await failureOf(() => repositoryOf(server).push(descriptor, sourceOf(content)), 'ERR_DIGEST_MISMATCH', message);
      const put = server.seen.find(({ method }) => method === 'PUT');
      expect(put?.body.byteLength ?? 0).to.be.below(1000);
    });
  }

  it('fails with what opening the content threw', async () => {
    const server = await startScripted({ [begin]: reply(202, { location: '/u' }), 'PUT /u': reply(201) });
    const boom = () => Promise.reject(new Error('boom'));
    let thrown: unknown;
    await repositoryOf(server)
      .push(descriptor, boom)
      .catch((error: unknown) => {
        thrown = error;
      });
    expect(String(thrown)).to.match(/boom/);
  });

  it('needs a Location', async () => {
    const server = await startScripted({ [begin]: reply(202) });
    await failureOf(
      () => repositoryOf(server).push(descriptor, sourceOf(bytes)),
      'ERR_REGISTRY',
      /without saying where/,
    );
  });
});

describe('push in chunks', () => {
  afterEach(closeServers);

  /** Keeps what comes, as a registry does; `spoil` may answer something else first. */
  function chunked(
    received: Buffer[],
    spoil: (range: string) => Reply | undefined = () => undefined,
    headers: Record<string, string> = {},
  ): Script {
    const length = () => Buffer.concat(received).byteLength;
    const place = () => ({ location: `/u?at=${length()}`, range: `0-${Math.max(0, length() - 1)}` });
    return {
      [begin]: reply(202, { location: '/u', ...headers }),
      'PATCH /u': (response, seen) => {
        const range = String(seen.headers['content-range']);
        const other = spoil(range);
        if (other) return other(response, seen);
        if (Number(range.split('-')[0]) !== length()) return reply(416, place())(response, seen);
        received.push(seen.body);
        return reply(202, place())(response, seen);
      },
      'GET /u': (response, seen) => reply(204, place())(response, seen),
      'PUT /u': reply(201),
    };
  }

  const ranges = (server: ScriptedServer) =>
    server.seen.filter(({ method }) => method === 'PATCH').map(({ headers }) => headers['content-range']);

  it('sends one PATCH a chunk to the Location of the last answer, and closes', async () => {
    const received: Buffer[] = [];
    const server = await startScripted(chunked(received));
    await repositoryOf(server, { chunkBytes: 400 }).push(descriptor, sourceOf(bytes));
    expect(Buffer.concat(received)).to.deep.equal(bytes);
    expect(ranges(server)).to.deep.equal(['0-399', '400-799', '800-999']);
    expect(server.seen.map(({ method, query }) => `${method} ${query.get('at')}`)).to.deep.equal([
      'POST null',
      'PATCH null',
      'PATCH 400',
      'PATCH 800',
      'PUT 1000',
    ]);
    expect(server.seen.at(-1)?.query.get('digest')).to.equal(descriptor.digest);
  });

  it('sends small blobs whole', async () => {
    const server = await startScripted(chunked([]));
    await repositoryOf(server, { chunkBytes: 1000 }).push(descriptor, sourceOf(bytes));
    expect(server.asked()).to.deep.equal([begin, 'PUT /u']);
  });

  it('makes chunks as large as the registry wants them', async () => {
    const received: Buffer[] = [];
    const server = await startScripted(chunked(received, undefined, { 'oci-chunk-min-length': '600' }));
    await repositoryOf(server, { chunkBytes: 400 }).push(descriptor, sourceOf(bytes));
    expect(ranges(server)).to.deep.equal(['0-599', '600-999']);
  });

  it('goes on after 416 with what the registry lacks', async () => {
    const received: Buffer[] = [];
    const half: Reply = (response, seen) => {
      received.push(seen.body.subarray(0, 150));
      reply(416)(response, seen);
    };
    const server = await startScripted(chunked(received, onceAt('400-799', half)));
    await repositoryOf(server, { chunkBytes: 400 }).push(descriptor, sourceOf(bytes));
    expect(Buffer.concat(received)).to.deep.equal(bytes);
    expect(ranges(server)).to.deep.equal(['0-399', '400-799', '550-799', '800-999']);
  });

  it('asks how far it got after a broken connection', async () => {
    const received: Buffer[] = [];
    const lost: Reply = (response, seen) => {
      received.push(seen.body);
      response.socket?.destroy();
    };
    const server = await startScripted(chunked(received, onceAt('400-799', lost)));
    await repositoryOf(server, { chunkBytes: 400 }).push(descriptor, sourceOf(bytes));
    expect(Buffer.concat(received)).to.deep.equal(bytes);
    expect(ranges(server)).to.deep.equal(['0-399', '400-799', '800-999']);
  });

  it('begins anew where the registry forgot what it had', async () => {
    const received: Buffer[] = [];
    const forget: Reply = (response, seen) => {
      received.length = 0;
      reply(416)(response, seen);
    };
    const server = await startScripted(chunked(received, onceAt('800-999', forget)));
    await repositoryOf(server, { chunkBytes: 400 }).push(descriptor, sourceOf(bytes));
    expect(Buffer.concat(received)).to.deep.equal(bytes);
    expect(server.asked().filter((line) => line === begin)).to.have.length(2);
  });

  it('does not close where the content is not what was promised', async () => {
    const server = await startScripted(chunked([]));
    const push = () => repositoryOf(server, { chunkBytes: 400 }).push(descriptor, sourceOf(Buffer.alloc(1000, 'x')));
    await failureOf(push, 'ERR_DIGEST_MISMATCH');
    expect(server.asked()).not.to.include('PUT /u');
    expect(server.asked().at(-1)).to.equal('DELETE /u');
  });
});

describe('mount', () => {
  afterEach(closeServers);

  it('names digest and repository, with the right to read there', async () => {
    const server = await startScripted((url) => ({
      [begin]: [refuse(401, 'UNAUTHORIZED', 'no', { 'www-authenticate': `Bearer realm="${url}/token"` }), reply(201)],
      'GET /token': json({ token: 't' }),
    }));
    expect(await repositoryOf(server).mount(descriptor, 'acme/base')).to.equal(true);
    expect(Object.fromEntries(server.seen[0]?.query ?? [])).to.deep.equal({
      mount: descriptor.digest,
      from: 'acme/base',
    });
    expect(server.seen[1]?.query.getAll('scope')).to.deep.equal([
      'repository:acme/base:pull',
      'repository:acme/pdf:pull,push',
    ]);
  });

  it('goes on as an upload in the session that the registry began instead', async () => {
    const server = await startScripted({ [begin]: reply(202, { location: '/u' }), 'PUT /u': reply(201) });
    const repository = repositoryOf(server);
    expect(await repository.mount(descriptor, 'acme/base')).to.equal(false);
    await repository.push(config.descriptor, sourceOf(config.bytes));
    await repository.push(descriptor, sourceOf(bytes));
    expect(server.asked()).to.deep.equal([begin, begin, 'PUT /u', 'PUT /u']);
    expect(server.seen[3]?.query.get('digest')).to.equal(descriptor.digest);
  });

  it('names no repository where any will do', async () => {
    const server = await startScripted({ [begin]: reply(201) });
    expect(await repositoryOf(server).mount(descriptor)).to.equal(true);
    expect(Object.fromEntries(server.seen[0]?.query ?? [])).to.deep.equal({ mount: descriptor.digest });
  });

  it('is asked for again after a failure that passes', async () => {
    const server = await startScripted({ [begin]: [refuse(503, 'UNAVAILABLE', 'later'), reply(201)] });
    const repository = new RemoteRegistry(server.host, { retries: 1, retryDelay: 1 }).repository('acme/pdf');
    expect(await repository.mount(descriptor, 'acme/base')).to.equal(true);
  });
});
