import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { expect } from 'chai';
import { LayoutRegistry } from '../../../src/oci/layout/index.ts';
import { serveRegistry } from '../../../src/oci/server/index.ts';
import { blob, config, expectError, push, useFolder } from '../layout/content.ts';
import { ask, checkRow, type Row, useServer } from './ask.ts';

const path = `/v2/r/blobs/${config.descriptor.digest}`;
const upload = '/v2/r/blobs/uploads/';
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
const refused = { status: 401, code: 'UNAUTHORIZED', expect: { 'www-authenticate': /^Basic realm="/ } };

describe('oci/server: access', () => {
  let dir = '';
  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'skills-server-'));
    await push(new LayoutRegistry(dir, { durable: false }).repository('r'), config);
    writeFileSync(join(dir, '.users'), `# people\nme:${hashSync('se:cret', 4)}\n\nüser:${hashSync('pässword', 4)}\n`);
  });
  after(() => rmSync(dir, { recursive: true, force: true }));

  const servers = {
    closed: useServer(
      () => dir,
      () => ({ htpasswd: join(dir, '.users') }),
    ),
    pull: useServer(
      () => dir,
      () => ({ htpasswd: join(dir, '.users'), anonymousPull: true }),
    ),
    readOnly: useServer(
      () => dir,
      () => ({ readOnly: true }),
    ),
  };
  const rows: readonly (Row & { server: keyof typeof servers })[] = [
    { server: 'closed', description: 'nobody, ping', path: '/v2/', ...refused },
    { server: 'closed', description: 'nobody, pull', path, ...refused },
    { server: 'closed', description: 'nobody, push', method: 'POST', path: upload, ...refused },
    { server: 'closed', description: 'the user', path, headers: basic('me:se:cret'), status: 200 },
    { server: 'closed', description: 'the user again', path, headers: basic('me:se:cret'), status: 200 },
    {
      server: 'closed',
      description: 'the user, push',
      method: 'POST',
      path: upload,
      headers: basic('me:se:cret'),
      status: 202,
    },
    { server: 'closed', description: 'a user beyond ASCII', path, headers: basic('üser:pässword'), status: 200 },
    ...['me:wrong', 'me:', 'me', ':', ':se:cret', 'you:se:cret', 'ME:se:cret', '# people:x', ''].map((text) => ({
      server: 'closed' as const,
      description: `the credentials "${text}"`,
      path,
      headers: basic(text),
      ...refused,
    })),
    ...['Bearer abc', 'Basic', 'Basic !!!', 'Digest x', ''].map((authorization) => ({
      server: 'closed' as const,
      description: `the header "${authorization}"`,
      path,
      headers: { authorization },
      ...refused,
    })),
    { server: 'pull', description: 'anonymous pull', path, status: 200 },
    { server: 'pull', description: 'anonymous push', method: 'POST', path: upload, ...refused },
    { server: 'pull', description: 'anonymous delete', method: 'DELETE', path, ...refused },
    { server: 'pull', description: 'a wrong password is not anonymous', path, headers: basic('me:x'), ...refused },
    { server: 'readOnly', description: 'read-only pull', path, status: 200 },
    ...['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => ({
      server: 'readOnly' as const,
      description: `read-only ${method}`,
      method,
      path,
      status: 405,
      code: 'UNSUPPORTED',
      expect: { allow: 'GET, HEAD' },
    })),
  ];
  for (const row of rows)
    it(`${row.server}: ${row.description}`, async () => void (await checkRow(servers[row.server](), row)));

  it('reads the users again when the file changes, and forgets whom it remembered', async () => {
    const file = join(dir, '.changing');
    writeFileSync(file, `a:${hashSync('one', 4)}`);
    const server = await serveRegistry({ dir, htpasswd: file, durable: false });
    try {
      expect((await ask(server, path, { headers: basic('a:one') })).status).to.equal(200);
      writeFileSync(file, `a:${hashSync('two', 4)}\n`);
      utimesSync(file, 1, 1);
      expect((await ask(server, path, { headers: basic('a:one') })).status).to.equal(401);
      expect((await ask(server, path, { headers: basic('a:two') })).status).to.equal(200);
    } finally {
      await server.close();
    }
  });

  for (const [description, text] of [
    ['SHA-1', 'me:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g='],
    ['MD5', 'me:$apr1$abcdefgh$0123456789012345678901'],
    ['plain text', 'me:password'],
    ['no colon', 'me'],
    ['no user', `:${hashSync('x', 4)}`],
  ] as const) {
    it(`refuses a file of users with ${description}, and shows no hash`, async () => {
      const file = join(dir, '.bad');
      writeFileSync(file, `ok:${hashSync('x', 4)}\n${text}\n`);
      const error = await expectError(
        () => serveRegistry({ dir, htpasswd: file }),
        'ERR_CONFIG_INVALID',
        /\.bad:2: is no user/,
      );
      expect(error.hint).to.include('htpasswd -B');
      expect(error.message).not.to.include(text);
    });
  }

  it('refuses a file of users that is not there', async () => {
    const missing = () => serveRegistry({ dir, htpasswd: join(dir, 'none') });
    expect((await expectError(missing, 'ERR_NOT_FOUND', /no such file/)).hint).to.match(/htpasswd -B -c .*none USER/);
  });

  it('asks for no body that it refuses, and for the body that it takes', async () => {
    const send = (headers: Record<string, string>) => {
      const { promise, resolve, reject } = Promise.withResolvers<[number, boolean]>();
      const { port } = servers.closed();
      let continued = false;
      const digest = blob('body').descriptor.digest;
      const sent = request({
        port,
        method: 'POST',
        path: `${upload}?digest=${digest}`,
        headers: { expect: '100-continue', 'content-length': 4, ...headers },
      });
      sent.on('continue', () => {
        continued = true;
        sent.end('body');
      });
      sent.on('response', (response) => {
        resolve([response.statusCode ?? 0, continued]);
        response.resume();
        sent.destroy();
      });
      sent.on('error', reject);
      sent.flushHeaders();
      return promise;
    };
    expect(await send({})).to.deep.equal([401, false]);
    expect(await send(basic('me:se:cret'))).to.deep.equal([201, true]);
  });
});

