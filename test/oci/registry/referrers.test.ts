import { expect } from 'chai';
import { type Descriptor, mediaTypes, parseIndex } from '../../../src/core/index.ts';
import { RemoteRegistry } from '../../../src/oci/registry/index.ts';
import { referrersTag } from '../../../src/oci/registry/referrers-tag.ts';
import { artifact, index, manifest, type Piece, piece, sourceOf } from '../support/artifact.ts';
import { failureOf, listOf } from '../support/failure.ts';
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

const { root: subject, config } = artifact();
const api = `GET /v2/acme/pdf/referrers/${subject.descriptor.digest}`;
const ping = `GET /v2/acme/pdf/referrers/sha256:${'0'.repeat(64)}`;
const tag = referrersTag(subject.descriptor.digest);
const tagPath = (method: string) => `${method} /v2/acme/pdf/manifests/${tag}`;
const indexType = { 'content-type': mediaTypes.imageIndex };

function referrer(text: string, artifactType: string, of: Descriptor = subject.descriptor): Piece {
  return manifest(config.descriptor, [], { artifactType, subject: of, annotations: { text } });
}

const signature = referrer('one', 'application/sig');
const sbom = referrer('two', 'application/sbom');
const stranger = referrer('three', 'application/sig', artifact('another').root.descriptor);
const entry = (of: Piece, artifactType: string): Descriptor => ({ ...of.descriptor, artifactType });
const signatureEntry = entry(signature, 'application/sig');
const sbomEntry = entry(sbom, 'application/sbom');

function serving(...pieces: readonly Piece[]): Script {
  return Object.fromEntries(
    pieces.map(({ descriptor, bytes }) => [
      `GET /v2/acme/pdf/manifests/${descriptor.digest}`,
      reply(200, { 'content-type': descriptor.mediaType }, bytes),
    ]),
  );
}

const repositoryOf = (server: ScriptedServer) => new RemoteRegistry(server.host, { retries: 0 }).repository('acme/pdf');
const indexReply = (...entries: Descriptor[]) => reply(200, indexType, index(entries).bytes);

async function digestsOf(server: ScriptedServer, artifactType?: string) {
  const found = await listOf(repositoryOf(server).referrers(subject.descriptor, artifactType));
  return found.map(({ digest }) => digest);
}

describe('referrers by the API', () => {
  afterEach(closeServers);

  it('come page by page', async () => {
    const first = reply(
      200,
      { ...indexType, link: `<${api.slice(4)}?next=1>; rel="next"` },
      index([signatureEntry]).bytes,
    );
    const server = await startScripted({ [api]: [first, indexReply(sbomEntry)] });
    expect(await digestsOf(server)).to.deep.equal([signature.descriptor.digest, sbom.descriptor.digest]);
    expect(server.seen).to.have.length(2);
  });

  it('are asked for by type, and filtered where the registry did not', async () => {
    const server = await startScripted({ [api]: indexReply(signatureEntry, sbomEntry) });
    expect(await digestsOf(server, 'application/sbom')).to.deep.equal([sbom.descriptor.digest]);
    expect(server.seen[0]?.query.get('artifactType')).to.equal('application/sbom');
  });

  it('may be none', async () => {
    expect(await digestsOf(await startScripted({ [api]: indexReply() }))).to.deep.equal([]);
  });

  for (const [status, code] of [
    [401, 'ERR_UNAUTHORISED'],
    [403, 'ERR_UNAUTHORISED'],
    [429, 'ERR_RATE_LIMITED'],
    [500, 'ERR_REGISTRY'],
  ] as const) {
    it(`are an error, and not none, on ${status}`, async () => {
      const server = await startScripted({ [api]: refuse(status, 'X', 'no'), [tagPath('GET')]: indexReply() });
      await failureOf(() => digestsOf(server), code);
      expect(server.seen).to.have.length(1);
    });
  }

  it('that are broken are an error', async () => {
    const server = await startScripted({ [api]: reply(200, indexType, '{"manifests":[{"digest":"x"}]}') });
    await failureOf(() => digestsOf(server), 'ERR_ARTIFACT_INVALID', /manifests\[0\]/);
  });
});

