import { expect } from 'chai';
import { RemoteRegistry } from '../../../src/oci/registry/index.ts';
import { nextLink } from '../../../src/oci/registry/pages.ts';
import { failureOf, listOf } from '../support/failure.ts';
import { closeServers, json, type Reply, startScripted } from '../support/scripted-server.ts';

const path = '/v2/acme/pdf/tags/list';
const page = (tags: unknown, link?: string): Reply =>
  json({ name: 'acme/pdf', tags }, link === undefined ? {} : { link });

/** Pages by `last`: `''`, `b`, … */
function paged(pages: Readonly<Record<string, Reply>>): Reply {
  return (response, seen) => (pages[seen.query.get('last') ?? ''] ?? page(['lost']))(response, seen);
}

async function tagsWith(reply: Reply) {
  const server = await startScripted({ [`GET ${path}`]: reply });
  return { server, tags: () => listOf(new RemoteRegistry(server.host).repository('acme/pdf').tags()) };
}

describe('tags', () => {
  afterEach(closeServers);

  it('are followed through relative and absolute links', async () => {
    const server = await startScripted((url) => ({
      [`GET ${path}`]: paged({
        '': page(['a', 'b'], `<${path}?n=2&last=b>; rel="next"`),
        b: page([], `<${url}${path}?last=c>; title="x, y"; rel=next`),
        c: page(['d']),
      }),
    }));
    expect(await listOf(new RemoteRegistry(server.host).repository('acme/pdf').tags())).to.deep.equal(['a', 'b', 'd']);
  });

  it('may be null, and only tags count', async () => {
    expect(await (await tagsWith(page(null))).tags()).to.deep.equal([]);
    expect(await (await tagsWith(page(['a', 7, null]))).tags()).to.deep.equal(['a']);
    expect(await (await tagsWith(page(['a\nb', '\u001b[2J', '', '.a', 'x'.repeat(129), 'a']))).tags()).to.deep.equal([
      'a',
    ]);
  });

  it('are none where a tag could not be so: nobody could ask for it, and its line breaks would be printed', async () => {
    const { tags } = await tagsWith(page(['1.0.0', 'evil\nfake line', '../x', '', '-a', 'a/b', 'x'.repeat(129), 'ok']));
    expect(await tags()).to.deep.equal(['1.0.0', 'ok']);
  });

  it('stop asking when the reader has enough', async () => {
    const { server } = await tagsWith(page(['a'], `<${path}?last=a>; rel="next"`));
    for await (const tag of new RemoteRegistry(server.host).repository('acme/pdf').tags()) {
      expect(tag).to.equal('a');
      break;
    }
    expect(server.seen).to.have.length(1);
  });

  const hostile: readonly (readonly [string, string, Parameters<typeof failureOf>[1], RegExp])[] = [
    ['another server', '<http://evil.example/v2/tags>; rel="next"', 'ERR_INSECURE', /http:\/\/evil\.example/],
    ['another port', '<http://127.0.0.1:1/v2/tags>; rel="next"', 'ERR_INSECURE', /127\.0\.0\.1:1/],
    ['another server without a scheme', '<//evil.example/x>; rel="next"', 'ERR_INSECURE', /evil\.example/],
    ['a script', '<javascript:alert(1)>; rel="next"', 'ERR_INSECURE', /another server/],
    ['what is no URL', '<http://[>; rel="next"', 'ERR_REGISTRY', /broken Link/],
    ['itself', `<${path}>; rel="next"`, 'ERR_REGISTRY', /without an end/],
  ];
  for (const [what, link, code, message] of hostile) {
    it(`do not follow a link to ${what}`, async () => {
      const { server, tags } = await tagsWith(page(['a'], link));
      await failureOf(tags, code, message);
      expect(server.seen).to.have.length(1);
    });
  }

  it('end where their pages come to more than 64 MiB', async () => {
    let pages = 0;
    const tags = Array.from({ length: 60_000 }, (_, index) => `${'x'.repeat(100)}${index}`);
    const { tags: list } = await tagsWith((response, seen) => {
      pages += 1;
      page(tags, `<${path}?last=${pages}>; rel="next"`)(response, seen);
    });
    await failureOf(list, 'ERR_REGISTRY', /without an end/);
    expect(pages).to.be.within(10, 12);
  });

  it('do not go round in circles', async () => {
    const { server, tags } = await tagsWith(
      paged({ '': page(['a'], `<${path}?last=a>; rel="next"`), a: page(['b'], `<${path}>; rel="next"`) }),
    );
    await failureOf(tags, 'ERR_REGISTRY', /without an end/);
    expect(server.seen).to.have.length(2);
  });
});

describe('nextLink', () => {
  const rows: readonly (readonly [string | undefined, string | undefined])[] = [
    [undefined, undefined],
    ['</a>; rel="next"', '/a'],
    ['</a>; rel=next', '/a'],
    ['</a>; REL="prev NEXT"', '/a'],
    ['</p>; rel="prev", </n,m>; rel="next"', '/n,m'],
    ['</a>; title="rel=next"; rel="prev"', undefined],
    ['</a>', undefined],
    ['garbage', undefined],
  ];
  for (const [header, expected] of rows) {
    it(`of ${header} is ${expected}`, () => expect(nextLink(header)).to.equal(expected));
  }
});

describe('repositories', () => {
  afterEach(closeServers);

  it('are listed page by page', async () => {
    const server = await startScripted({
      'GET /v2/_catalog': [
        json({ repositories: ['a'] }, { link: '</v2/_catalog?last=a>; rel="next"' }),
        json({ repositories: ['b/c', 'evil\nline', '../x', 'Big'] }),
      ],
    });
    expect(await listOf(new RemoteRegistry(server.host).repositories())).to.deep.equal(['a', 'b/c']);
  });

  it('must have names that the spec allows', async () => {
    const registry = new RemoteRegistry('localhost:5000');
    for (const name of ['', 'A', '../x', 'a//b', 'a/', 'a'.repeat(256)]) {
      await failureOf(() => registry.repository(name), 'ERR_REFERENCE_INVALID');
    }
  });
});
