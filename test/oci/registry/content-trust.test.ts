import { expect } from 'chai';
import { copy, MemoryTarget } from '../../../src/oci/index.ts';
import { RemoteRegistry } from '../../../src/oci/registry/index.ts';
import { artifact, store } from '../support/artifact.ts';
import { failureOf } from '../support/failure.ts';
import {
  closeServers,
  json,
  type Reply,
  refuse,
  reply,
  type Script,
  type Seen,
  startScripted,
} from '../support/scripted-server.ts';

const { config, layer, root } = artifact();
const policy = 'current image without cosign signature cannot be pulled due to configured policy';
const refused = refuse(412, 'PROJECTPOLICYVIOLATION', policy);

/**
 * Harbor with content trust (clients.md A5): GET and HEAD of a manifest without a signature are refused, but for a token
 * with the right to push and a User-Agent that says cosign.
 */
function harbor(manifests: readonly string[]): (url: string) => Script {
  const held = new Set(manifests);
  const mayPush = ({ headers }: Seen) => headers.authorization === 'Bearer push';
  const read: Reply = (response, seen) => {
    const key = seen.path.slice(seen.path.lastIndexOf('/') + 1);
    if (!held.has(key)) return refuse(404, 'MANIFEST_UNKNOWN', 'no such artifact')(response, seen);
    const signs = mayPush(seen) && /cosign|notation/.test(seen.headers['user-agent'] ?? '');
    const shown = reply(200, { 'content-type': root.descriptor.mediaType }, root.bytes);
    return (signs ? shown : refused)(response, seen);
  };
  const write: Reply = (response, seen) => {
    if (!mayPush(seen)) return refuse(403, 'DENIED', 'no')(response, seen);
    held.add(seen.path.slice(seen.path.lastIndexOf('/') + 1));
    return reply(201)(response, seen);
  };
  return (url) => {
    const challenge = { 'www-authenticate': `Bearer realm="${url}/token",service="harbor"` };
    const authorised =
      (answer: Reply): Reply =>
      (response, seen) =>
        (seen.headers.authorization ? answer : refuse(401, 'UNAUTHORIZED', 'who?', challenge))(response, seen);
    const guarded: Script = {
      GET: authorised(read),
      HEAD: authorised(read),
      PUT: authorised(write),
      POST: authorised(reply(202, { location: '/v2/acme/pdf/blobs/uploads/1' })),
    };
    return {
      ...guarded,
      'GET /token': (response, seen) => {
        const pushes = seen.query.getAll('scope').some((scope) => scope.includes('push'));
        json({ token: pushes ? 'push' : 'pull' })(response, seen);
      },
    };
  };
}

describe('a registry with content trust', () => {
  afterEach(closeServers);

  it('refuses readers, with its own words, as something that is not trusted', async () => {
    const server = await startScripted(harbor(['1.0.0']));
    const repository = new RemoteRegistry(server.host).repository('acme/pdf');
    for (const read of [() => repository.resolve('1.0.0'), () => repository.fetchReference('1.0.0')]) {
      const error = await failureOf(read, 'ERR_UNTRUSTED');
      expect(error.exitCode).to.equal(7);
    }
    await failureOf(() => repository.fetchReference('1.0.0'), 'ERR_UNTRUSTED', /without cosign signature/);
  });

  it('shows what is there to one who writes', async () => {
    const server = await startScripted(harbor(['1.0.0']));
    const repository = new RemoteRegistry(server.host).repository('acme/pdf', { writes: true });
    expect((await repository.resolve('1.0.0')).digest).to.equal(root.descriptor.digest);
    const agents = server.seen.filter(({ path }) => path !== '/token').map(({ headers }) => headers['user-agent']);
    expect(new Set(agents)).to.deep.equal(new Set(['skills (like cosign)']));
  });

  for (const writes of [true, false]) {
    it(`takes a push that looks nothing up afterwards${writes ? '' : ', also of one who did not say that it writes'}`, async () => {
      const server = await startScripted(harbor(['0.9.0', root.descriptor.digest]));
      const source = new MemoryTarget();
      await store(source, config, layer, root);
      await source.tag(root.descriptor, '1.0.0');
      const destination = new RemoteRegistry(server.host).repository('acme/pdf', { writes });
      await copy(source, '1.0.0', destination, '1.0.0', { alsoTags: ['latest'] });
      const asked = server.asked();
      expect(asked).to.include('PUT /v2/acme/pdf/manifests/1.0.0').and.to.include('PUT /v2/acme/pdf/manifests/latest');
      const first = asked.findIndex((what) => what.startsWith('PUT /v2/acme/pdf/manifests/'));
      expect(asked.slice(first).filter((what) => !what.startsWith('PUT '))).to.deep.equal([]);
    });
  }
});
