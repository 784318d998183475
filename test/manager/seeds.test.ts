import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { pino } from 'pino';
import { SkillManager } from '../../src/manager/index.ts';
import { type IndexServer, serveIndex } from '../../src/service/index.ts';
import { expectError } from './expect-error.ts';
import { makeWorld, type World } from './world.ts';

/** Seed 001's interface, as it stands there; the compiler holds SkillManager to it. */
interface SeedManager {
  search(
    query: string,
    options?: { tags?: string[]; limit?: number; offset?: number; sort?: 'downloads' | 'rating' | 'recent' },
  ): Promise<readonly SeedMetadata[]>;
  getTags(): Promise<readonly string[]>;
  getSkill(name: string, version?: string): Promise<SeedMetadata>;
  install(
    spec: string,
    options?: { version?: string; registry?: string; force?: boolean; offline?: boolean },
  ): Promise<{ name: string; version: string }>;
  uninstall(name: string): Promise<unknown>;
  update(name: string): Promise<{ name: string; version: string }>;
  list(): Promise<readonly { name: string; version: string }[]>;
  getInstalled(name: string): Promise<{ name: string; version: string }>;
  load(name: string): Promise<{ name: string }>;
  loadAll(): Promise<readonly { name: string }[]>;
  clearCache(): Promise<void>;
  getCacheSize(): Promise<number>;
}

interface SeedMetadata {
  name: string;
  version: string;
  description: string;
  author: string | null;
  tags: string[];
  downloads: number | null;
  rating: number | null;
  createdAt: string;
  updatedAt: string;
  versions: string[];
  downloadUrl: string;
  checksum: string;
  homepage: string | null;
  dependencies: Record<string, string>;
}

