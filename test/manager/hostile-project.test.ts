import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
});
