import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { openLayout, RemoteRegistry } from '../../../src/oci/index.ts';
import { serveRegistry } from '../../../src/oci/server/index.ts';
import { index, manifest, piece, store } from '../../oci/support/artifact.ts';
import { expectError } from '../expect-error.ts';
import { makeWorld, type World } from '../world.ts';

describe('install of a collection', () => {
  let world: World;
  beforeEach(async () => {
    world = await makeWorld();
    await world.publish('base', { version: '1.0.0' });
    await world.publish('pdf', { version: '1.2.0', dependencies: { base: '^1.0.0' } });
    await world.publish('xlsx', { version: '2.0.0' });
    await world.manager().collections.push(office('1.0.0'), ['pdf', 'xlsx']);
  });
  afterEach(async () => world[Symbol.asyncDispose]());

  const office = (tag?: string) => `${world.prefix}/office${tag === undefined ? '' : `:${tag}`}`;
  const readJson = (file: string) => JSON.parse(readFileSync(join(world.project, file), 'utf8'));
  const declared = () =>
    readJson('skills.json').skills.map(({ source, version }: Record<string, string>) => `${source} ${version}`);
  const locked = (name: string) =>
    readJson('skills.lock.json').skills.find((entry: { name: string }) => entry.name === name);
  const digestOf = async (name: string, tag: string) => {
    await using registry = new RemoteRegistry(world.host);
    return (await registry.repository(`acme/${name}`).resolve(tag)).digest;
  };

  it('installs all of it with what they need, each declared at exactly its version and pinned in its own repository', async () => {
    const report = await world.manager().installAll([office('1.0.0')]);
    expect(report.typed).to.have.members(['pdf', 'xlsx']);
    expect(report.added.map(({ name, version }) => `${name} ${version}`)).to.have.members([
      'pdf 1.2.0',
      'xlsx 2.0.0',
      'base 1.0.0',
    ]);
    expect(declared()).to.deep.equal([`${world.prefix}/pdf 1.2.0`, `${world.prefix}/xlsx 2.0.0`]);
    const digest = await digestOf('pdf', '1.2.0');
    expect(locked('pdf').source).to.deep.equal({
      registry: world.host,
      repository: 'acme/pdf',
      tag: '1.2.0',
      digest,
      ref: `${world.prefix}/pdf:1.2.0@${digest}`,
    });
    expect([locked('pdf').range, locked('base').requiredBy]).to.deep.equal(['1.2.0', ['pdf']]);
    const again = await world.manager().installAll([office('1.0.0')]);
    expect([again.added, again.updated, again.unchanged.length]).to.deep.equal([[], [], 3]);
    await world.manager().installAll([], { frozen: true });
  });

  it('takes the newest collection by its bare name, and the skills that are chosen', async () => {
    await world.manager().collections.push(office('1.1.0'), ['xlsx']);
    expect((await world.manager().installAll(['office'])).typed).to.deep.equal(['xlsx']);
    const chosen = await world.manager().installAll(['office@~1.0.0'], { skills: ['pdf'] });
    expect(chosen.typed).to.deep.equal(['pdf']);
    const error = await expectError(
      world.manager().installAll([office('1.0.0')], { skills: ['docx', 'pdf'] }),
      'ERR_NOT_FOUND',
      /has no skill called docx/,
    );
    expect(error.hint).to.contain('pdf, xlsx');
    expect((await world.manager().installAll([office('1.0.0')], { all: true })).typed).to.have.length(2);
  });

  it('stays at what the collection lists until a newer collection is installed', async () => {
    await world.manager().installAll(['office']);
    await world.publish('pdf', { version: '1.3.0', dependencies: { base: '^1.0.0' } });
    expect((await world.manager().updateAll()).updated, 'updates follow the collection').to.deep.equal([]);
    await world.manager().collections.add(office(), ['pdf']);
    const { updated } = await world.manager().installAll(['office']);
    expect(updated.map(({ name, previous, version }) => [name, previous, version])).to.deep.equal([
      ['pdf', '1.2.0', '1.3.0'],
    ]);
    await world.manager().installAll(['pdf@^1.2']);
    await world.publish('pdf', { version: '1.4.0', dependencies: { base: '^1.0.0' } });
    expect(
      (await world.manager().updateAll()).updated.map(({ version }) => version),
      'or the skill itself is asked for',
    ).to.deep.equal(['1.4.0']);
  });

  it('pins what the collection lists, not what a tag of the same version has become', async () => {
    const digest = await digestOf('xlsx', '2.0.0');
    await using registry = new RemoteRegistry(world.host);
    const target = registry.repository('acme/xlsx');
    const other = await world.manager().push(world.skill('xlsx', { version: '2.0.1' }), `${world.prefix}/xlsx:2.0.1`);
    await target.tag(await target.resolve(other.digest), '2.0.0');
    await world.manager().installAll([office()]);
    expect(locked('xlsx').source.digest).to.equal(digest);
  });

  it('takes from the collection itself what its own repository does not prove', async () => {
    await using registry = new RemoteRegistry(world.host);
    const target = registry.repository('acme/xlsx');
    const descriptor = await target.resolve('2.0.0');
    const { delete: remove } = world.manager().artifacts;
    expect(remove).to.be.a('function');
    await world.manager().artifacts.delete(`${world.prefix}/xlsx@${descriptor.digest}`);
    const report = await world.manager().installAll([office()], { skills: ['xlsx'] });
    expect(report.added.map(({ source }) => source)).to.deep.equal([`${office()}#xlsx`]);
    expect(declared(), 'a version is nothing to ask a collection for').to.deep.equal([
      `${office()}#xlsx ${descriptor.digest}`,
    ]);
    expect(locked('xlsx').source).to.include({ repository: 'acme/office', skill: 'xlsx', digest: descriptor.digest });
    await world.manager().installAll([], { frozen: true });
    expect((await world.manager().updateAll()).updated).to.deep.equal([]);
    const elsewhere = world.manager({ project: join(world.room, 'user'), cacheDir: join(world.room, 'home2') });
    await elsewhere.installAll([office()], { skills: ['xlsx'] });
    expect((await elsewhere.list()).map(({ name, state }) => [name, state])).to.deep.equal([['xlsx', 'same']]);
  });

  it('keeps a name with the source that it was first installed from', async () => {
    const second = await serveRegistry({ dir: join(world.room, 'second') });
    try {
      const prefix = `${second.host}/other`;
      await world.manager().push(world.skill('pdf', { version: '9.0.0' }), `${prefix}/pdf`);
      await world.manager().collections.push(`${prefix}/tools:1.0.0`, [`${prefix}/pdf`]);
      await world.manager().installAll(['pdf']);
      await expectError(world.manager().installAll([`${prefix}/tools`]), 'ERR_UNTRUSTED', /pdf/);
      const accepted = await world.manager().installAll([`${prefix}/tools`], { acceptSource: ['pdf'] });
      expect(accepted.updated.map(({ version }) => version)).to.deep.equal(['9.0.0']);
    } finally {
      await second.close();
    }
  });

  it('reads a catalogue of another writer, whose skills lie in their own repositories, from a layout too', async () => {
    const digest = await digestOf('xlsx', '2.0.0');
    const entry = {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest,
      size: 0,
      annotations: {
        'io.agentskills.skill.name': 'xlsx',
        'org.opencontainers.image.ref.name': `${world.prefix}/xlsx:2.0.0`,
      },
    };
    const foreign = index([entry], { artifactType: 'application/vnd.agentskills.collection.v1' });
    const layout = join(world.room, 'foreign');
    await store(openLayout(layout), foreign);
    await openLayout(layout).tag(foreign.descriptor, '1.0.0');
    await world.manager().installAll([`oci-layout:${layout}:1.0.0`]);
    expect(declared()).to.deep.equal([`${world.prefix}/xlsx 2.0.0`]);
    expect(locked('xlsx').source.digest).to.equal(digest);
  });

  for (const place of ['./notes', '/etc', 'git+file:///home/ann/notes', 'oci-layout:./reg:1.0.0']) {
    it(`takes nothing from this machine because another writer's collection names ${place}`, async () => {
      const list = `apiVersion: skillimage.io/v1alpha1\nkind: SkillCollection\nmetadata:\n  name: x\nskills:\n  - name: notes\n    image: ${place}\n`;
      const config = piece('application/vnd.oci.empty.v1+json', '{}');
      const layer = piece('application/yaml', list);
      const foreign = manifest(config.descriptor, [layer.descriptor], {
        artifactType: 'application/vnd.skillimage.collection.v1+yaml',
      });
      const layout = join(world.room, 'foreign');
      await store(openLayout(layout), config, layer, foreign);
      await openLayout(layout).tag(foreign.descriptor, '1.0.0');
      await expectError(
        world.manager().installAll([`oci-layout:${layout}:1.0.0`]),
        'ERR_ARTIFACT_INVALID',
        /names ".*", which lies on this machine/,
      );
      expect(existsSync(join(world.project, 'skills.json'))).to.equal(false);
    });
  }

  it('reads the collections of skillctl, which name references alone', async () => {
    await world
      .manager()
      .push(world.skill('docx', { version: '1.0.0' }), `${world.prefix}/docx`, { dialects: ['image'] });
    await world.manager().artifacts.tag(`${world.prefix}/docx:image-1.0.0`, ['1.0.0']);
    const yaml = [
      'apiVersion: skillimage.io/v1alpha1',
      'kind: SkillCollection',
      'metadata: { name: writing }',
      'skills:',
      `  - { name: docx, image: "${world.prefix}/docx:1.0.0" }`,
      `  - { name: xlsx, image: "${world.prefix}/xlsx:2.0.0" }`,
    ].join('\n');
    const type = 'application/vnd.skillimage.collection.v1+yaml';
    const [config, layer] = [piece('application/vnd.oci.empty.v1+json', '{}'), piece(type, yaml)];
    const root = manifest(config.descriptor, [layer.descriptor], { artifactType: type });
    await using registry = new RemoteRegistry(world.host);
    const target = registry.repository('acme/writing');
    await store(target, config, layer, root);
    await target.tag(root.descriptor, '1.0.0');
    const reference = `${world.prefix}/writing:1.0.0`;
    const listed = await world.manager().collections.list(reference);
    expect([listed.name, listed.skills.map(({ name }) => name)]).to.deep.equal(['writing', ['docx', 'xlsx']]);
    const report = await world.manager().installAll([reference]);
    expect(report.added.map(({ name, version }) => `${name} ${version}`)).to.have.members(['docx 1.0.0', 'xlsx 2.0.0']);
    expect(declared()).to.have.members([`${world.prefix}/docx 1.0.0`, `${world.prefix}/xlsx 2.0.0`]);
    await world.manager().installAll([], { frozen: true });
  });

  for (const name of ['docx', '../pdf', 'Not A Name']) {
    it(`takes no skill under another name than its own: ${name}`, async () => {
      const digest = await digestOf('pdf', '1.2.0');
      const entry = {
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        digest,
        size: 0,
        annotations: { 'io.agentskills.skill.name': name, 'io.agentskills.skill.ref': `${world.prefix}/pdf:1.2.0` },
      };
      const foreign = index([entry], { artifactType: 'application/vnd.agentskills.collection.v1' });
      const layout = join(world.room, 'foreign');
      await store(openLayout(layout), foreign);
      await openLayout(layout).tag(foreign.descriptor, '1.0.0');
      const error = await expectError(
        world.manager().installAll([`oci-layout:${layout}:1.0.0`]),
        'ERR_ARTIFACT_INVALID',
        /is not a skill's name|called "pdf", not "docx"/,
      );
      expect(error.exitCode).to.equal(8);
      expect(existsSync(join(world.project, '.agents'))).to.equal(false);
    });
  }

  it('says which skill is nowhere, and installs nothing then', async () => {
    const entry = {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: `sha256:${'a'.repeat(64)}`,
      size: 7,
      annotations: { 'io.agentskills.skill.name': 'lost', 'io.agentskills.skill.ref': `${world.prefix}/lost:1.0.0` },
    } as const;
    const { digest, ...rest } = entry;
    const foreign = index([{ ...rest, digest: digest as never }], {
      artifactType: 'application/vnd.agentskills.collection.v1',
    });
    const layout = join(world.room, 'foreign');
    await store(openLayout(layout), foreign);
    await openLayout(layout).tag(foreign.descriptor, '1.0.0');
    await expectError(
      world.manager().installAll([`oci-layout:${layout}:1.0.0`, 'xlsx']),
      'ERR_NOT_FOUND',
      /lost of the collection .* cannot be had: neither .*acme\/lost nor the collection's/,
    );
    expect(existsSync(join(world.project, 'skills.json'))).to.equal(false);
  });

  it('is refused where one skill is wanted, with what to do', async () => {
    await expectError(world.manager().install(office()), 'ERR_USAGE', /is a collection of 2 skills/);
    expect(existsSync(join(world.project, 'skills.json')), 'before anything is done').to.equal(false);
    await expectError(world.manager().pull(office()), 'ERR_ARTIFACT_INVALID', /is a collection of 2 skills/);
    const error = await expectError(
      world.manager().inspect(office()),
      'ERR_ARTIFACT_INVALID',
      /is a collection of 2 skills/,
    );
    const [, named = ''] = /^"(.+)" is a collection/.exec(error.message) ?? [];
    expect(named).to.match(new RegExp(`^${office()}:\\d+\\.\\d+\\.\\d+$`));
    expect(error.hint).to.contain(`skills collection list ${named}`);
  });

  it('installs collections beside each other that list the same skill', async () => {
    await world.manager().collections.push(`${world.prefix}/desk:1.0.0`, ['xlsx', 'base']);
    const report = await world.manager().installAll(['office', 'desk']);
    expect(report.typed).to.have.members(['pdf', 'xlsx', 'base']);
  });
});
