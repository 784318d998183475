import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { limits, mediaTypes } from '../../../src/core/index.ts';
import { RemoteRegistry } from '../../../src/oci/registry/index.ts';
import { artifact, index, otherDigest, sourceOf } from '../support/artifact.ts';
import { failureOf, textOf } from '../support/failure.ts';
import {
  breakAfter,
  closeServers,
  json,
  type Reply,
  reply,
  type ScriptedServer,
  startScripted,
} from '../support/scripted-server.ts';

const { root, config } = artifact();
const { digest, size } = root.descriptor;
const type = { 'content-type': mediaTypes.imageManifest };
const whole = reply(200, { ...type, 'docker-content-digest': digest }, root.bytes);
const path = (method: string, reference: string) => `${method} /v2/acme/pdf/manifests/${reference}`;

const repositoryOf = (server: ScriptedServer) =>
  new RemoteRegistry(server.host, { retryDelay: 1 }).repository('acme/pdf');

describe('fetchReference', () => {
  afterEach(closeServers);

  it('is one request, which accepts every kind of manifest', async () => {
    const server = await startScripted({ [path('GET', '1.0.0')]: whole });
    const fetched = await repositoryOf(server).fetchReference('1.0.0');
    expect(fetched.descriptor).to.deep.equal(root.descriptor);
    expect(Buffer.from(fetched.bytes)).to.deep.equal(root.bytes);
    expect(server.asked()).to.deep.equal([path('GET', '1.0.0')]);
    for (const mediaType of [
      mediaTypes.imageManifest,
      mediaTypes.imageIndex,
      mediaTypes.dockerManifest,
      mediaTypes.dockerManifestList,
    ]) {
      expect(server.seen[0]?.headers.accept).to.include(mediaType);
    }
  });

  it('does without Docker-Content-Digest and without a Content-Type that says something', async () => {
    const server = await startScripted({
      [path('GET', '1.0.0')]: reply(200, { 'content-type': 'text/plain' }, root.bytes),
    });
    expect((await repositoryOf(server).fetchReference('1.0.0')).descriptor).to.deep.equal(root.descriptor);
  });

  it('keeps a sha512 digest that the registry goes by', async () => {
    const sha512 = `sha512:${createHash('sha512').update(root.bytes).digest('hex')}`;
    const server = await startScripted({
      [path('GET', '1.0.0')]: reply(200, { ...type, 'docker-content-digest': sha512 }, root.bytes),
    });
    expect((await repositoryOf(server).fetchReference('1.0.0')).descriptor.digest).to.equal(sha512);
  });

  const wrong: readonly (readonly [string, string, Reply, Parameters<typeof failureOf>[1], RegExp])[] = [
    [
      'altered content under a digest',
      digest,
      reply(200, type, `${root.bytes} `),
      'ERR_DIGEST_MISMATCH',
      /has the digest sha256:.*, not sha256:/,
    ],
    [
      'content that is not what the header says',
      '1.0.0',
      reply(200, { ...type, 'docker-content-digest': otherDigest }, root.bytes),
      'ERR_DIGEST_MISMATCH',
      /not sha256:1111/,
    ],
    [
      'a header that names another digest than asked for',
      digest,
      reply(200, { ...type, 'docker-content-digest': otherDigest }, root.bytes),
      'ERR_DIGEST_MISMATCH',
      /sha256:1111/,
    ],
    [
      'a type that would be a line of its own',
      '1.0.0',
      reply(200, type, JSON.stringify({ ...JSON.parse(root.bytes.toString()), mediaType: 'x\n\u001b[2JDone.' })),
      'ERR_ARTIFACT_INVALID',
      /of the type x \[2JDone\.$/,
    ],
    [
      'a type that the content contradicts',
      '1.0.0',
      reply(200, { 'content-type': mediaTypes.imageIndex }, root.bytes),
      'ERR_ARTIFACT_INVALID',
      /sent as .*index.* of the type .*manifest/,
    ],
    [
      'a web page',
      '1.0.0',
      reply(200, { 'content-type': 'text/html' }, '<html>'),
      'ERR_REGISTRY',
      /web page when asked for acme\/pdf:1\.0\.0/,
    ],
    [
      'a web page under a digest',
      digest,
      reply(200, { 'content-type': 'text/html' }, '<html>'),
      'ERR_REGISTRY',
      /web page/,
    ],
    ['JSON that is no manifest', '1.0.0', json({ hello: 1 }), 'ERR_ARTIFACT_INVALID', /schemaVersion/],
    [
      'more than 4 MiB, announced',
      '1.0.0',
      reply(200, type, Buffer.alloc(limits.manifestBytes + 1, ' ')),
      'ERR_ARTIFACT_INVALID',
      /are accepted/,
    ],
    ['nothing', '1.0.0', reply(404), 'ERR_NOT_FOUND', /does not hold acme\/pdf:1\.0\.0/],
  ];
  for (const [what, reference, answer, code, message] of wrong) {
    it(`refuses ${what}`, async () => {
      const server = await startScripted({ [path('GET', reference)]: answer });
      await failureOf(() => repositoryOf(server).fetchReference(reference), code, message);
    });
  }

  it('refuses more than 4 MiB that come unannounced', async () => {
    const flood: Reply = (response) => {
      response.writeHead(200, type);
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, ' ')));
      };
      response.on('drain', more);
      more();
    };
    const server = await startScripted({ [path('GET', '1.0.0')]: flood });
    await failureOf(() => repositoryOf(server).fetchReference('1.0.0'), 'ERR_REGISTRY', /more than the 4194304 bytes/);
  });

  it('asks again when it broke off', async () => {
    const server = await startScripted({ [path('GET', '1.0.0')]: [breakAfter(root.bytes, 20), whole] });
    expect((await repositoryOf(server).fetchReference('1.0.0')).descriptor.digest).to.equal(digest);
  });

  it('asks nothing for what is no reference', async () => {
    const server = await startScripted({});
    for (const reference of ['', '../1.0.0', 'a b', 'sha256:12']) {
      await failureOf(() => repositoryOf(server).fetchReference(reference), 'ERR_REFERENCE_INVALID');
    }
    expect(server.seen).to.deep.equal([]);
  });
});

