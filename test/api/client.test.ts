import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';

import { createIndexClient, skillPath } from '../../src/api/index.ts';

// A server that says what no index would: proxies and wrong addresses do.
describe('index client', () => {
  let server: Server;
  let url = '';
  let answer: (response: ServerResponse) => void = () => {};
  let seen: { url: string | undefined; authorization: string | undefined };

  before(async () => {
    server = createServer((request, response) => {
      seen = { url: request.url, authorization: request.headers.authorization };
      answer(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());

  for (const [what, status, type, body, code] of [
    ['HTML', 200, 'text/html', '<html>', 'ERR_REGISTRY'],
    ['broken JSON', 200, 'application/json', '{', 'ERR_REGISTRY'],
    ['JSON of something else', 200, 'application/json', '{"a":1}', 'ERR_REGISTRY'],
    ['a bare 401', 401, 'text/plain', 'no', 'ERR_UNAUTHORISED'],
    ['a bare 404', 404, 'text/html', '<html>', 'ERR_NOT_FOUND'],
    ['a 429', 429, 'text/plain', '', 'ERR_RATE_LIMITED'],
    ['a 500', 500, 'text/html', '<html>', 'ERR_REGISTRY'],
    ['a redirect', 302, 'text/plain', '', 'ERR_REGISTRY'],
    ['a code of its own', 500, 'application/problem+json', '{"code":"ERR_MADE_UP","detail":"x"}', 'ERR_REGISTRY'],
    ['one of ours', 422, 'application/problem+json', '{"code":"ERR_SKILL_INVALID","detail":"x"}', 'ERR_SKILL_INVALID'],
  ] as const) {
    it(`turns ${what} into ${code}`, async () => {
      answer = (response) => {
        response.writeHead(status, { 'content-type': type }).end(body);
      };
      await using client = createIndexClient({ url });
      const error = await client.health().catch((reason: unknown) => reason);
      expect(error).to.include({ name: 'SkillsError', code });
    });
  }

  it('keeps a path before the API, and sends the token', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"results":[]}');
    };
    await using client = createIndexClient({ url: `${url}/team/index/`, token: 'abc' });
    await client.search('a b', { tags: ['x', 'y,z'], limit: 3 });
    expect(seen).to.deep.equal({
      url: '/team/index/api/v1/search?q=a+b&limit=3&tags=x&tags=y%2Cz',
      authorization: 'Bearer abc',
    });
  });

  it('reports a connection that breaks off', async () => {
    answer = (response) => {
      response.destroy();
    };
    await using client = createIndexClient({ url });
    const error = await client.tags().catch((reason: unknown) => reason);
    expect(error).to.include({ code: 'ERR_NETWORK' });
  });

  it('encodes names into one segment', () => {
    expect(skillPath('ghcr.io/a/b', '1.0.0+x', 'download')).to.equal(
      '/api/v1/skills/ghcr.io%2Fa%2Fb/1.0.0%2Bx/download',
    );
  });
});
