import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { expect } from 'chai';
import { mediaTypes, Network } from '../../../src/core/index.ts';
import { type RegistryOptions, RemoteRegistry } from '../../../src/oci/index.ts';
import {
  type ProbeOptions,
  type ProbeReport,
  probeRegistry,
  type RegistryFinding,
} from '../../../src/oci/probe/index.ts';
import { serveRegistry } from '../../../src/oci/server/index.ts';
import { readIdentity, TestAuthority } from '../../support/certificates.ts';
import { startSecure } from '../../support/secure-server.ts';
import { artifact, manifest, store } from '../support/artifact.ts';
import { failureOf } from '../support/failure.ts';
import { type Limits, serveLimited } from '../support/limited-registry.ts';
import { closeServers, json, refuse, reply, startScripted } from '../support/scripted-server.ts';

const bundle = 'application/vnd.dev.sigstore.bundle.v0.3+json';

function find({ findings }: ProbeReport, id: string): RegistryFinding {
  const found = findings.filter((finding) => finding.id === id);
  expect(found, id).to.have.length(1);
  return found[0] as RegistryFinding;
}

const answersOf = ({ findings }: ProbeReport) => Object.fromEntries(findings.map(({ id, answer }) => [id, answer]));

describe('probing a registry', () => {
  let room: string;
  beforeEach(() => {
    room = mkdtempSync(join(tmpdir(), 'skills-probe-'));
  });
  afterEach(async () => {
    await closeServers();
    rmSync(room, { recursive: true, force: true });
  });

  async function probe(host: string, options: ProbeOptions = {}, settings: RegistryOptions = {}) {
    await using registry = new RemoteRegistry(host, { retries: 0, ...settings });
    return await probeRegistry(registry, options);
  }

  /** A repository with two tags, and a signature. */
  async function fill(host: string, name = 'team/pdf'): Promise<void> {
    await using registry = new RemoteRegistry(host, { userAgent: 'cosign' });
    const target = registry.repository(name);
    const { config, layer, root } = artifact('content');
    await store(target, config, layer, root);
    for (const tag of ['1.0.0', 'latest']) await target.tag(root.descriptor, tag);
    const signature = manifest(config.descriptor, [layer.descriptor], {
      artifactType: bundle,
      subject: root.descriptor,
    });
    await store(target, signature);
  }

  async function probeLimited(limits: Limits, options: ProbeOptions = {}): Promise<ProbeReport> {
    await using server = await serveLimited(limits, { dir: join(room, 'registry') });
    await fill(server.host);
    return await probe(server.host, { prefix: 'team', ...options });
  }

  it('finds that the embedded registry can do all of it, by reading alone', async () => {
    await using server = await serveLimited({}, { dir: join(room, 'registry') });
    await fill(server.host);
    const asked = server.asked.length;
    const report = await probe(server.host, { prefix: 'team' });
    expect(answersOf(report)).to.deep.equal({
      connection: 'yes',
      api: 'yes',
      login: 'yes',
      tags: 'yes',
      catalogue: 'yes',
      digests: 'yes',
      ranges: 'yes',
      referrers: 'yes',
      signatures: 'yes',
      trust: 'no',
    });
    expect(report.sample).to.equal('team/pdf:latest');
    expect(find(report, 'connection').detail).to.contain('plain http');
    expect(find(report, 'login').detail).to.contain('nobody needs to log in');
    expect(find(report, 'referrers').detail).to.contain('filters by artifact type');
    expect(find(report, 'signatures').detail).to.contain('sigstore bundles');
    const methods = new Set(server.asked.slice(asked).map((line) => line.split(' ')[0]));
    expect([...methods].sort(), 'nothing is changed').to.deep.equal(['GET', 'HEAD']);
  });

  it('writes where it may, and leaves nothing behind', async () => {
    await using server = await serveLimited({}, { dir: join(room, 'registry') });
    await fill(server.host);
    const report = await probe(server.host, { prefix: 'team', write: true });
    const written = [
      'push',
      'largeUpload',
      'chunks',
      'mount',
      'subject',
      'movingTags',
      'deleteTags',
      'deleteManifests',
      'deleteBlobs',
    ];
    const answers = answersOf(report);
    expect(written.map((id) => [id, answers[id]])).to.deep.equal(written.map((id) => [id, 'yes']));
    expect(report.left, 'no registry deletes repositories').to.deep.equal(['the empty repository team/skills-probe']);
    expect(find(report, 'mount').detail).to.contain('from team/pdf');
    expect(find(report, 'subject').detail).to.equal('referrers are listed with their annotations');
    await using registry = new RemoteRegistry(server.host);
    expect(await Array.fromAsync(registry.repository('team/skills-probe').tags())).to.deep.equal([]);
    expect(blobsIn(room, 'team/skills-probe')).to.deep.equal([]);
    expect((await Array.fromAsync(registry.repository('team/pdf').tags())).sort()).to.deep.equal(['1.0.0', 'latest']);
  });

  it('writes into an empty registry too, and mounts from what it wrote', async () => {
    await using server = await serveLimited({}, { dir: join(room, 'registry') });
    const report = await probe(server.host, { write: true });
    expect(find(report, 'mount')).to.include({ answer: 'yes' });
    expect(find(report, 'mount').detail).to.contain('from skills-probe');
    expect(report).not.to.have.property('sample');
    expect(report.left).to.deep.equal([
      'the empty repository skills-probe',
      'the empty repository skills-probe/mounted',
    ]);
    expect(blobsIn(room, 'skills-probe')).to.deep.equal([]);
  });

  const lacking: readonly (readonly [title: string, limits: Limits, id: string, detail: RegExp, hint?: RegExp])[] = [
    ['digests by HEAD', { digestHeader: false }, 'digests', /does not tell its digest/, /reading manifests/],
    ['the referrers API', { referrers: false }, 'referrers', /^answers 404/, /sha256-<hex>/],
    ['the catalogue', { catalogue: false }, 'catalogue', /^answers 404/, /told of skills/],
    ['parts of blobs', { ranges: false }, 'ranges', /whole only/, /begins anew/],
  ];
  for (const [title, limits, id, detail, hint] of lacking) {
    it(`finds that it lacks ${title}`, async () => {
      const finding = find(await probeLimited(limits, { prefix: 'team/pdf' }), id);
      expect(finding.answer).to.equal('no');
      expect(finding.detail).to.match(detail);
      if (hint) expect(finding.hint).to.match(hint);
    });
  }

  const refusing: readonly (readonly [title: string, limits: Limits, id: string, detail: RegExp])[] = [
    ['the referrers of what was pushed', { referrers: false }, 'subject', /not listed \(404\)/],
    ['mounts', { mounts: false }, 'mount', /sent again/],
    ['chunks', { chunks: false }, 'chunks', /a chunk is answered by 405/],
    ['large uploads', { largestBody: 1024 * 1024 }, 'largeUpload', /too much \(413\)/],
    ['moving tags', { immutable: true }, 'movingTags', /409: tags are immutable/],
    ['deleting tags', { deletes: 'tags' }, 'deleteTags', /deleting tags is answered by 405/],
    ['deleting', { deletes: false }, 'deleteManifests', /deleting manifests is answered by 405/],
  ];
  for (const [title, limits, id, detail] of refusing) {
    it(`finds by writing that it lacks ${title}`, async () => {
      const finding = find(await probeLimited(limits, { write: true }), id);
      expect([finding.answer, finding.detail]).to.satisfy(
        ([answer, text]: string[]) => answer === 'no' && detail.test(text ?? ''),
      );
    });
  }

  it('says what it could not remove', async () => {
    const { left } = await probeLimited({ deletes: false }, { write: true });
    expect(left).to.have.length(2);
    expect(left[0]).to.match(/^3 of the probe's manifests in team\/skills-probe, one tagged probe-[0-9a-f]{16}$/);
    expect(left[1]).to.match(/^4 of the probe's blobs in team\/skills-probe, until garbage is collected$/);
    const tagsOnly = await probeLimited({ deletes: 'tags' }, { write: true });
    expect(tagsOnly.left).to.deep.equal(['the empty repository team/skills-probe']);
  });

  it('finds that what is not signed is held back, and that clients that sign see it', async () => {
    await using server = await serveLimited({ contentTrust: true }, { dir: join(room, 'registry') });
    await fill(server.host);
    const read = find(await probe(server.host, { prefix: 'team' }), 'trust');
    expect(read).to.include({ answer: 'yes' });
    expect(read.detail).to.contain('412 for team/pdf:latest');
    const report = await probe(server.host, { prefix: 'team', write: true });
    expect(find(report, 'trust').detail).to.equal(
      'on: what is not signed is held back (412), but for clients that sign',
    );
    expect(report.left, 'no blob could be read, so one was mounted from what was written').to.deep.equal([
      'the empty repository team/skills-probe',
      'the empty repository team/skills-probe/mounted',
    ]);
  });

  it('cannot tell of what is not there, and says what would help', async () => {
    const server = await serveRegistry({ dir: join(room, 'registry') });
    try {
      const report = await probe(server.host, { prefix: 'nothing/here' });
      const { tags, digests, ranges, signatures, trust } = answersOf(report);
      expect({ tags, digests, ranges, signatures, trust }).to.deep.equal({
        tags: 'unknown',
        digests: 'unknown',
        ranges: 'unknown',
        signatures: 'unknown',
        trust: 'unknown',
      });
      expect(find(report, 'tags').hint).to.contain('host/repository');
    } finally {
      await server.close();
    }
  });

  describe('logins', () => {
    async function servedWithPasswords() {
      const htpasswd = join(room, 'htpasswd');
      writeFileSync(htpasswd, `kim:${hashSync('secret-word', 4)}\n`);
      return serveRegistry({ dir: join(room, 'registry'), htpasswd });
    }
    const source = (password: string) =>
      Object.assign(async () => ({ username: 'kim', password }), { locate: async () => '/home/kim/auth.json' });

    it('wants a password that we do not have: nothing is tried by writing', async () => {
      const server = await servedWithPasswords();
      try {
        const report = await probe(server.host, { prefix: 'team', write: true });
        expect(find(report, 'login').detail).to.match(/^wants a password \(Basic, realm .*\); we have no credentials/);
        expect(find(report, 'login').hint).to.equal(`skills login ${server.host}`);
        expect(find(report, 'api').answer, 'it is a registry').not.to.equal('no');
        expect(find(report, 'push')).to.include({ answer: 'no' });
        expect(find(report, 'chunks').detail).to.equal('not tried: nothing could be pushed');
        expect(report.left).to.deep.equal([]);
      } finally {
        await server.close();
      }
    });

    it('says where the credentials are from, and whether they are accepted', async () => {
      const server = await servedWithPasswords();
      try {
        const good = await probe(server.host, {}, { credentials: source('secret-word') });
        expect(find(good, 'login').detail).to.match(/credentials from \/home\/kim\/auth\.json are accepted$/);
        const bad = await probe(server.host, {}, { credentials: source('wrong-word') });
        expect(find(bad, 'login')).to.include({ answer: 'no', hint: `log in again: skills login ${server.host}` });
        expect(JSON.stringify([good, bad])).not.to.match(/secret-word|wrong-word/);
      } finally {
        await server.close();
      }
    });

    it('names the service that gives tokens, which it also gives to nobody', async () => {
      const server = await startScripted((url) => ({
        'GET /token': json({ token: 'anonymous' }),
        'GET /v2/': (response, seen) =>
          seen.headers.authorization === 'Bearer anonymous'
            ? json({})(response, seen)
            : refuse(401, 'UNAUTHORIZED', 'who?', {
                'www-authenticate': `Bearer realm="${url}/token",service="registry.example"`,
              })(response, seen),
      }));
      const { detail, answer } = find(await probe(server.host), 'login');
      expect(answer).to.equal('yes');
      expect(detail).to.equal(
        `wants a token (Bearer) from ${server.host} for the service registry.example, which it also gives to those without an account; we have no credentials`,
      );
    });
  });

  describe('connections', () => {
    let authority: TestAuthority;
    before(() => {
      authority = new TestAuthority('Acme authority');
    });
    after(() => authority[Symbol.dispose]());

    async function probeSecure(days: number, ca: readonly string[] = [authority.ca]) {
      await using server = await startSecure(readIdentity(authority.issue({ days })), (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
      const network = new Network({ env: {}, ca });
      try {
        return await probe(server.host, {}, { protocol: 'https', network });
      } finally {
        network.close();
      }
    }

    it('tells the protocol, who signed the certificate, and until when it is valid', async () => {
      const { answer, detail, hint } = find(await probeSecure(30), 'connection');
      expect(detail).to.match(/^https, TLSv1\.3, certificate by Acme authority until \d{4}-\d\d-\d\d$/);
      expect([answer, hint]).to.deep.equal(['yes', undefined]);
    });

    it('says that a certificate ends soon', async () => {
      expect(find(await probeSecure(3), 'connection').hint).to.match(/^the certificate ends in [23] days$/);
    });

    it('fails where the certificate is not trusted, and says what would help', async () => {
      const { hint } = await failureOf(() => probeSecure(30, []), 'ERR_NETWORK', /certificate/);
      expect(hint).to.contain('--ca-file');
    });
  });

  describe('makes of registries', () => {
    const harbor = (version?: string) => ({
      'GET /v2/': json({}),
      'GET /api/v2.0/ping': reply(200, {}, 'Pong'),
      'GET /api/v2.0/systeminfo': json(version ? { harbor_version: version } : {}),
    });

    it('knows Harbor, and which signatures its version shows', async () => {
      const old = await startScripted(harbor('v2.14.1-abcdef'));
      const report = await probe(old.host);
      expect(report.product).to.deep.equal({ name: 'Harbor', version: 'v2.14.1-abcdef' });
      expect(find(report, 'signatures').hint).to.contain('since 2.15');
      const recent = await startScripted(harbor('v2.15.0'));
      expect(find(await probe(recent.host), 'signatures')).not.to.have.property('hint');
      const unsaid = await startScripted(harbor());
      expect(find(await probe(unsaid.host), 'signatures').hint).to.contain('since 2.15');
    });

    it('knows zot and Artifactory by what only they say', async () => {
      const zot = await startScripted({
        'GET /v2/': json({}),
        'GET /v2/_oci/ext/discover': json({ extensions: [{ name: '_zot', url: 'https://zotregistry.dev' }] }),
      });
      expect((await probe(zot.host)).product).to.deep.equal({ name: 'zot' });
      const jfrog = await startScripted({ 'GET /v2/': json({}, { 'x-jfrog-version': 'Artifactory/7.117' }) });
      expect((await probe(jfrog.host)).product).to.deep.equal({ name: 'JFrog Artifactory' });
    });
  });

  describe('registries that are none, or ill', () => {
    it('fails where nothing answers', async () => {
      await failureOf(() => probe('127.0.0.1:9'), 'ERR_NETWORK', /refused/);
    });

    it('says that a web server is no registry', async () => {
      const server = await startScripted({ GET: reply(404, { 'content-type': 'text/html' }, '<!doctype html>') });
      const api = find(await probe(server.host), 'api');
      expect([api.answer, api.detail]).to.deep.equal(['no', '/v2/ answers 404 with a web page']);
      expect(api.hint).to.contain('host of a registry');
    });

    it('turns the failure of a probe into its finding, and goes on', async () => {
      const server = await startScripted({
        'GET /v2/': json({}),
        'GET /v2/_catalog': refuse(503, 'UNAVAILABLE', 'later'),
        'GET /v2/team/tags/list': json({ tags: ['1.0.0', '2.0.0'] }),
        'GET /v2/team/manifests/2.0.0': refuse(404, 'MANIFEST_UNKNOWN', 'gone'),
        [`GET /v2/team/referrers/sha256:${'0'.repeat(64)}`]: json({}, { 'content-type': mediaTypes.imageIndex }),
      });
      const report = await probe(server.host, { prefix: 'team' });
      expect(find(report, 'catalogue')).to.include({ answer: 'unknown' });
      expect(find(report, 'catalogue').detail).to.contain('503');
      expect(find(report, 'tags').detail).to.equal('all at once, whatever page size is asked for');
      expect(find(report, 'referrers')).to.include({ answer: 'yes' });
    });

    it('stops where it is told to, and cleans up all the same', async () => {
      const stop = new AbortController();
      await using server = await serveLimited({}, { dir: join(room, 'registry') });
      await using registry = new RemoteRegistry(server.host);
      const timer = setInterval(() => {
        if (server.asked.some((line) => line.startsWith('PUT') && line.includes('/manifests/'))) stop.abort();
      }, 1);
      await failureOf(() => probeRegistry(registry, { write: true, signal: stop.signal }), 'ERR_INTERRUPTED');
      clearInterval(timer);
      expect(server.asked.some((line) => line.startsWith('DELETE'))).to.equal(true);
      expect(await Array.fromAsync(registry.repository('skills-probe').tags())).to.deep.equal([]);
    });
  });
});

function blobsIn(room: string, repository: string): string[] {
  const folder = readdirSync(join(room, 'registry'), { recursive: true, encoding: 'utf8' });
  return folder.filter((path) => path.includes(repository) && /\/[0-9a-f]{64}$/.test(path));
}