describe('resolve', () => {
  afterEach(closeServers);

  it('is one HEAD', async () => {
    const server = await startScripted({ [path('HEAD', '1.0.0')]: whole });
    expect(await repositoryOf(server).resolve('1.0.0')).to.deep.equal(root.descriptor);
    expect(server.asked()).to.deep.equal([path('HEAD', '1.0.0')]);
  });

  const incomplete: readonly (readonly [string, Reply])[] = [
    ['no digest', reply(200, type, root.bytes)],
    ['no length', (response) => response.writeHead(200, { ...type, 'docker-content-digest': digest }).end()],
    ['no useful type', reply(200, { 'docker-content-digest': digest }, root.bytes)],
    ['405', reply(405)],
  ];
  for (const [what, head] of incomplete) {
    it(`gets the manifest where HEAD has ${what}`, async () => {
      const server = await startScripted({ [path('HEAD', '1.0.0')]: head, [path('GET', '1.0.0')]: whole });
      expect(await repositoryOf(server).resolve('1.0.0')).to.deep.equal({
        mediaType: mediaTypes.imageManifest,
        digest,
        size,
      });
      expect(server.seen).to.have.length(2);
    });
  }

  it('does not believe another digest than the one asked for', async () => {
    const server = await startScripted({ [path('HEAD', otherDigest)]: whole });
    await failureOf(() => repositoryOf(server).resolve(otherDigest), 'ERR_DIGEST_MISMATCH');
  });

  it('of what is not there is ERR_NOT_FOUND', async () => {
    const server = await startScripted({});
    await failureOf(() => repositoryOf(server).resolve('2.0.0'), 'ERR_NOT_FOUND', /acme\/pdf:2\.0\.0/);
  });
});