describe('referrers by the tag', () => {
  afterEach(closeServers);

  it('has a tag cut to what tags may hold', () => {
    expect(tag).to.equal(subject.descriptor.digest.replace(':', '-'));
    const long = `sha512:${'ab'.repeat(64)}` as Descriptor['digest'];
    expect(referrersTag(long)).to.equal(`sha512-${'ab'.repeat(32)}`);
  });

  const absent: readonly (readonly [string, Reply])[] = [
    ['404', refuse(404, 'NAME_UNKNOWN', 'x')],
    ['400', reply(400)],
    ['405', reply(405)],
    ['406', reply(406)],
    ['501', reply(501)],
    ['404 as HTML', reply(404, { 'content-type': 'text/html' }, '<html>')],
    ['200 as HTML', reply(200, { 'content-type': 'text/html' }, '<html>')],
  ];
  for (const [what, answer] of absent) {
    it(`is read where the API answers ${what}`, async () => {
      const server = await startScripted({
        [api]: answer,
        [tagPath('GET')]: indexReply(signatureEntry, sbomEntry),
        ...serving(signature, sbom),
      });
      expect(await digestsOf(server)).to.deep.equal([signature.descriptor.digest, sbom.descriptor.digest]);
    });
  }

  it('is no list where there is no such tag', async () => {
    expect(await digestsOf(await startScripted({}))).to.deep.equal([]);
  });

  it('is not believed where a manifest names another subject, or is not there', async () => {
    const lost = entry(referrer('lost', 'application/sig'), 'application/sig');
    const server = await startScripted({
      [tagPath('GET')]: indexReply(entry(stranger, 'application/sig'), lost, signatureEntry),
      ...serving(signature, stranger),
    });
    expect(await digestsOf(server)).to.deep.equal([signature.descriptor.digest]);
  });

  it('only fetches manifests of the type that is wanted', async () => {
    const server = await startScripted({
      [tagPath('GET')]: indexReply(signatureEntry, sbomEntry),
      ...serving(signature, sbom),
    });
    expect(await digestsOf(server, 'application/sig')).to.deep.equal([signature.descriptor.digest]);
    expect(server.seen).to.have.length(3);
  });

  it('is no list where the registry takes the tag for the digest and answers with the subject (GitLab)', async () => {
    const echo = reply(200, { 'content-type': subject.descriptor.mediaType }, subject.bytes);
    expect(await digestsOf(await startScripted({ [tagPath('GET')]: echo }))).to.deep.equal([]);
  });

  it('is an error where something else has the tag', async () => {
    const other = reply(200, { 'content-type': mediaTypes.imageManifest }, signature.bytes);
    await failureOf(
      async () => digestsOf(await startScripted({ [tagPath('GET')]: other })),
      'ERR_REGISTRY',
      /should list referrers/,
    );
  });

  it('is an error where it cannot be read', async () => {
    await failureOf(
      async () => digestsOf(await startScripted({ [tagPath('GET')]: reply(500) })),
      'ERR_REGISTRY',
      /500/,
    );
  });
});

