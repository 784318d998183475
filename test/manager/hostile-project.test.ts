import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { expectError } from './expect-error.ts';
import { makeWorld, type World } from './world.ts';

describe('a project that came with a clone', () => {
  let world: World;
  beforeEach(async () => {
    world = await makeWorld();
    await world.publish('report');
    await world.manager().installAll(['report']);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const inProject = (...path: string[]) => join(world.project, ...path);
  const edit = (file: string, change: (value: Record<string, unknown>) => void) => {
    const value = JSON.parse(readFileSync(inProject(file), 'utf8'));
    change(value.skills[0]);
    writeFileSync(inProject(file), JSON.stringify(value));
  };

  it('links where skills.json says, inside of itself', async () => {
    edit('skills.json', (skill) => {
      skill.additionalBasePaths = ['tools/skills/'];
    });
    await world.manager().installAll([], { force: true });
    expect(readFileSync(inProject('tools/skills/report/SKILL.md'), 'utf8')).to.contain('name: report');
    await world.manager().uninstall('report');
    expect(existsSync(inProject('tools/skills/report'))).to.equal(false);
  });

  it('links into its own top folder, and into a folder that is a link to another of its own', async () => {
    mkdirSync(inProject('real'));
    symlinkSync('real', inProject('linked'));
    edit('skills.json', (skill) => {
      skill.additionalBasePaths = ['.', 'linked'];
    });
    await world.manager().installAll([], { force: true });
    expect(readFileSync(inProject('report/SKILL.md'), 'utf8')).to.contain('name: report');
    expect(readFileSync(inProject('real/report/SKILL.md'), 'utf8')).to.contain('name: report');
    await world.manager().uninstall('report');
    expect([existsSync(inProject('report')), existsSync(inProject('real/report'))]).to.deep.equal([false, false]);
  });

  for (const base of ['../outside', '/tmp/outside', 'a/../../outside', '..\\outside']) {
    it(`places nothing in ${base}`, async () => {
      edit('skills.json', (skill) => {
        skill.additionalBasePaths = [base];
      });
      const error = await expectError(
        world.manager().installAll([], { force: true }),
        'ERR_LOCK_INVALID',
        /leads out of the project/,
      );
      expect(error.exitCode).to.equal(8);
      expect(existsSync(join(world.room, 'outside'))).to.equal(false);
    });
  }

  it('loses no folder that its lock names for a skill', async () => {
    mkdirSync(inProject('src'));
    writeFileSync(inProject('src/main.ts'), 'mine');
    edit('skills.lock.json', (skill) => {
      skill.path = 'src';
      skill.additionalPaths = ['src'];
    });
    await world.manager().uninstall('report', { force: true });
    expect(readFileSync(inProject('src/main.ts'), 'utf8')).to.equal('mine');
  });

  it('fills a folder that is named relative to where the command starts', async () => {
    const { target } = await world.manager().installAll([], { frozen: true, dest: 'filled' });
    expect(target).to.equal(join(world.room, 'filled'));
    expect(existsSync(join(world.room, 'filled/report/SKILL.md'))).to.equal(true);
  });

  it('does not install a lock that names other content than its artifact has', async () => {
    edit('skills.lock.json', (skill) => {
      skill.contentDigest = `sha256:${'0'.repeat(64)}`;
    });
    const error = await expectError(
      world.manager().installAll([], { frozen: true }),
      'ERR_DIGEST_MISMATCH',
      /the lock pins sha256:0000/,
    );
    expect(error.exitCode).to.equal(7);
  });

  const links: readonly (readonly [string, string])[] = [
    ['.agents', '.agents'],
    ['.agents/skills', '.agents/skills'],
    ['.claude', '.claude'],
    ['.claude/skills', '.claude/skills'],
  ];
  for (const [folder, link] of links) {
    it(`writes and removes nothing where ${folder} is a link that leaves it`, async () => {
      const outside = join(world.room, 'outside');
      rmSync(inProject('.agents'), { recursive: true });
      mkdirSync(join(outside, 'skills/report'), { recursive: true });
      writeFileSync(join(outside, 'skills/report/SKILL.md'), 'mine');
      if (link.startsWith('.claude')) mkdirSync(inProject('.claude/agents'), { recursive: true });
      if (!link.includes('/')) rmSync(inProject(link), { recursive: true, force: true });
      mkdirSync(inProject(link, '..'), { recursive: true });
      symlinkSync(link.includes('/') ? join(outside, 'skills') : outside, inProject(link));
      for (const work of [
        () => world.manager().installAll([]),
        () => world.manager().installAll([], { frozen: true, force: true }),
        () => world.manager().installAll(['report'], { force: true }),
        () => world.manager().uninstall('report', { force: true }),
      ]) {
        const error = await expectError(work(), 'ERR_CONFLICT', /leads out of the project, to .*outside/);
        expect([error.exitCode, error.hint]).to.deep.equal([
          4,
          'replace the link by a real folder; skills writes only inside the project',
        ]);
      }
      expect(readdirSync(join(outside, 'skills'))).to.deep.equal(['report']);
      expect(readFileSync(join(outside, 'skills/report/SKILL.md'), 'utf8')).to.equal('mine');
    });
  }

  it('links into no further folder that is a link out of it', async () => {
    const outside = join(world.room, 'outside');
    mkdirSync(outside);
    symlinkSync(outside, inProject('tools'));
    edit('skills.json', (skill) => {
      skill.additionalBasePaths = ['tools/skills'];
    });
    await expectError(
      world.manager().installAll([], { force: true }),
      'ERR_CONFLICT',
      /tools.* leads out of the project/,
    );
    expect(readdirSync(outside)).to.deep.equal([]);
  });

  it('removes nothing behind a link that its lock leads through', async () => {
    const outside = join(world.room, 'outside');
    cpSync(inProject('.agents/skills/report'), join(outside, 'report'), { recursive: true });
    symlinkSync(outside, inProject('tools'));
    for (const key of ['path', 'additionalPaths']) {
      edit('skills.lock.json', (skill) => {
        skill[key] = key === 'path' ? 'tools/report' : ['tools/report'];
      });
      await expectError(
        world.manager().uninstall('report', { force: true }),
        'ERR_CONFLICT',
        /tools.* leads out of the project/,
      );
      expect(existsSync(join(outside, 'report/SKILL.md'))).to.equal(true);
    }
  });
});
