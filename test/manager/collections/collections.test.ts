import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { createIndexClient } from '../../../src/api/index.ts';
import { parseIndex, readAll, silentLogger, type Target } from '../../../src/core/index.ts';
import { openLayout, RemoteRegistry } from '../../../src/oci/index.ts';
import { serveRegistry } from '../../../src/oci/server/index.ts';
import { serveIndex } from '../../../src/service/index.ts';
import { artifact, index, store } from '../../oci/support/artifact.ts';
import { closeServers, startScripted } from '../../oci/support/scripted-server.ts';
import { expectError } from '../expect-error.ts';
import { makeWorld, type World } from '../world.ts';

describe('collections', () => {
  let world: World;
  let registry: RemoteRegistry;
  beforeEach(async () => {
    world = await makeWorld();
    registry = new RemoteRegistry(world.host);
    await world.publish('pdf', { version: '1.2.0', description: 'Reads PDFs. Use it in tests.' });
    await world.publish('pdf', { version: '1.3.0', description: 'Reads PDFs. Use it in tests.' });
    await world.publish('xlsx', { version: '2.0.0' });
  });
  afterEach(async () => {
    await registry[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  const collections = () => world.manager().collections;
  const repository = (name = 'office') => registry.repository(`acme/${name}`);
  const office = (tag?: string) => `${world.prefix}/office${tag === undefined ? '' : `:${tag}`}`;
  async function readIndex(target: Target, tag: string) {
    const descriptor = await target.resolve(tag);
    return { descriptor, index: parseIndex(await readAll(await target.fetch(descriptor), 1 << 20)) };
  }
  const digestOf = async (name: string, tag: string) => (await repository(name).resolve(tag)).digest;

  it('are written in the agentskills form: both references, true sizes, sorted, and the skills are there', async () => {
    const report = await collections().push(office('1.0.0'), ['xlsx', `${world.prefix}/pdf@~1.2`], {
      title: 'Office',
      description: 'Skills for documents',
      source: 'https://git.example/office',
      revision: 'abc',
    });
    expect(report).to.deep.include({
      name: 'office',
      reference: office('1.0.0'),
      version: '1.0.0',
      tags: ['1.0.0', 'latest', '1', '1.0'],
      changed: ['xlsx', 'pdf'],
      removed: [],
      existed: false,
      sparse: false,
      warnings: [],
    });
    const { descriptor, index: read } = await readIndex(repository(), '1.0.0');
    expect(descriptor.digest).to.equal(report.digest);
    expect(read).to.deep.equal({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      artifactType: 'application/vnd.agentskills.collection.v1',
      annotations: {
        'io.agentskills.collection.name': 'office',
        'org.opencontainers.image.created': '1970-01-01T00:00:00Z',
        'org.opencontainers.image.description': 'Skills for documents',
        'org.opencontainers.image.revision': 'abc',
        'org.opencontainers.image.source': 'https://git.example/office',
        'org.opencontainers.image.title': 'Office',
        'org.opencontainers.image.version': '1.0.0',
      },
      manifests: await Promise.all(
        [
          ['pdf', '1.2.0', 'Reads PDFs. Use it in tests.'],
          ['xlsx', '2.0.0', 'Does what xlsx does. Use it in tests.'],
        ].map(async ([name = '', version = '', description]) => {
          const { digest, size } = await repository(name).resolve(version);
          return {
            mediaType: 'application/vnd.oci.image.manifest.v1+json',
            artifactType: 'application/vnd.agentskills.skill.v1',
            digest,
            size,
            annotations: {
              'io.agentskills.skill.name': name,
              'io.agentskills.skill.ref': `${world.prefix}/${name}:${version}`,
              'org.opencontainers.image.description': description,
              'org.opencontainers.image.ref.name': `${world.prefix}/${name}:${version}`,
              'org.opencontainers.image.title': name,
              'org.opencontainers.image.version': version,
            },
          };
        }),
      ),
    });
    for (const entry of read.manifests) {
      expect(await repository().exists(entry), 'is in the collection’s own repository').to.equal(true);
      await repository().resolve(entry.digest);
    }
  });

  it('are the same bytes for the same skills, in whatever order they are named, and move no version', async () => {
    const first = await collections().push(office('1.0.0'), ['pdf', 'xlsx']);
    const again = await collections().push(office('1.0.0'), ['xlsx', 'pdf']);
    expect([again.digest, again.existed, again.changed]).to.deep.equal([first.digest, true, []]);
    expect((await collections().push(office(), ['xlsx', 'pdf'])).version, 'nothing changed').to.equal('1.0.0');
    const error = await expectError(
      collections().push(office('1.0.0'), ['pdf']),
      'ERR_VERSION_EXISTS',
      /office:1\.0\.0 is already published with other content/,
    );
    expect(error.exitCode).to.equal(4);
    const named = await collections().push(office(), ['xlsx', 'pdf'], { title: 'Office' });
    expect([named.version, named.changed], 'other words').to.deep.equal(['1.1.0', []]);
    const next = await collections().push(office(), ['pdf']);
    expect([next.version, next.removed]).to.deep.equal(['1.2.0', ['xlsx']]);
    expect((await readIndex(repository(), 'latest')).descriptor.digest).to.equal(next.digest);
  });

  it('are read from files too: of their own, or a skills.json', async () => {
    const yaml = 'name: desk\nversion: 0.5.0\ntitle: Desk\nskills:\n  - pdf@1.2.0\n  - name: xlsx\n    version: ^2\n';
    writeFileSync(join(world.room, 'collection.yaml'), yaml);
    const report = await collections().push(office(), ['collection.yaml'], { title: 'Said' });
    expect(report).to.deep.include({ name: 'desk', version: '0.5.0', title: 'Said' });
    expect(report.skills.map(({ name, version }) => `${name} ${version}`)).to.deep.equal(['pdf 1.2.0', 'xlsx 2.0.0']);
    const project = { skills: [{ name: 'pdf', source: `${world.prefix}/pdf`, version: '^1.3' }], registries: {} };
    writeFileSync(join(world.room, 'skills.json'), JSON.stringify(project));
    const fromProject = await collections().push(`${world.prefix}/mine:1.0.0`, ['skills.json']);
    expect(fromProject.skills.map(({ version }) => version)).to.deep.equal(['1.3.0']);
    writeFileSync(join(world.room, 'broken.yaml'), 'name: x\nskills:\n  - pdf\n  - version: 3\n');
    await expectError(
      collections().push(office(), ['broken.yaml']),
      'ERR_FILE_INVALID',
      /broken\.yaml:4:\d+: "skills\.1/,
    );
    await expectError(collections().push(office(), ['missing.json']), 'ERR_NOT_FOUND', /missing\.json/);
  });

  it('gain and lose skills in a next version; the one before stays as it is', async () => {
    const first = await collections().push(office('1.0.0'), ['pdf@1.2.0'], { title: 'Office' });
    const added = await collections().add(office(), ['xlsx', 'pdf']);
    expect([added.version, added.changed, added.title]).to.deep.equal(['1.1.0', ['xlsx', 'pdf'], 'Office']);
    expect(added.skills.map(({ name, version }) => `${name} ${version}`)).to.deep.equal(['pdf 1.3.0', 'xlsx 2.0.0']);
    expect((await collections().add(office(), ['xlsx'])).existed, 'nothing new').to.equal(true);
    const older = await collections().add(office('1.0.0'), ['xlsx'], { version: '1.0.1' });
    expect(older.tags, 'latest stays').to.deep.equal(['1.0.1', '1.0']);
    const without = await collections().remove(office(), ['pdf']);
    expect([without.version, without.removed, without.skills.length]).to.deep.equal(['2.0.0', ['pdf'], 1]);
    expect((await collections().list(office('1.0.0'))).digest).to.equal(first.digest);
    const error = await expectError(collections().remove(office(), ['docx']), 'ERR_NOT_FOUND', /docx is not in/);
    expect(error.hint).to.contain('xlsx');
    await expectError(collections().remove(office(), ['xlsx']), 'ERR_USAGE', /nothing would be left/);
    await expectError(collections().add(`${world.prefix}/none`, ['pdf']), 'ERR_NOT_FOUND', /none/);
  });

  it('are refused where the tag and the version say different things', async () => {
    const push = (reference: string, version: string) => collections().push(reference, ['pdf'], { version });
    const error = await expectError(
      push(office('1.0.0'), '5.0.0'),
      'ERR_USAGE',
      /the tag says version 1\.0\.0, --version says 5\.0\.0/,
    );
    expect(error.hint).to.equal('leave one of them out');
    await expectError(push(office('latest'), '5.0.0'), 'ERR_REFERENCE_INVALID', /the tag is not an exact version/);
    await expectError(collections().list(office()), 'ERR_NOT_FOUND', /office/);
    expect((await push(office('1.0.0'), '1.0.0')).version).to.equal('1.0.0');
  });

  it('are listed in one request, the newest where none is named', async () => {
    await collections().push(office('1.0.0'), ['pdf@1.2.0']);
    await collections().push(office('1.1.0'), ['pdf']);
    const report = await collections().list(office());
    expect(report.version).to.equal('1.1.0');
    expect(report.skills).to.deep.equal([
      {
        name: 'pdf',
        version: '1.3.0',
        description: 'Reads PDFs. Use it in tests.',
        reference: `${world.prefix}/pdf:1.3.0`,
        digest: await digestOf('pdf', '1.3.0'),
      },
    ]);
    expect((await collections().list(`${office()}@${report.digest}`)).digest).to.equal(report.digest);
    const skill = `${world.prefix}/pdf:1.3.0`;
    const none = await expectError(
      collections().list(skill),
      'ERR_ARTIFACT_INVALID',
      /\/pdf:1\.3\.0 is no collection$/,
    );
    expect([none.message, none.hint]).to.deep.equal([
      `${skill} is no collection`,
      `"skills inspect ${skill}" shows what it is`,
    ]);
    await expectError(collections().list(office('9.0.0')), 'ERR_NOT_FOUND', /9\.0\.0/);
  });

  it('take in what others wrote: no sizes, one of the references, skills in other repositories', async () => {
    const { digest } = await repository('pdf').resolve('1.2.0');
    const entry = {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest,
      size: 0,
      annotations: { 'io.agentskills.skill.name': 'pdf', 'io.agentskills.skill.ref': `${world.prefix}/pdf:1.2.0` },
    };
    const layout = join(world.room, 'foreign');
    const foreign = index([entry], {
      artifactType: 'application/vnd.agentskills.collection.v1',
      annotations: { 'io.agentskills.collection.name': 'foreign' },
    });
    const target = openLayout(layout);
    await store(target, foreign);
    await target.tag(foreign.descriptor, 'latest');
    const listed = await collections().list(`oci-layout:${layout}:latest`);
    expect([listed.name, listed.skills.map(({ name }) => name)]).to.deep.equal(['foreign', ['pdf']]);
    const added = await collections().add(`oci-layout:${layout}:latest`, ['xlsx']);
    expect(added.version).to.equal('0.1.0');
    const { index: written } = await readIndex(target, '0.1.0');
    expect(written.manifests.map(({ size }) => size > 0)).to.deep.equal([true, true]);
    for (const child of written.manifests) expect(await target.exists(child)).to.equal(true);
  });

  it('take nothing with the credentials of whoever changes them from places that somebody else has named', async () => {
    const asked: (string | undefined)[] = [];
    const secret = await startScripted({
      GET: (response, { headers }) => {
        asked.push(headers.authorization);
        response.writeHead(401, { 'www-authenticate': 'Basic realm="corp"' }).end();
      },
    });
    const { digest, mediaType, size } = await repository('pdf').resolve('1.2.0');
    const ref = `${secret.host}/corp/secret:1.0.0`;
    const annotations = { 'io.agentskills.skill.name': 'secret', 'io.agentskills.skill.ref': ref };
    const theirs = index([{ mediaType, digest, size, annotations }], {
      artifactType: 'application/vnd.agentskills.collection.v1',
      annotations: { 'io.agentskills.collection.name': 'theirs' },
    });
    const layout = join(world.room, 'theirs');
    await store(openLayout(layout), theirs);
    await openLayout(layout).tag(theirs.descriptor, '1.0.0');
    const credentials = async () => ({ username: 'ann', password: 'hunter2' });
    const { hint } = await expectError(
      world.manager({ credentials }).collections.add(`oci-layout:${layout}:1.0.0`, ['xlsx']),
      'ERR_UNAUTHORISED',
      /corp\/secret/,
    );
    expect(hint).to.contain('skills collection add').and.contain(secret.host);
    expect(asked)
      .to.deep.equal(asked.map(() => undefined))
      .and.to.have.length.above(0);
    await closeServers();
  });

  it('can be a list alone where the place takes that, and say so where it does not', async () => {
    const error = await expectError(
      collections().push(office('1.0.0'), ['pdf'], { sparse: true }),
      'ERR_REGISTRY',
      /takes no collection without its skills/,
    );
    expect(error.hint).to.contain('leave out --sparse');
    const layout = join(world.room, 'sparse');
    const report = await collections().push(`oci-layout:${layout}:1.0.0`, ['pdf'], { sparse: true, name: 'office' });
    expect(report.sparse).to.equal(true);
    const { index: written } = await readIndex(openLayout(layout), '1.0.0');
    expect(await openLayout(layout).exists(written.manifests[0] ?? artifact().root.descriptor)).to.equal(false);
  });

  it('are written into a tar at once, with their skills, and read from it', async () => {
    const tar = `oci-layout:${join(world.room, 'office.tar')}`;
    const report = await collections().push(`${tar}:1.0.0`, ['pdf', 'xlsx'], { name: 'office' });
    expect(report.tags).to.deep.equal(['1.0.0', 'latest', '1', '1.0']);
    expect((await collections().list(`${tar}:1.0.0`)).digest).to.equal(report.digest);
    await world.stopRegistry();
    const offline = await world.manager().installAll([`${tar}:1.0.0`]);
    expect(
      offline.added.map(({ source }) => source.replace(/^.*office\.tar/, '')),
      'of its own',
    ).to.deep.equal([':#pdf', ':#xlsx']);
  });

  it('take over the content of their skills where that lies in the same registry: it is not sent again', async () => {
    const noise = Array.from({ length: 20_000 }, (_, at) => Math.imul(at + 1, 2_654_435_761) >>> 0).join(' ');
    await world.publish('large', { files: { 'data.txt': noise } });
    const asked: string[] = [];
    const debug = (facts: unknown) => void asked.push(JSON.stringify(facts));
    const manager = world.manager({ logger: { ...silentLogger, debug } });
    await manager.collections.push(office('1.0.0'), ['large']);
    const uploads = asked.filter((line) => line.includes('/acme/office/blobs/uploads/'));
    expect(uploads.map((line) => JSON.parse(line)).map(({ method, status }) => `${method} ${status}`)).to.deep.equal([
      'POST 201',
      'POST 201',
    ]);
    const elsewhere = join(world.room, 'second');
    const second = await serveRegistry({ dir: elsewhere });
    try {
      asked.length = 0;
      await manager.collections.push(`${second.host}/acme/office:1.0.0`, ['large']);
      expect(
        asked.filter((line) => /"PUT"[^}]*blobs\/uploads/.test(line)),
        'another registry',
      ).not.to.have.length(0);
    } finally {
      await second.close();
    }
  });

  it('hold images too, with all their platforms', async () => {
    const image = await world
      .manager()
      .push(world.skill('docx', { version: '1.0.0' }), `${world.prefix}/docx`, { dialects: ['image'] });
    const report = await collections().push(office('1.0.0'), [`${world.prefix}/docx:image-1.0.0`]);
    const { index: read } = await readIndex(repository(), '1.0.0');
    expect(read.manifests[0]).to.deep.include({
      mediaType: 'application/vnd.oci.image.index.v1+json',
      digest: image.digest,
    });
    expect(report.skills[0]?.reference).to.equal(`${world.prefix}/docx:image-1.0.0`);
  });

  it('say in a dry run what they would be, and write nothing', async () => {
    const report = await collections().push(office('1.0.0'), ['pdf', 'xlsx'], { dryRun: true });
    expect([report.dryRun, report.tags[0], report.skills.length]).to.deep.equal([true, '1.0.0', 2]);
    await expectError(collections().list(office('1.0.0')), 'ERR_NOT_FOUND', /office/);
    expect((await collections().push(office('1.0.0'), ['pdf', 'xlsx'])).digest).to.equal(report.digest);
  });

  it('refuse what cannot be in them', async () => {
    await expectError(collections().push(office('1.0.0'), []), 'ERR_USAGE', /without skills/);
    await expectError(collections().push(office('stable'), ['pdf']), 'ERR_REFERENCE_INVALID', /not an exact version/);
    await expectError(collections().push(office(), [world.skill('local')]), 'ERR_USAGE', /cannot be in a collection/);
    await expectError(collections().push(office(), ['pdf@^9']), 'ERR_NO_VERSION', /\^9/);
    await world.manager().push(world.skill('pdf', { version: '3.0.0' }), `${world.prefix}/other/pdf`);
    await expectError(
      collections().push(office(), ['pdf', `${world.prefix}/other/pdf`]),
      'ERR_CONFLICT',
      /are both called pdf/,
    );
    await collections().push(office('1.0.0'), ['pdf']);
    await expectError(
      collections().push(`${world.prefix}/nested`, ['office']),
      'ERR_ARTIFACT_INVALID',
      /is a collection/,
    );
    const layout = `oci-layout:${join(world.room, 'nameless')}`;
    await expectError(collections().push(layout, ['pdf']), 'ERR_USAGE', /does not say what the collection is called/);
    await expectError(
      collections().push(layout, ['pdf'], { name: 'No Name' }),
      'ERR_REFERENCE_INVALID',
      /no name for a collection/,
    );
  });

  it('are passed over by the index: their versions, like the tags of images, are no skills', async () => {
    await collections().push(office('1.0.0'), ['pdf', 'xlsx']);
    await world.manager().publish(world.skill('docx', { version: '1.0.0' }), { dialects: ['agentskills', 'image'] });
    const served = await serveIndex({ registries: [{ host: world.host }], refresh: 0, token: 'secret' });
    try {
      await served.refresh();
      const manager = world.manager({ registryUrl: served.url });
      const found = await manager.search('pdf xlsx docx office');
      expect(found.map(({ name }) => name)).to.have.members(['pdf', 'xlsx', 'docx']);
      expect((await manager.getSkill('docx')).versions).to.deep.equal(['1.0.0']);
      const error = await expectError(
        createIndexClient({ url: served.url, logger: silentLogger, token: 'secret' }).announce(office('1.0.0')),
        'ERR_ARTIFACT_INVALID',
        /is a collection of 2 skills/,
      );
      expect(error.exitCode).to.equal(8);
    } finally {
      await served.close();
    }
  });
});