describe('manifests as content', () => {
  afterEach(closeServers);

  it('exist or not', async () => {
    const server = await startScripted({ [path('HEAD', digest)]: [whole, reply(404), reply(500)] });
    const repository = new RemoteRegistry(server.host, { retries: 0 }).repository('acme/pdf');
    expect(await repository.exists(root.descriptor)).to.equal(true);
    expect(await repository.exists(root.descriptor)).to.equal(false);
    await failureOf(() => repository.exists(root.descriptor), 'ERR_REGISTRY', /500/);
  });

  it('are fetched by digest, and unknown ones are ERR_BLOB_UNKNOWN', async () => {
    const server = await startScripted({ [path('GET', digest)]: [whole, reply(404)] });
    expect(await textOf(await repositoryOf(server).fetch(root.descriptor))).to.equal(root.bytes.toString());
    await failureOf(() => repositoryOf(server).fetch(root.descriptor), 'ERR_BLOB_UNKNOWN');
  });

  it('must have the size of their descriptor', async () => {
    const server = await startScripted({ [path('GET', digest)]: whole });
    const stream = await repositoryOf(server).fetch({ ...root.descriptor, size: size - 1 });
    await failureOf(() => textOf(stream), 'ERR_DIGEST_MISMATCH', /more bytes/);
  });

  it('are put under their digest with their own type, and tagged without another request for them', async () => {
    const server = await startScripted({
      [path('PUT', digest)]: reply(201, { 'docker-content-digest': digest }),
      [path('PUT', '1.0.0')]: reply(201),
    });
    const repository = repositoryOf(server);
    await repository.push(root.descriptor, sourceOf(root.bytes));
    await repository.tag(root.descriptor, '1.0.0');
    expect(server.asked()).to.deep.equal([path('PUT', digest), path('PUT', '1.0.0')]);
    for (const { headers, body } of server.seen) {
      expect(headers['content-type']).to.equal(mediaTypes.imageManifest);
      expect(headers['content-length']).to.equal(String(size));
      expect(body).to.deep.equal(root.bytes);
    }
  });

  it('are fetched to be tagged where they were not pushed', async () => {
    const server = await startScripted({ [path('GET', digest)]: whole, [path('PUT', 'latest')]: reply(201) });
    await repositoryOf(server).tag(root.descriptor, 'latest');
    expect(server.seen[1]?.body).to.deep.equal(root.bytes);
  });

  it('are put again after 503', async () => {
    const server = await startScripted({ [path('PUT', digest)]: [reply(503), reply(201)] });
    await repositoryOf(server).push(root.descriptor, sourceOf(root.bytes));
    expect(server.seen).to.have.length(2);
  });

  it('that the registry stored as something else are not believed', async () => {
    const server = await startScripted({ [path('PUT', digest)]: reply(201, { 'docker-content-digest': otherDigest }) });
    await failureOf(() => repositoryOf(server).push(root.descriptor, sourceOf(root.bytes)), 'ERR_DIGEST_MISMATCH');
  });

  it('that are not what their descriptor promises are not sent', async () => {
    const server = await startScripted({});
    await failureOf(() => repositoryOf(server).push(root.descriptor, sourceOf(config.bytes)), 'ERR_DIGEST_MISMATCH');
    expect(server.seen).to.deep.equal([]);
  });

  it('are deleted by digest, tags alone by untag', async () => {
    const server = await startScripted({
      [path('GET', digest)]: whole,
      [path('DELETE', digest)]: reply(202),
      [path('DELETE', '1.0.0')]: [reply(202), reply(404), json({ errors: [{ code: 'UNSUPPORTED' }] }, {}, 405)],
    });
    const repository = repositoryOf(server);
    await repository.delete(root.descriptor);
    await repository.untag('1.0.0');
    await failureOf(() => repository.untag('1.0.0'), 'ERR_NOT_FOUND');
    await failureOf(() => repository.untag('1.0.0'), 'ERR_REGISTRY', /UNSUPPORTED/);
    await failureOf(() => repository.untag(digest), 'ERR_REFERENCE_INVALID');
    await failureOf(() => repository.delete(index([]).descriptor), 'ERR_BLOB_UNKNOWN');
  });
});