describe('oci/server: its life', () => {
  const folder = useFolder();

  it('says that its address is taken', async () => {
    const first = await serveRegistry({ dir: folder() });
    try {
      const work = () => serveRegistry({ dir: folder(), port: first.port });
      const error = await expectError(work, 'ERR_CONFIG_INVALID', /cannot listen on 127\.0\.0\.1:\d+: EADDRINUSE/);
      expect(error.hint).to.match(/^another program listens there: .*--port/);
    } finally {
      await first.close();
    }
  });

  it('says that an address is not of this machine', async () => {
    const work = () => serveRegistry({ dir: folder(), host: '192.0.2.1' });
    const error = await expectError(work, 'ERR_CONFIG_INVALID', /cannot listen on 192\.0\.2\.1:0: EADDRNOTAVAIL/);
    expect(error.hint).to.match(/no such address: .*--host/);
  });

  it('says that a file is where its folder should be', async () => {
    const file = join(folder(), 'users');
    writeFileSync(file, '');
    for (const dir of [file, join(file, 'below')]) {
      const error = await expectError(() => serveRegistry({ dir }), 'ERR_CONFIG_INVALID', /a file is in the way/);
      expect(error.hint).to.contain('--dir');
    }
  });

  it('names its address, makes its folder, and closes with connections open', async () => {
    const server = await serveRegistry({ dir: join(folder(), 'x', 'y') });
    expect(server.url).to.equal(`http://${server.host}`);
    expect(server.host).to.equal(`127.0.0.1:${server.port}`);
    const idle = connect(server.port, '127.0.0.1');
    idle.on('error', () => {});
    await new Promise((resolve) => idle.on('connect', resolve));
    await ask(server, '/v2/', { headers: { connection: 'keep-alive' } });
    const start = performance.now();
    await server.close();
    expect(performance.now() - start).to.be.below(5_500);
    idle.destroy();
    await ask(server, '/v2/').then(
      () => expect.fail('it still answers'),
      (error: NodeJS.ErrnoException) => expect(error.code).to.equal('ECONNREFUSED'),
    );
  });

  it('drops uploads that nobody goes on with', async () => {
    const layout = new LayoutRegistry(folder(), { durable: false }).repository('r');
    const { id } = await layout.stage();
    const server = await serveRegistry({ dir: folder(), uploadLifetime: -1_000 });
    await server.close();
    expect(layout.uploads().map((upload) => upload.id)).not.to.include(id);
  });

  it('keeps what came of a broken upload, and takes the rest', async () => {
    const server = await serveRegistry({ dir: folder(), durable: false });
    try {
      const location = String((await ask(server, '/v2/r/blobs/uploads/', { method: 'POST' })).headers.location);
      const socket = connect(server.port, '127.0.0.1');
      socket.write(`PATCH ${location} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc`);
      await waitFor(async () => (await ask(server, location)).status === 204);
      await new Promise((resolve) => setTimeout(resolve, 100));
      socket.destroy();
      await waitFor(async () => (await ask(server, location)).headers.range === '0-2');
      const rest = { method: 'PUT', body: 'def', headers: { 'content-range': '3-5' } };
      const { descriptor } = blob('abcdef');
      expect((await ask(server, `${location}?digest=${descriptor.digest}`, rest)).status).to.equal(201);
    } finally {
      await server.close();
    }
  });
});

async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('what was waited for did not come');
}
