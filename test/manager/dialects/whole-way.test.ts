import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseReference } from '../../../src/core/index.ts';
import { RemoteRegistry } from '../../../src/oci/index.ts';
import {
  arconia,
  type Fixture,
  flux,
  publish,
  type SkillContent,
  skillimage,
  skillOf,
  skillsOci,
  toolhive,
} from '../../pack/dialects/writers/index.ts';
import { expectError } from '../expect-error.ts';
import { makeWorld, type World } from '../world.ts';

interface Tool {
  readonly name: string;
  readonly write: (skill: SkillContent, version: string) => Fixture;
  readonly dialect: string;
  /** Which skill, where the artifact holds several. */
  readonly skill?: string;
  /** A repository that is not named for the skill. */
  readonly repository?: string;
}

const other = skillOf('other');
const tools: readonly Tool[] = [
  { name: 'Arconia', write: arconia, dialect: 'agentskills' },
  { name: 'skills-oci', write: skillsOci, dialect: 'agentskills' },
  { name: 'ToolHive', write: toolhive, dialect: 'image' },
  { name: 'skillctl', write: skillimage, dialect: 'image', repository: 'business-report' },
  {
    name: 'Flux',
    write: (skill, version) => flux([other, skill], version),
    dialect: 'flux',
    skill: 'report',
    repository: 'all-skills',
  },
];

