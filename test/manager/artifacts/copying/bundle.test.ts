import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { copy, MemoryTarget, NamedLayout, openLayoutAt, RemoteRegistry } from '../../../../src/oci/index.ts';
import { serveRegistry } from '../../../../src/oci/server/index.ts';
import { listOf } from '../../../oci/support/failure.ts';
import { expectError } from '../../expect-error.ts';
import { makeWorld, type World } from '../../world.ts';
import { sign } from './signatures.ts';

describe('bundles', function () {
  this.timeout(30_000);
  let world: World;
  let registry: RemoteRegistry;
  let tag: string;
  beforeEach(async () => {
    world = await makeWorld();
    registry = new RemoteRegistry(world.host);
    await world.publish('base-skill', { version: '1.0.0' });
    await world.publish('base-skill', { version: '1.1.0' });
    await world.publish('main-skill', { version: '2.0.0', dependencies: { 'base-skill': '^1.0.0' } });
    const repository = registry.repository('acme/main-skill');
    tag = await sign(repository, await repository.resolve('2.0.0'));
  });
  afterEach(async () => {
    await registry[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });
  const file = () => join(world.room, 'skills.tar');
  const bundle = () => new NamedLayout(openLayoutAt(file()));
  const save = (...specs: string[]) => world.manager().artifacts.saveBundle('skills.tar', specs);

  it('hold what is named, what it depends on, and the signatures, under whole names', async () => {
    const report = await save('main-skill');
    expect(report.skills.map(({ name, version, reference }) => [name, version, reference])).to.deep.equal([
      ['base-skill', '1.1.0', `${world.prefix}/base-skill:1.1.0`],
      ['main-skill', '2.0.0', `${world.prefix}/main-skill:2.0.0`],
    ]);
    expect(report.size).to.equal(readFileSync(file()).length);
    expect(bundle().repositoryNames()).to.deep.equal([`${world.prefix}/base-skill`, `${world.prefix}/main-skill`]);
    const main = bundle().repository(`${world.prefix}/main-skill`);
    expect(await listOf(main.tags())).to.deep.equal(['2.0.0', tag]);
    expect(await listOf(main.referrers(await main.resolve('2.0.0')))).to.have.length(1);
  });

  it('are the same bytes when they are made again, and replace what was there', async () => {
    await save('main-skill');
    const first = readFileSync(file());
    await save('main-skill');
    expect(readFileSync(file()).equals(first)).to.equal(true);
    await save('base-skill@1.0.0');
    expect(bundle().repositoryNames()).to.deep.equal([`${world.prefix}/base-skill`]);
    expect(execFileSync('tar', ['-tf', file()], { encoding: 'utf8' }).trim().split('\n').length).to.equal(7);
  });

  it('leave signatures out if told so', async () => {
    await world.manager().artifacts.saveBundle('skills.tar', ['main-skill'], { referrers: false });
    expect(await listOf(bundle().repository(`${world.prefix}/main-skill`).tags())).to.deep.equal(['2.0.0']);
  });

  it('hold what the lock pins, also what is from no registry', async () => {
    const local = world.skill('local-skill', { version: '0.3.0' });
    await world.manager().installAll([`main-skill`, local]);
    await world.publish('base-skill', { version: '1.2.0' });
    const { skills } = await save();
    expect(skills.map(({ reference }) => reference)).to.deep.equal([
      `${world.prefix}/base-skill:1.1.0`,
      `${world.prefix}/main-skill:2.0.0`,
      'localhost/local-skill:0.3.0',
    ]);
  });

  it('are made offline of what the store has', async () => {
    await world.manager().installAll(['main-skill']);
    await world.stopRegistry();
    await world.manager({ offline: true }).artifacts.saveBundle('skills.tar');
    expect(bundle().repositoryNames()).to.have.length(2);
  });

  it('load into another registry: same names, versions, digests and signatures', async () => {
    await save('main-skill');
    const other = await serveRegistry({ dir: join(world.room, 'other'), durable: false });
    const target = new RemoteRegistry(other.host);
    try {
      await world.stopRegistry();
      const { artifacts } = world.manager();
      const to = `${other.host}/air/gapped`;
      const dry = await artifacts.loadBundle('skills.tar', { to, dryRun: true });
      expect(dry.repositories.map(({ copied }) => copied)).to.deep.equal([['1.1.0'], ['2.0.0']]);
      expect(await listOf(target.repositories())).to.deep.equal([]);
      const report = await artifacts.loadBundle('skills.tar', { to });
      expect(report.repositories.map((each) => each.to)).to.deep.equal([`${to}/base-skill`, `${to}/main-skill`]);
      expect(report.counts.manifests).to.equal(4);
      const main = target.repository('air/gapped/main-skill');
      expect(await listOf(main.tags())).to.deep.equal(['2.0.0', tag]);
      const original = await bundle().repository(`${world.prefix}/main-skill`).resolve('2.0.0');
      expect((await main.resolve('2.0.0')).digest).to.equal(original.digest);
      expect(await listOf(main.referrers(original))).to.have.length(1);
      const again = await artifacts.loadBundle('skills.tar', { to });
      expect(again.repositories.map(({ copied, unchanged }) => [copied, unchanged])).to.deep.equal([
        [[], ['1.1.0']],
        [[], ['2.0.0']],
      ]);
      expect(again.counts).to.include({ manifests: 0, blobs: 0, bytes: 0 });
      const installed = await world.manager({ registry: to }).installAll(['main-skill']);
      expect(installed.added.map(({ name }) => name).sort()).to.deep.equal(['base-skill', 'main-skill']);
    } finally {
      await target[Symbol.asyncDispose]();
      await other.close();
    }
  });

  it('load into a store without a network: a frozen install and a new one find all of it there', async () => {
    const local = world.skill('local-skill', { version: '0.3.0' });
    await world.manager().installAll(['main-skill', local]);
    await save();
    await world.stopRegistry();
    rmSync(local, { recursive: true });
    const elsewhere = mkdtempSync(join(tmpdir(), 'skills-elsewhere-'));
    try {
      const options = { cacheDir: join(elsewhere, 'home'), offline: true };
      rmSync(join(world.project, '.agents'), { recursive: true });
      await expectError(world.manager(options).installAll([], { frozen: true }), 'ERR_OFFLINE', /./);
      const report = await world.manager(options).artifacts.loadBundle(file());
      expect(report.to).to.equal(join(elsewhere, 'home'));
      expect(report.repositories.flatMap(({ copied }) => copied)).to.deep.equal(['1.1.0', '2.0.0', '0.3.0']);
      const again = await world.manager(options).artifacts.loadBundle(file());
      expect(again.repositories.flatMap(({ unchanged }) => unchanged)).to.deep.equal(['1.1.0', '2.0.0', '0.3.0']);
      const frozen = await world.manager(options).installAll([], { frozen: true });
      expect(frozen.unchanged.concat(frozen.added).map(({ name }) => name)).to.include.members([
        'base-skill',
        'local-skill',
      ]);
      expect(existsSync(join(world.project, '.agents/skills/main-skill/SKILL.md'))).to.equal(true);
      const project = join(elsewhere, 'project');
      const fresh = await world.manager({ ...options, project }).installAll(['main-skill@^2']);
      expect(fresh.added.map(({ name }) => name).sort()).to.deep.equal(['base-skill', 'main-skill']);
    } finally {
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });

  it('are installed from where they lie, with dependencies, and copied out of', async () => {
    await save('main-skill');
    await world.stopRegistry();
    const spec = `oci-layout:${file()}:${world.prefix}/main-skill`;
    const report = await world.manager().installAll([spec]);
    expect(report.added.map(({ name, version }) => `${name} ${version}`).sort()).to.deep.equal([
      'base-skill 1.1.0',
      'main-skill 2.0.0',
    ]);
    const { to } = await world.manager().artifacts.copy(`${spec}:2.0.0`, 'oci-layout:single', { referrers: true });
    expect(to).to.equal(`oci-layout:${join(world.room, 'single')}:2.0.0`);
  });

  it('refuse to make two skills of different places one, unless their paths are kept', async () => {
    const named = bundle();
    const memory = new MemoryTarget();
    const { artifact, store } = await import('../../../oci/support/artifact.ts');
    for (const name of ['ghcr.io/one/pdf', 'ghcr.io/two/pdf']) {
      const { config, layer, root } = artifact(name);
      await store(memory, config, layer, root);
      await copy(memory, root.descriptor.digest, named.repository(name), '1.0.0');
    }
    const { artifacts } = world.manager();
    const to = `${world.host}/loaded`;
    await expectError(artifacts.loadBundle(file(), { to }), 'ERR_CONFLICT', /would both become pdf/);
    const { repositories } = await artifacts.loadBundle(file(), { to, keepPaths: true });
    expect(repositories.map((each) => each.to)).to.deep.equal([`${to}/one/pdf`, `${to}/two/pdf`]);
  });

  it('report what could not be loaded, and load the rest', async () => {
    await save('main-skill');
    const main = bundle().repository(`${world.prefix}/main-skill`);
    const { bytes } = await main.fetchReference('2.0.0');
    const [layer] = (JSON.parse(Buffer.from(bytes).toString()) as { layers: { digest: `sha256:${string}` }[] }).layers;
    const archive = readFileSync(file());
    archive[archive.indexOf(`blobs/sha256/${layer?.digest.slice(7)}`) + 600] = 0x21;
    writeFileSync(file(), archive);
    const { repositories } = await world.manager().artifacts.loadBundle(file(), { to: `${world.host}/loaded` });
    expect(repositories.map(({ copied }) => copied)).to.deep.equal([['1.1.0'], []]);
    expect(repositories[1]?.failed).to.have.length(1);
    expect(repositories[1]?.failed[0]).to.include({ tag: '2.0.0', code: 'ERR_DIGEST_MISMATCH' });
    expect(await listOf(registry.repository('loaded/main-skill').tags())).not.to.include('2.0.0');
    const stored = await world.manager().artifacts.loadBundle(file());
    expect(stored.repositories[1]?.failed[0]).to.include({ code: 'ERR_DIGEST_MISMATCH' });
  });

  it('are refused where they are none', async () => {
    const { artifacts } = world.manager();
    await expectError(artifacts.loadBundle('none.tar'), 'ERR_NOT_FOUND', /there is no such bundle/);
    writeFileSync(join(world.room, 'text.tar'), 'hello');
    await expectError(artifacts.loadBundle('text.tar'), 'ERR_FILE_INVALID', /cannot be read as a tar/);
    await artifacts.copy(`${world.prefix}/main-skill:2.0.0`, 'oci-layout:one.tar');
    const error = await expectError(artifacts.loadBundle('one.tar'), 'ERR_ARTIFACT_INVALID', /is no bundle/);
    expect(error.hint).to.match(/skills copy -r oci-layout:.*one\.tar:2\.0\.0/);
    await expectError(save('none-skill'), 'ERR_NOT_FOUND', /./);
    await expectError(artifacts.saveBundle('x.zip', ['main-skill']), 'ERR_USAGE', /one tar file/);
    await expectError(artifacts.saveBundle('text.tar', ['main-skill']), 'ERR_FILE_INVALID', /./);
    await expectError(save(), 'ERR_NOT_FOUND', /no locked skills/);
  });
});