describe('push of a referrer', () => {
  afterEach(closeServers);

  const put = (of: Piece) => `PUT /v2/acme/pdf/manifests/${of.descriptor.digest}`;

  /** Keeps the index under the referrers tag, with an ETag where `etags` is set. */
  function keeping(state: { bytes?: Buffer }, etags = false): Script {
    const etag = () => (etags && state.bytes ? { etag: `"${state.bytes.byteLength}"` } : {});
    return {
      [put(signature)]: reply(201),
      [put(sbom)]: reply(201),
      [tagPath('GET')]: (response, seen) =>
        (state.bytes ? reply(200, { ...indexType, ...etag() }, state.bytes) : reply(404))(response, seen),
      [tagPath('PUT')]: (response, seen) => {
        state.bytes = seen.body;
        reply(201)(response, seen);
      },
    };
  }

  const entriesIn = (state: { bytes?: Buffer }) => parseIndex(state.bytes ?? Buffer.from('')).manifests;

  it('writes no list where the registry keeps one', async () => {
    const server = await startScripted({
      [put(signature)]: reply(201, { 'oci-subject': subject.descriptor.digest }),
      [ping]: indexReply(),
    });
    await repositoryOf(server).push(signature.descriptor, sourceOf(signature.bytes));
    expect(server.asked()).to.deep.equal([put(signature), ping]);
  });

  it('writes the list where the registry does not say that it does', async () => {
    const state: { bytes?: Buffer } = {};
    const server = await startScripted(keeping(state));
    const repository = repositoryOf(server);
    await repository.push(signature.descriptor, sourceOf(signature.bytes));
    await repository.push(sbom.descriptor, sourceOf(sbom.bytes));
    await repository.push(sbom.descriptor, sourceOf(sbom.bytes));
    expect(entriesIn(state)).to.deep.equal([
      { ...signatureEntry, annotations: { text: 'one' } },
      { ...sbomEntry, annotations: { text: 'two' } },
    ]);
  });

  it('writes it where the header lies', async () => {
    const state: { bytes?: Buffer } = {};
    const server = await startScripted({
      ...keeping(state),
      [put(signature)]: reply(201, { 'oci-subject': subject.descriptor.digest }),
    });
    await repositoryOf(server).push(signature.descriptor, sourceOf(signature.bytes));
    expect(entriesIn(state)).to.have.length(1);
  });

  it("takes the config's type where the manifest has none of its own", async () => {
    const plain = manifest(config.descriptor, [], { subject: subject.descriptor });
    const state: { bytes?: Buffer } = {};
    const server = await startScripted({ ...keeping(state), [put(plain)]: reply(201) });
    await repositoryOf(server).push(plain.descriptor, sourceOf(plain.bytes));
    expect(entriesIn(state)[0]?.artifactType).to.equal(config.descriptor.mediaType);
  });

  it('writes again where another writer came between', async () => {
    const state: { bytes?: Buffer } = {};
    const kept = keeping(state)[tagPath('PUT')] as Reply;
    const lost: Reply = (response, seen) => {
      state.bytes = Buffer.from(index([sbomEntry]).bytes);
      reply(201)(response, seen);
    };
    const server = await startScripted({ ...keeping(state), [tagPath('PUT')]: [lost, kept] });
    await repositoryOf(server).push(signature.descriptor, sourceOf(signature.bytes));
    expect(entriesIn(state).map(({ digest }) => digest)).to.deep.equal([
      sbom.descriptor.digest,
      signature.descriptor.digest,
    ]);
  });

  it('writes on the condition that nothing changed, where there are ETags', async () => {
    const state = { bytes: Buffer.from(index([sbomEntry]).bytes) };
    const kept = keeping(state)[tagPath('PUT')] as Reply;
    const server = await startScripted({ ...keeping(state, true), [tagPath('PUT')]: [reply(412), kept] });
    await repositoryOf(server).push(signature.descriptor, sourceOf(signature.bytes));
    const conditions = server.seen
      .filter(({ method, path }) => method === 'PUT' && path.endsWith(tag))
      .map(({ headers }) => headers['if-match']);
    expect(conditions).to.have.length(2);
    expect(conditions[0]).to.match(/^"\d+"$/);
    expect(entriesIn(state)).to.have.length(2);
  });

  it('fails where the list is never kept', async () => {
    const server = await startScripted({ ...keeping({}), [tagPath('PUT')]: reply(201) });
    await failureOf(
      () => repositoryOf(server).push(signature.descriptor, sourceOf(signature.bytes)),
      'ERR_REGISTRY',
      /cannot be kept/,
    );
  });

  it('is taken out of the list when it is deleted', async () => {
    const state = { bytes: Buffer.from(index([signatureEntry, sbomEntry]).bytes) };
    const server = await startScripted({
      ...keeping(state),
      ...serving(signature),
      [put(signature).replace('PUT', 'DELETE')]: reply(202),
    });
    await repositoryOf(server).delete(signature.descriptor);
    expect(entriesIn(state).map(({ digest }) => digest)).to.deep.equal([sbom.descriptor.digest]);
  });

  it('of an index works alike', async () => {
    const list = index([], { artifactType: 'application/list', subject: subject.descriptor });
    const state: { bytes?: Buffer } = {};
    const server = await startScripted({ ...keeping(state), [put(list)]: reply(201) });
    await repositoryOf(server).push(list.descriptor, sourceOf(list.bytes));
    expect(entriesIn(state)[0]).to.include({ artifactType: 'application/list', mediaType: mediaTypes.imageIndex });
  });

  it('needs nothing of this without a subject', async () => {
    const other = piece(mediaTypes.imageIndex, index([]).bytes);
    const server = await startScripted({ [put(other)]: json({}, {}, 201) });
    await repositoryOf(server).push(other.descriptor, sourceOf(other.bytes));
    expect(server.seen).to.have.length(1);
  });
});

