import { expect } from 'chai';
import { RemoteRegistry } from '../../src/oci/index.ts';
import { serveIndex } from '../../src/service/index.ts';
import { artifact } from '../oci/support/artifact.ts';
import { failureOf, textOf } from '../oci/support/failure.ts';
import {
  closeServers,
  json,
  refuse,
  reply,
  type ScriptedServer,
  startScripted,
} from '../oci/support/scripted-server.ts';

const { layer } = artifact();
const { descriptor } = layer;
const blobPath = `GET /v2/acme/pdf/blobs/${descriptor.digest}`;
const refusal = 'is not configured here';

describe('hosts that a registry leads to', () => {
  let inner: ScriptedServer;
  beforeEach(async () => {
    // stands for what only the service's own network reaches: everything is answered
    inner = await startScripted({
      GET: json({ token: 'stolen' }),
      PUT: reply(201, {}),
      POST: reply(202, {}),
      PATCH: reply(202, {}),
    });
  });
  afterEach(closeServers);

  const leads: readonly (readonly [
    string,
    (to: string) => Promise<ScriptedServer>,
    (registry: RemoteRegistry) => Promise<unknown>,
  ])[] = [
    [
      'a redirect',
      (to) => startScripted({ [blobPath]: reply(307, { location: `${to}/blob` }) }),
      async (registry) => textOf(await registry.repository('acme/pdf').fetch(descriptor)),
    ],
    [
      'a realm',
      (to) =>
        startScripted({ [blobPath]: refuse(401, 'X', 'no', { 'www-authenticate': `Bearer realm="${to}/token"` }) }),
      async (registry) => textOf(await registry.repository('acme/pdf').fetch(descriptor)),
    ],
    [
      'where an upload goes on',
      (to) => startScripted({ 'POST /v2/acme/pdf/blobs/uploads/': reply(202, { location: `${to}/upload` }) }),
      (registry) =>
        registry.repository('acme/pdf').push(descriptor, () =>
          (async function* () {
            yield layer.bytes;
          })(),
        ),
    ],
  ];
  for (const [title, start, work] of leads) {
    it(`are refused where they are not allowed, and hear nothing: ${title}`, async () => {
      const server = await start(inner.url);
      const registry = new RemoteRegistry(server.host, { allowHost: () => false, retries: 0 });
      const error = await failureOf(() => work(registry), 'ERR_INSECURE');
      expect(error.message).contain(refusal).and.contain(inner.host);
      expect(inner.asked()).deep.equal([]);
    });

    it(`are spoken to where they are allowed: ${title}`, async () => {
      const server = await start(inner.url);
      const registry = new RemoteRegistry(server.host, { allowHost: ({ host }) => host === inner.host, retries: 0 });
      await work(registry).catch(() => {});
      expect(inner.asked()).not.deep.equal([]);
    });
  }

  it('are not spoken to by the index, unless they are configured', async () => {
    const server = await startScripted({
      'GET /v2/_catalog': json({ repositories: ['acme/pdf'] }),
      'GET /v2/acme/pdf/tags/list': reply(307, { location: `${inner.url}/tags` }),
    });
    for (const [furtherHosts, reached] of [
      [[], false],
      [[inner.host], true],
    ] as const) {
      const index = await serveIndex({ registries: [{ host: server.host, furtherHosts }], refresh: 0 });
      await index.refresh();
      const health = (await (await fetch(`${index.url}/api/v1/health`)).json()) as {
        registries: { error: string | null }[];
      };
      await index.close();
      if (!reached) expect(health.registries[0]?.error).contain(refusal);
      expect(inner.asked().length > 0).equal(reached);
    }
  });
});