describe("the seeds' own use of SkillManager", () => {
  let world: World;
  let index: IndexServer;
  beforeEach(async () => {
    world = await makeWorld();
    await world.publish('data-loading', { version: '1.1.0' });
    await world.publish('data-analysis-expert', {
      version: '0.9.0',
      description: 'Expert for data analysis and visualization tasks',
      yaml: 'author: roundtable-community\ntags: [data-science, analytics]\nhomepage: https://example.com/analysis\naliases: [analyst]\n',
      dependencies: { 'data-loading': '^1.0.0', roundtable: '>=2.0.0' },
    });
    await world.publish('data-analysis-expert', {
      version: '1.0.0',
      description: 'Expert for data analysis and visualization tasks',
      yaml: 'author: roundtable-community\ntags: [data-science, analytics]\nhomepage: https://example.com/analysis\naliases: [analyst]\n',
      dependencies: { 'data-loading': '^1.0.0', roundtable: '>=2.0.0' },
      files: { 'src/skill.ts': 'export {};\n' },
    });
    index = await serveIndex({ registries: [{ host: world.host }], refresh: 0 });
    await index.refresh();
  });
  afterEach(async () => {
    await index.close();
    await world[Symbol.asyncDispose]();
  });

  it("runs seed 000's snippet: the index alone says where names stand", async () => {
    const env = { PATH: process.env.PATH, HOME: join(world.room, 'user') };
    await using skillManager = new SkillManager({
      registryUrl: index.url,
      cacheDir: '.roundtable/skills',
      cwd: world.room,
      env,
    });
    const dataSkills = await skillManager.search('data-science');
    const analysisExpert = await skillManager.install('data-analysis-expert@latest');
    expect(dataSkills.map(({ name }) => name)).to.include('data-analysis-expert');
    expect([analysisExpert.name, analysisExpert.version]).to.deep.equal(['data-analysis-expert', '1.0.0']);
    expect(analysisExpert.dependencies.map(({ name }) => name)).to.deep.equal(['data-loading']);
    const tree = join(world.room, '.roundtable/skills/data-analysis-expert/1.0.0');
    expect(readFileSync(join(tree, 'skill.yaml'), 'utf8')).to.contain('roundtable-community');
    const { installedSkills } = JSON.parse(readFileSync(join(world.room, '.roundtable/skills/index.json'), 'utf8'));
    const entry = installedSkills.find(({ name }: { name: string }) => name === 'data-analysis-expert');
    expect(entry).to.include({ version: '1.0.0', source: `${world.prefix}/data-analysis-expert` });
    expect(entry.checksum, "as the index's").to.equal((await skillManager.getSkill('data-analysis-expert')).checksum);
    await expectError(skillManager.install('nothing-such'), 'ERR_NOT_FOUND', /index knows no skill "nothing-such"/);
  });

  it("answers every method of seed 001's interface, with every option", async () => {
    const manager: SeedManager = world.manager({ project: undefined, registryUrl: index.url });
    const found = await manager.search('analysis', { tags: ['analytics'], limit: 1, offset: 0, sort: 'recent' });
    expect(found.map(({ name, version, versions }) => [name, version, versions])).to.deep.equal([
      ['data-analysis-expert', '1.0.0', ['1.0.0', '0.9.0']],
    ]);
    expect(await manager.search('analysis', { tags: ['analytics'], offset: 1 })).to.deep.equal([]);
    expect(await manager.search('analysis', { tags: ['no-such-tag'] })).to.deep.equal([]);
    expect(await manager.getTags()).to.have.members(['data-science', 'analytics']);
    const detail = await manager.getSkill('data-analysis-expert', '0.9.0');
    expect(detail).to.include({
      version: '0.9.0',
      author: 'roundtable-community',
      homepage: 'https://example.com/analysis',
    });
    expect(detail.dependencies).to.deep.equal({ 'data-loading': '^1.0.0', roundtable: '>=2.0.0' });
    expect(detail.downloadUrl).to.match(/^http:\/\/127\.0\.0\.1:/);

    expect((await manager.install('data-analysis-expert', { version: '0.9.0' })).version).to.equal('0.9.0');
    expect((await manager.update('data-analysis-expert')).version, 'an exact version stays').to.equal('0.9.0');
    expect(
      (await manager.install('data-analysis-expert', { version: '^1.0.0', registry: world.prefix })).version,
    ).to.equal('1.0.0');
    expect((await manager.getInstalled('analyst')).name, 'an alias').to.equal('data-analysis-expert');
    expect((await manager.list()).filter(({ version }) => version !== '0.9.0').map(({ name }) => name)).to.have.members(
      ['data-analysis-expert', 'data-loading'],
    );
    expect((await manager.load('analyst')).name).to.equal('data-analysis-expert');
    expect((await manager.load('data-analysis-expert@0.9.0')).name).to.equal('data-analysis-expert');

    expect(await manager.getCacheSize()).to.be.greaterThan(1000);
    await manager.clearCache();
    expect(await manager.getCacheSize()).to.equal(0);
    expect((await manager.install('data-analysis-expert', { offline: true })).version).to.equal('1.0.0');
    expect((await manager.install('data-analysis-expert', { force: true })).version).to.equal('1.0.0');
    await manager.uninstall('data-analysis-expert');
    await expectError(manager.load('data-loading'), 'ERR_NOT_INSTALLED', /data-loading/);
  });

  it('replaces local edits with force, and only then', async () => {
    const manager = world.manager({ registryUrl: index.url });
    await manager.install('data-loading');
    const file = join(world.project, '.agents/skills/data-loading/SKILL.md');
    writeFileSync(file, 'mine');
    await manager.install('data-loading');
    expect(readFileSync(file, 'utf8')).to.equal('mine');
    await manager.install('data-loading', { force: true });
    expect(readFileSync(file, 'utf8')).to.contain('name: data-loading');
  });

  it('resolves aliases in load and info, never in dependencies', async () => {
    const manager = world.manager();
    await manager.install('data-analysis-expert');
    expect((await manager.load('analyst')).name).to.equal('data-analysis-expert');
    await world.publish('other', { yaml: 'aliases: [analyst]\n' });
    await manager.install('other');
    await expectError(manager.load('analyst'), 'ERR_CONFLICT', /alias of data-analysis-expert and other/);
    await world.publish('needy', { dependencies: { analyst: '*' } });
    await expectError(manager.install('needy'), 'ERR_NO_VERSION', /requires analyst/);
  });

  it('loads all that can be loaded; a broken skill is a warning', async () => {
    const warnings: string[] = [];
    const logger = pino({ level: 'warn' }, { write: (line: string) => warnings.push(JSON.parse(line).msg) });
    const manager = world.manager({ logger });
    for (const name of ['one', 'two', 'three', 'four']) await world.publish(name);
    await manager.installAll(['one', 'two', 'three', 'four', 'data-loading']);
    const skill = (...path: string[]) => join(world.project, '.agents/skills', ...path);
    for (const file of ['SKILL.md', 'skill.yaml']) rmSync(skill('one', file));
    writeFileSync(skill('one/notes.md'), 'no skill any more');
    rmSync(skill('two'), { recursive: true });
    writeFileSync(skill('two'), 'a file');
    writeFileSync(skill('three/SKILL.md'), '---\n: [broken\n---\n');
    writeFileSync(skill('three/skill.yaml'), '{{{');
    const loaded = await manager.loadAll();
    expect(loaded.map(({ name }) => name))
      .to.include.members(['data-loading', 'four'])
      .and.not.include('one');
    expect(warnings.filter((line) => /was not loaded/.test(line)).map((line) => line.split(' ')[0])).to.include.members(
      ['one', 'two'],
    );
    expect((await manager.list()).map(({ name }) => name)).to.deep.equal([
      'data-loading',
      'four',
      'one',
      'three',
      'two',
    ]);
    await manager.installAll([], { force: true }).catch(() => undefined);
    expect(existsSync(skill('four/SKILL.md'))).to.equal(true);
  });

  it('knows scopes: where they stand, in the store, in skills.json, and when loading', async () => {
    const manager = world.manager({ registry: undefined });
    await manager.registries.add('company', world.prefix, { scope: '@acme' });
    await manager.install('@acme/data-loading@^1');
    const { skills } = JSON.parse(readFileSync(join(world.project, 'skills.json'), 'utf8'));
    expect(skills).to.deep.equal([{ name: 'data-loading', source: '@acme/data-loading', version: '^1' }]);
    expect(existsSync(join(world.home, '@acme/data-loading/1.1.0/SKILL.md'))).to.equal(true);
    expect((await manager.load('data-loading')).name).to.equal('data-loading');
    expect((await manager.load('@acme/data-loading')).name).to.equal('data-loading');
    expect((await manager.load('@acme/data-loading@1.1.0')).version).to.equal('1.1.0');
    await expectError(manager.load('@other/data-loading'), 'ERR_NOT_INSTALLED', /@other\/data-loading/);
    await expectError(manager.install('@unknown/x'), 'ERR_NO_REGISTRY', /@unknown/);
    await manager.pull('@acme/data-analysis-expert@0.9.0');
    expect(existsSync(join(world.home, '@acme/data-analysis-expert/0.9.0/SKILL.md'))).to.equal(true);
    expect((await manager.load('data-analysis-expert@0.9.0')).version).to.equal('0.9.0');
    await manager.installAll([], { frozen: true });
  });

  it('says what needs an index where there is none', async () => {
    for (const work of [() => world.manager().search('x'), () => world.manager().getTags()]) {
      const error = await expectError(work(), 'ERR_NO_REGISTRY', /index/);
      expect(error.hint).to.match(/skills config set index/);
    }
  });
});