describe('what other tools have published', () => {
  let world: World;
  beforeEach(async () => {
    world = await makeWorld();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const put = async (repository: string, fixture: Fixture, ...tags: string[]) => {
    const { registry, repository: name } = parseReference(`${world.prefix}/${repository}`);
    await using remote = new RemoteRegistry(registry);
    await publish(remote.repository(name), fixture, ...tags);
  };
  const lock = () => JSON.parse(readFileSync(join(world.project, 'skills.lock.json'), 'utf8'));
  const project = () => JSON.parse(readFileSync(join(world.project, 'skills.json'), 'utf8'));

  for (const { name, write, dialect, skill, repository = 'report' } of tools) {
    it(`of ${name}: inspect, pull, install, frozen, load, update`, async () => {
      const first = skillOf('report');
      const reference = `${world.prefix}/${repository}`;
      const id = skill ? `${reference}#${skill}` : reference;
      const fixture = write(first, '1.0.0');
      await put(repository, fixture, '1.0.0');

      const inspected = await world.manager().inspect(`${reference}:1.0.0`, { skill });
      expect(inspected).to.deep.include({
        dialect,
        name: 'report',
        version: '1.0.0',
        digest: fixture.root.descriptor.digest,
      });
      expect(inspected.files.map(({ path }) => path)).to.include.members(['SKILL.md', 'scripts/run.sh']);

      const out = join(world.room, 'out');
      const pulled = await world.manager().pull(`${reference}:1.0.0`, { output: out, skill });
      expect(pulled).to.deep.include({ name: 'report', version: '1.0.0', contentDigest: inspected.contentDigest });
      expect(readFileSync(join(out, 'SKILL.md'), 'utf8')).to.equal(first.files['SKILL.md']);
      expect((await world.manager().pull(`${reference}:1.0.0`, { skill })).contentDigest).to.equal(
        pulled.contentDigest,
      );

      const installed = await world.manager().install(reference, skill ? { skills: [skill] } : {});
      expect(installed).to.deep.include({ name: 'report', version: '1.0.0', contentDigest: inspected.contentDigest });
      expect(readFileSync(join(world.project, '.agents/skills/report/SKILL.md'), 'utf8')).to.equal(
        first.files['SKILL.md'],
      );
      expect(existsSync(join(world.project, '.agents/skills/other'))).to.equal(false);
      expect(project().skills).to.deep.equal([{ name: 'report', source: id, version: '^1.0.0' }]);
      expect(lock().skills[0]).to.deep.include({ name: 'report', contentDigest: inspected.contentDigest });
      expect(lock().skills[0].source).to.deep.include({
        digest: fixture.root.descriptor.digest,
        ...(skill ? { skill } : {}),
      });

      // In another place, with nothing but the files of the project.
      const elsewhere = join(world.room, 'elsewhere');
      const frozen = world.manager({ cacheDir: elsewhere });
      expect((await frozen.installAll([], { frozen: true })).unchanged.map((one) => one.name)).to.deep.equal([
        'report',
      ]);
      expect((await world.manager().load('report')).manifest.name).to.equal('report');
      expect(await (await world.manager().load('report')).instructions()).to.contain('# report');

      // A store that has it needs no registry.
      expect((await world.manager({ offline: true }).installAll([], { frozen: true })).warnings).to.deep.equal([]);
      expect((await world.manager().installAll()).unchanged).to.have.length(1);

      const second = skillOf('report', { 'NEWS.md': 'Better.\n' });
      const next = write(second, '1.1.0');
      await put(repository, next, '1.1.0');
      const checked = await world.manager().updateAll([], { check: true });
      expect(checked.updated.map((one) => [one.name, one.previous, one.version])).to.deep.equal([
        ['report', '1.0.0', '1.1.0'],
      ]);
      const { updated } = await world.manager().updateAll();
      expect(updated.map(({ version }) => version)).to.deep.equal(['1.1.0']);
      expect(readFileSync(join(world.project, '.agents/skills/report/NEWS.md'), 'utf8')).to.equal('Better.\n');
      expect(lock().skills[0].source.digest).to.equal(next.root.descriptor.digest);
    });
  }

  it('installs several skills of one artifact, and all of them', async () => {
    const three = [skillOf('one'), skillOf('two'), skillOf('three')];
    await put('many', flux(three, '1.0.0'), '1.0.0');
    const reference = `${world.prefix}/many`;
    const unnamed = await expectError(
      world.manager().installAll([reference]),
      'ERR_ARTIFACT_INVALID',
      /holds 3 skills/,
    );
    expect(unnamed.data?.offered).to.deep.equal(['one', 'three', 'two']);
    await expectError(world.manager().installAll([reference], { skills: ['four'] }), 'ERR_NOT_FOUND', /four/);
    await world.manager().installAll([reference], { skills: ['one', 'two'] });
    expect(lock().skills.map(({ source }: { source: { skill: string } }) => source.skill)).to.deep.equal([
      'one',
      'two',
    ]);
    await world.manager().installAll([reference], { all: true });
    expect(project().skills.map(({ source }: { source: string }) => source)).to.have.members(
      ['one', 'two', 'three'].map((name) => `${reference}#${name}`),
    );
    await world.manager().installAll([`${reference}:1.0.0#three`]);
    await world.manager().uninstall('two');
    await world.manager().installAll([], { frozen: true });
    expect(lock().skills.map(({ name }: { name: string }) => name)).to.deep.equal(['one', 'three']);
  });

  it('gives what is only "latest" a version of its time and digest, and follows it', async () => {
    const image = skillimage(skillOf('report'), 'not-a-version');
    await put('tool', image, 'latest');
    const { version } = await world.manager().install(`${world.prefix}/tool`);
    expect(version).to.match(/^0\.0\.0-20260505090000-[0-9a-f]{12}$/);
    await world.manager().installAll([], { frozen: true });
    expect((await world.manager().updateAll()).updated).to.deep.equal([]);
    await put('tool', skillimage(skillOf('report', { 'NEWS.md': 'x' }), 'not-a-version'), 'latest');
    const { updated } = await world.manager().updateAll();
    expect(updated.map(({ name }) => name)).to.deep.equal(['report']);
    expect(updated[0]?.version)
      .to.match(/^0\.0\.0-20260505090000-/)
      .and.not.equal(version);
  });

  it('takes a skill of an agentskills artifact by another name than its repository only where that is said', async () => {
    await put('misnamed', skillsOci(skillOf('report'), '1.0.0'), '1.0.0');
    const error = await expectError(
      world.manager().installAll([`${world.prefix}/misnamed`]),
      'ERR_ARTIFACT_INVALID',
      /called "report", not "misnamed"/,
    );
    expect(error.hint).to.contain('--skill report');
    await world.manager().installAll([`${world.prefix}/misnamed`], { skills: ['report'] });
    expect(project().skills[0].source).to.equal(`${world.prefix}/misnamed#report`);
  });
});
