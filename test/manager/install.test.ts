import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { SkillsError } from '../../src/core/index.ts';
import { makeWorld, type World } from './world.ts';

describe('install', () => {
  let world: World;
  beforeEach(async () => {
    world = await makeWorld();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const inProject = (...path: string[]) => join(world.project, ...path);
  const readJson = (...path: string[]) => JSON.parse(readFileSync(inProject(...path), 'utf8'));

  it('installs a skill with its dependency: real files, skills.json, the lock, and the way back', async () => {
    await world.publish('tables', { version: '1.2.0', files: { 'scripts/run.sh': '#!/bin/sh\necho hi\n' } });
    await world.publish('report', { dependencies: { tables: '^1.0' } });
    const report = await world.manager().installAll(['report']);
    expect(report.added.map(({ name, version, requiredBy }) => [name, version, requiredBy])).to.deep.equal([
      ['report', '1.0.0', []],
      ['tables', '1.2.0', ['report']],
    ]);
    expect(report.undo).to.equal('skills uninstall report');
    expect(lstatSync(inProject('.agents/skills/tables')).isDirectory()).to.equal(true);
    expect(statSync(inProject('.agents/skills/tables/scripts/run.sh')).mode & 0o100).to.equal(0o100);
    expect(readJson('skills.json')).to.deep.equal({
      skills: [{ name: 'report', source: `${world.prefix}/report`, version: '^1.0.0' }],
    });
    const [first, second] = readJson('skills.lock.json').skills;
    expect(first.source.ref).to.match(/\/acme\/report:1\.0\.0@sha256:[0-9a-f]{64}$/);
    expect(second.requiredBy).to.deep.equal(['report']);
  });

  it('does nothing the second time, says so, and asks no registry', async () => {
    await world.publish('report');
    await world.manager().installAll(['report']);
    const before = statSync(inProject('skills.lock.json')).mtimeMs;
    await world.stopRegistry();
    const again = await world.manager().installAll(['report']);
    expect(again.added).to.deep.equal([]);
    expect(again.unchanged.map(({ name }) => name)).to.deep.equal(['report']);
    expect(again.undo).to.equal('');
    expect(statSync(inProject('skills.lock.json')).mtimeMs).to.equal(before);
  });

  it('restores what was deleted, and leaves what was edited unless forced', async () => {
    await world.publish('report');
    await world.publish('tables');
    const manager = world.manager();
    await manager.installAll(['report', 'tables']);
    rmSync(inProject('.agents/skills/report'), { recursive: true });
    writeFileSync(inProject('.agents/skills/tables/SKILL.md'), 'mine');
    const report = await manager.installAll();
    expect(existsSync(inProject('.agents/skills/report/SKILL.md'))).to.equal(true);
    expect(report.warnings.join()).to.contain('tables was edited');
    expect(readFileSync(inProject('.agents/skills/tables/SKILL.md'), 'utf8')).to.equal('mine');
    await manager.installAll([], { force: true });
    expect(readFileSync(inProject('.agents/skills/tables/SKILL.md'), 'utf8')).to.contain('name: tables');
  });

  it('never replaces a folder that is not ours', async () => {
    await world.publish('report');
    mkdirSync(inProject('.agents/skills/report'), { recursive: true });
    writeFileSync(inProject('.agents/skills/report/SKILL.md'), 'somebody else');
    await expectError(
      world.manager().installAll(['report'], { force: true }),
      'ERR_NOT_OURS',
      /not installed by skills/,
    );
    expect(readFileSync(inProject('.agents/skills/report/SKILL.md'), 'utf8')).to.equal('somebody else');
    expect(existsSync(inProject('skills.json'))).to.equal(false);
  });

  it('links for Claude Code inside the project where it is used', async () => {
    await world.publish('report');
    mkdirSync(inProject('.claude'));
    await world.manager().installAll(['report']);
    expect(readlinkSync(inProject('.claude/skills/report'))).to.equal('../../.agents/skills/report');
    await world.manager().uninstall('report');
    expect(lstatSync(inProject('.claude/skills/report'), { throwIfNoEntry: false })).to.equal(undefined);
    expect(existsSync(inProject('.agents/skills/report'))).to.equal(false);
  });

  it('installs the lock exactly with --frozen into an empty store, and refuses one that does not agree', async () => {
    await world.publish('report', { version: '1.0.0' });
    await world.manager().installAll(['report']);
    await world.publish('report', { version: '1.1.0' });
    for (const path of ['.agents', '../home']) rmSync(inProject(path), { recursive: true });
    const frozen = await world.manager().installAll([], { frozen: true });
    expect(frozen.added.map(({ version }) => version)).to.deep.equal(['1.0.0']);
    const project = readJson('skills.json');
    project.skills[0].version = '^2.0.0';
    writeFileSync(inProject('skills.json'), JSON.stringify(project));
    await expectError(
      world.manager().installAll([], { frozen: true }),
      'ERR_LOCK_OUTDATED',
      /report is asked for as \^2\.0\.0/,
    );
  });

  it('frozen fails where files were edited, and repairs them when forced', async () => {
    await world.publish('report');
    await world.manager().installAll(['report']);
    writeFileSync(inProject('.agents/skills/report/SKILL.md'), 'mine');
    await expectError(world.manager().installAll([], { frozen: true }), 'ERR_DRIFT', /report/);
    await world.manager().installAll([], { frozen: true, force: true });
    expect(readFileSync(inProject('.agents/skills/report/SKILL.md'), 'utf8')).to.contain('name: report');
  });

  it('installs from the store alone when offline, and says what is missing', async () => {
    await world.publish('report');
    await world.publish('tables');
    await world.manager().pull('report');
    await world.stopRegistry();
    const report = await world.manager({ offline: true }).installAll(['report']);
    expect(report.added.map(({ name }) => name)).to.deep.equal(['report']);
    await expectError(
      world.manager({ offline: true }).installAll(['tables']),
      'ERR_OFFLINE',
      /acme\/tables is not in the store/,
    );
  });

  it('explains a conflict, and changes nothing', async () => {
    await world.publish('tables', { version: '1.0.0' });
    await world.publish('tables', { version: '2.0.0' });
    await world.publish('old', { dependencies: { tables: '^1' } });
    await world.publish('new', { dependencies: { tables: '^2' } });
    await expectError(world.manager().installAll(['old', 'new']), 'ERR_CONFLICT', /tables/);
    expect(existsSync(inProject('skills.json'))).to.equal(false);
    expect(existsSync(inProject('.agents'))).to.equal(false);
  });

  it('holds a name to its source', async () => {
    await world.publish('report');
    const other = `${world.host}/other`;
    await world.manager({ registry: other }).publish(world.skill('report'));
    await world.manager().installAll(['report']);
    await expectError(world.manager().installAll([`${other}/report`]), 'ERR_UNTRUSTED', /bound to .*acme\/report/);
    await world.manager().installAll([`${other}/report`], { acceptSource: ['report'] });
    expect(readJson('skills.lock.json').skills[0].source.repository).to.equal('other/report');
  });

  it('moves as little as possible: a new skill leaves the others where the lock has them', async () => {
    await world.publish('tables', { version: '1.0.0' });
    await world.publish('report', { dependencies: { tables: '^1' } });
    await world.manager().installAll(['report']);
    await world.publish('tables', { version: '1.1.0' });
    await world.publish('extra', { dependencies: { tables: '^1' } });
    const report = await world.manager().installAll(['extra']);
    expect(report.added.map(({ name }) => name)).to.deep.equal(['extra']);
    const updated = await world.manager().updateAll();
    expect(updated.updated.map(({ name, previous, version }) => [name, previous, version])).to.deep.equal([
      ['tables', '1.0.0', '1.1.0'],
    ]);
  });

  it('moves what the lock holds only where a new skill forces it', async () => {
    await world.publish('tables', { version: '1.0.0' });
    await world.publish('report', { dependencies: { tables: '^1' } });
    await world.manager().installAll(['report']);
    await world.publish('tables', { version: '1.1.0' });
    await world.publish('extra', { dependencies: { tables: '^1.1' } });
    const report = await world.manager().installAll(['extra']);
    expect(report.updated.map(({ name, version }) => [name, version])).to.deep.equal([['tables', '1.1.0']]);
  });

  it('fills a plain folder with --dest and leaves the project alone', async () => {
    await world.publish('report');
    await world.manager().installAll(['report']);
    const dest = join(world.room, 'dest');
    const report = await world.manager().installAll([], { frozen: true, dest });
    expect(report.target).to.equal(dest);
    expect(existsSync(join(dest, 'report/SKILL.md'))).to.equal(true);
  });

  it('works on the store alone where no project is named, as an application does', async () => {
    await world.publish('report');
    const manager = world.manager({ project: undefined });
    const { name, path } = await manager.install('report');
    expect(name).to.equal('report');
    expect(path).to.equal(join(world.home, 'report/1.0.0'));
    expect((await manager.list()).map((skill) => skill.name)).to.deep.equal(['report']);
    expect(await (await manager.load('report')).instructions()).to.contain('# report 1.0.0');
    await manager.uninstall('report');
    expect(await manager.list()).to.deep.equal([]);
    expect(existsSync(join(world.home, 'report/1.0.0'))).to.equal(false);
  });

  it('lists what is missing, edited and in the way as that', async () => {
    const names = ['one', 'two', 'three', 'four'];
    for (const name of names) await world.publish(name);
    await world.manager().installAll(names);
    const states = async (manager = world.manager()) =>
      Object.fromEntries((await manager.list()).map(({ name, state }) => [name, state]));
    expect(await states()).to.deep.equal({ four: 'same', one: 'same', three: 'same', two: 'same' });
    rmSync(inProject('.agents/skills/one'), { recursive: true });
    writeFileSync(inProject('.agents/skills/two/SKILL.md'), 'mine');
    rmSync(inProject('.agents/skills/three'), { recursive: true });
    writeFileSync(inProject('.agents/skills/three'), 'a file');
    expect(await states()).to.deep.equal({ four: 'same', one: 'missing', three: 'foreign', two: 'changed' });
    const { checks } = await world.manager().doctor();
    expect(checks.filter(({ id }) => id.startsWith('skill:')).map(({ id }) => id)).to.have.members([
      'skill:one',
      'skill:three',
      'skill:two',
    ]);
    rmSync(inProject('.agents/skills/three'));
    await world.manager().installAll([], { force: true });
    expect(await states()).to.deep.equal({ four: 'same', one: 'same', three: 'same', two: 'same' });
    const global = () => world.manager({ global: true, project: undefined });
    await global().installAll(['one']);
    expect(await states(global())).to.deep.equal({ one: 'same' });
    rmSync(join(world.home, 'one'), { recursive: true });
    expect(await states(global())).to.deep.equal({ one: 'missing' });
  });

  it("links from the user's folders with -g", async () => {
    await world.publish('report');
    const { target } = await world.manager({ global: true, project: undefined }).installAll(['report']);
    expect(target).to.equal(join(world.room, 'user/.agents/skills'));
    const link = join(world.room, 'user/.agents/skills/report');
    expect(readlinkSync(link)).to.equal(join(world.home, 'report/1.0.0'));
    await world.manager({ global: true, project: undefined }).uninstall('report');
    expect(lstatSync(link, { throwIfNoEntry: false })).to.equal(undefined);
  });

  it('leaves no link behind that -g made, where an application uninstalls', async () => {
    await world.publish('report');
    await world.publish('tables');
    await world.manager({ global: true, project: undefined }).installAll(['report', 'tables']);
    const links = join(world.room, 'user/.agents/skills');
    rmSync(join(links, 'tables'));
    symlinkSync(world.project, join(links, 'tables'));
    await world.manager({ project: undefined }).uninstall(['report', 'tables']);
    expect(lstatSync(join(links, 'report'), { throwIfNoEntry: false })).to.equal(undefined);
    expect(readlinkSync(join(links, 'tables')), "somebody's own link").to.equal(world.project);
  });

  it('installs from a folder, a package file and a layout, and pins them in the lock', async () => {
    const folder = world.skill('report');
    const manager = world.manager();
    const { file = '' } = await manager.pack(world.skill('tables'), { output: world.room });
    await manager.push(world.skill('extra'), `oci-layout:${join(world.room, 'layout')}:1.0.0`);
    const report = await manager.installAll([folder, file, `oci-layout:${join(world.room, 'layout')}:1.0.0`]);
    expect(report.added.map(({ name }) => name).sort()).to.deep.equal(['extra', 'report', 'tables']);
    const types = readJson('skills.lock.json').otherSkills.map((entry: { name: string; source: { type: string } }) => [
      entry.name,
      entry.source.type,
    ]);
    expect(types).to.deep.equal([
      ['extra', 'layout'],
      ['report', 'folder'],
      ['tables', 'file'],
    ]);
    rmSync(world.home, { recursive: true });
    rmSync(inProject('.agents'), { recursive: true });
    expect((await world.manager().installAll([], { frozen: true })).added).to.have.length(3);
  });
});

describe('uninstall', () => {
  it('tells a way back that leaves skills.json as it was', async () => {
    await using world = await makeWorld();
    for (const name of ['one', 'two', 'three']) await world.publish(name);
    const manager = world.manager();
    await manager.installAll(['one', 'two@>=1.0.0 <3.0.0', 'three@1.0.0']);
    const text = () => readFileSync(join(world.project, 'skills.json'), 'utf8');
    const before = JSON.parse(text());
    const { undo } = await manager.uninstall(['one', 'two', 'three']);
    expect(undo).to.contain(` '${world.prefix}/two@>=1.0.0 <3.0.0' `);
    const specs = [...undo.matchAll(/'([^']+)'|(\S+@\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
    await world.manager().installAll(specs);
    expect(JSON.parse(text())).to.deep.equal(before);
  });

  it('removes what only the skill required, keeps what others need, and tells the way back', async () => {
    await using world = await makeWorld();
    await world.publish('tables');
    await world.publish('one', { dependencies: { tables: '^1' } });
    await world.publish('two', { dependencies: { tables: '^1' } });
    const manager = world.manager();
    await manager.installAll(['one', 'two']);
    const first = await manager.uninstall('one');
    expect(first.removed.map(({ name }) => name)).to.deep.equal(['one']);
    expect(first.undo).to.equal(`skills install ${world.prefix}/one@^1.0.0`);
    const second = await manager.uninstall(['two']);
    expect(second.removed.map(({ name }) => name).sort()).to.deep.equal(['tables', 'two']);
    await expectError(manager.uninstall('two'), 'ERR_NOT_INSTALLED', /two is not installed/);
  });
});

async function expectError(work: Promise<unknown>, code: string, message: RegExp): Promise<void> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error, 'it should have failed').to.be.instanceOf(SkillsError);
  const { code: actual, message: text } = error as SkillsError;
  expect(actual, text).to.equal(code);
  expect(text).to.match(message);
}