describe('what a registry can do about referrers', () => {
  afterEach(closeServers);
  const refused = refuse(404, 'UNSUPPORTED', 'no such route');
  const listed = (server: ScriptedServer) => server.asked().filter((what) => what.includes('/referrers/')).length;

  it('is asked once where a repository lacks the API', async () => {
    const server = await startScripted({
      [api]: refused,
      [tagPath('GET')]: indexReply(signatureEntry),
      ...serving(signature),
    });
    const registry = new RemoteRegistry(server.host, { retries: 0 });
    for (let n = 0; n < 3; n++) {
      const found = await listOf(registry.repository('acme/pdf').referrers(subject.descriptor));
      expect(found.map(({ digest }) => digest)).to.deep.equal([signature.descriptor.digest]);
    }
    expect(listed(server)).to.equal(1);
  });

  it('is asked again of a repository that was not there yet', async () => {
    const server = await startScripted({ [api]: [refuse(404, 'NAME_UNKNOWN', 'no'), indexReply(signatureEntry)] });
    const registry = new RemoteRegistry(server.host, { retries: 0 });
    expect(await listOf(registry.repository('acme/pdf').referrers(subject.descriptor))).to.have.length(0);
    expect(await listOf(registry.repository('acme/pdf').referrers(subject.descriptor))).to.have.length(1);
  });

  it('is asked again after a web page, which may be a login', async () => {
    const page = reply(200, { 'content-type': 'text/html' }, '<html>');
    const server = await startScripted({ [api]: [page, indexReply(signatureEntry)] });
    const registry = new RemoteRegistry(server.host, { retries: 0 });
    expect(await listOf(registry.repository('acme/pdf').referrers(subject.descriptor))).to.have.length(0);
    expect(await listOf(registry.repository('acme/pdf').referrers(subject.descriptor))).to.have.length(1);
  });

  it('is known for all repositories where one has the API', async () => {
    const server = await startScripted({
      [api]: indexReply(),
      ...Object.fromEntries(
        [signature, sbom].map(({ descriptor }) => [
          `PUT /v2/acme/docx/manifests/${descriptor.digest}`,
          reply(201, { 'oci-subject': subject.descriptor.digest }),
        ]),
      ),
    });
    const registry = new RemoteRegistry(server.host, { retries: 0 });
    await listOf(registry.repository('acme/pdf').referrers(subject.descriptor));
    for (const { descriptor, bytes } of [signature, sbom]) {
      await registry.repository('acme/docx').push(descriptor, sourceOf(bytes));
    }
    expect(listed(server)).to.equal(1);
  });

  it('does not lose what many attach at once', async () => {
    const state: { bytes?: Buffer } = {};
    const many = Array.from({ length: 12 }, (_, n) => referrer(`number ${n}`, 'application/sig'));
    const slow =
      (answer: Reply): Reply =>
      (response, seen) =>
        void setTimeout(() => answer(response, seen), 3);
    const server = await startScripted({
      GET: (response, seen) => {
        const known = state.bytes && seen.path.endsWith(tag) ? reply(200, indexType, state.bytes) : refused;
        slow(known)(response, seen);
      },
      PUT: (response, seen) => {
        if (seen.path.endsWith(tag)) state.bytes = seen.body;
        slow(reply(201))(response, seen);
      },
    });
    const registry = new RemoteRegistry(server.host, { retries: 0 });
    await Promise.all(
      many.map(({ descriptor, bytes }) => registry.repository('acme/pdf').push(descriptor, sourceOf(bytes))),
    );
    const kept = parseIndex(state.bytes ?? Buffer.alloc(0)).manifests.map(({ digest }) => digest);
    expect(kept.sort()).to.deep.equal(many.map(({ descriptor }) => descriptor.digest).sort());
  });

  it('describes entries of a tag by their manifests, whatever the index says of them', async () => {
    const lying = { ...signatureEntry, artifactType: 'application/sbom', annotations: { text: 'a lie' } };
    const bare = { ...sbomEntry, artifactType: undefined };
    const server = await startScripted({
      [api]: refused,
      [tagPath('GET')]: reply(200, indexType, index([lying, bare as never]).bytes),
      ...serving(signature, sbom),
    });
    const found = await listOf(repositoryOf(server).referrers(subject.descriptor));
    expect(found.map(({ artifactType, annotations }) => [artifactType, annotations?.text])).to.deep.equal([
      ['application/sig', 'one'],
      ['application/sbom', 'two'],
    ]);
    expect(await digestsOf(server, 'application/sbom')).to.deep.equal([sbom.descriptor.digest]);
  });

  it('refuses a tag with more entries than can be looked at', async () => {
    const entries = Array.from({ length: 1_001 }, () => signatureEntry);
    const server = await startScripted({
      [api]: refused,
      [tagPath('GET')]: reply(200, indexType, index(entries).bytes),
    });
    await failureOf(() => digestsOf(server), 'ERR_REGISTRY', /more than 1000 referrers/);
    expect(server.seen).to.have.length(2);
  });
});
