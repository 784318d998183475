import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { hashTree } from '../../src/pack/index.ts';
import { expectError } from './expect-error.ts';
import { makeWorld, type World } from './world.ts';

describe('the verbs of authors', () => {
  let world: World;
  before(async () => {
    world = await makeWorld();
  });
  after(() => world[Symbol.asyncDispose]());

  const at = (...path: string[]) => join(world.room, ...path);
  const write = (path: string, text: string) => {
    mkdirSync(at(path, '..'), { recursive: true });
    writeFileSync(at(path), text);
  };

  describe('init', () => {
    it('makes a skill that validates, packs and installs', async () => {
      const manager = world.manager();
      const { dir, name, files } = await manager.init('made/pdf-tools', {
        description: 'Reads PDFs. Use it for PDFs.',
      });
      expect([name, files.includes('SKILL.md')]).to.deep.equal(['pdf-tools', true]);
      expect(await manager.validate([dir], { strict: true })).to.deep.include({ ok: true, errors: 0, warnings: 0 });
      expect((await manager.installAll([dir])).added.map((skill) => skill.name)).to.deep.equal(['pdf-tools']);
    });

    it('takes the name from the folder, mends it, and refuses one that cannot be one', async () => {
      const { name } = await world.manager().init('made/My Tools');
      expect(name).to.equal('my-tools');
      const error = await expectError(
        world.manager().init('made/x', { name: 'Not_A Name' }),
        'ERR_REFERENCE_INVALID',
        /not a skill's name/,
      );
      expect(error.hint).to.contain('"not-a-name" would be one');
    });

    it('overwrites nothing unless it is forced', async () => {
      await world.manager().init('made/kept');
      write('made/kept/SKILL.md', 'mine');
      await expectError(world.manager().init('made/kept'), 'ERR_CONFLICT', /SKILL\.md.* already/);
      expect(readFileSync(at('made/kept/SKILL.md'), 'utf8')).to.equal('mine');
      await world.manager().init('made/kept', { force: true });
      expect(readFileSync(at('made/kept/SKILL.md'), 'utf8')).to.contain('name: kept');
    });

    it('adds a skill.yaml to a SKILL.md, and leaves that as it is', async () => {
      const text =
        '---\nname: old\ndescription: Old skill. Use it in tests.\nmetadata:\n  version: "1.4.0"\n---\n\n# Old\n';
      write('made/old/SKILL.md', text);
      const { files } = await world.manager().init('made/old', { fromSkillMd: true });
      expect(files).to.deep.equal(['skill.yaml']);
      expect(readFileSync(at('made/old/SKILL.md'), 'utf8')).to.equal(text);
      const { skills, errors } = await world.manager().validate([at('made/old')]);
      expect([errors, skills[0]?.name]).to.deep.equal([0, 'old']);
      await expectError(
        world.manager().init('made/none', { fromSkillMd: true }),
        'ERR_NOT_FOUND',
        /SKILL\.md is not there/,
      );
    });
  });

  describe('validate', () => {
    it('finds every problem at once, each with its place and mend', async () => {
      write('bad/broken/SKILL.md', '---\nname: Other\nallowed-tools: 7\n---\n');
      const report = await world.manager().validate([at('bad/broken')]);
      expect([report.ok, report.errors >= 2]).to.deep.equal([false, true]);
      for (const problem of report.skills[0]?.problems ?? []) {
        expect(problem).to.include.keys('grade', 'file', 'rule', 'message', 'mend');
      }
      expect(report.skills[0]?.problems.some(({ line, column }) => line === 2 && column !== undefined)).to.equal(true);
    });

    it('takes a folder of skills for all of them, and several folders', async () => {
      world.skill('one');
      world.skill('two');
      const report = await world.manager().validate([at('skills'), at('bad/broken')]);
      expect(report.skills.map(({ dir }) => dir)).to.deep.equal(['skills/one', 'skills/two', 'bad/broken']);
      expect((await world.manager().validate([at('skills')])).ok).to.equal(true);
      await expectError(world.manager().validate([at('nowhere')]), 'ERR_NOT_FOUND', /nowhere is not a folder/);
    });

    it('says of a folder that cannot be packed what is wrong with it, and checks the others', async () => {
      const linked = world.skill('linked');
      symlinkSync('/etc/passwd', join(linked, 'p'));
      const { skills, ok } = await world.manager().validate([world.skill('first'), linked, world.skill('second')]);
      expect(
        skills.map(({ dir, problems }) => [dir, problems.map(({ rule, file }) => `${rule} ${file}`)]),
      ).to.deep.equal([
        ['skills/first', []],
        ['skills/linked', ['skill/folder p']],
        ['skills/second', []],
      ]);
      expect(skills[1]?.problems[0]?.message).to.contain('leads out of the skill');
      expect(skills[1]?.problems[0]?.mend).to.contain('put a copy of the file in its place');
      expect(ok).to.equal(false);
      rmSync(linked, { recursive: true });
    });

    it('says of a folder without a skill only that, whatever else lies in it', async () => {
      mkdirSync(at('home/sub'), { recursive: true });
      symlinkSync('/', at('home/everything'));
      const { skills } = await world.manager().validate([at('home')]);
      expect(skills.map(({ dir, problems }) => [dir, problems.map(({ rule }) => rule)])).to.deep.equal([
        ['home', ['skill/none']],
      ]);
    });

    it('lets warnings pass unless it is strict', async () => {
      const folder = world.skill('warned', {
        yaml: 'checksum: sha256:0000000000000000000000000000000000000000000000000000000000000000\n',
      });
      const loose = await world.manager().validate([folder]);
      expect([loose.ok, loose.errors, loose.warnings > 0]).to.deep.equal([true, 0, true]);
      expect((await world.manager().validate([folder], { strict: true })).ok).to.equal(false);
    });

    it('demands with the profile spm what seed 002 demands', async () => {
      const folder = world.skill('bare');
      expect((await world.manager().validate([folder])).ok).to.equal(true);
      const report = await world.manager().validate([folder], { profile: 'spm' });
      expect(report.ok).to.equal(false);
      expect(report.skills[0]?.problems.map(({ message }) => message).join()).to.contain('docs');
      world.skill('bare', { files: { 'docs/README.md': '# bare', 'docs/EXAMPLES.md': '# examples' } });
      expect((await world.manager().validate([folder], { profile: 'spm' })).errors).to.equal(0);
    });

    it('writes what a deprecated spelling is replaced by', async () => {
      const folder = world.skill('fixed');
      writeFileSync(
        join(folder, 'SKILL.md'),
        '---\nname: fixed\ndescription: Fixed. Use it in tests.\nallowed_tools: Read\n---\n\n# fixed\n',
      );
      const before = await world.manager().validate([folder]);
      expect(before.warnings).to.be.greaterThan(0);
      const { skills, warnings } = await world.manager().validate([folder], { fix: true });
      expect([skills[0]?.fixed, warnings]).to.deep.equal([['SKILL.md'], before.warnings - 1]);
      expect(readFileSync(join(folder, 'SKILL.md'), 'utf8')).to.contain('allowed-tools: Read');
      expect(
        (await world.manager().validate([folder], { fix: true })).skills[0]?.fixed,
        'nothing is left to fix',
      ).to.deep.equal([]);
    });
  });

  describe('pack', () => {
    it('writes .spm and .zip, both of which install to the same content', async () => {
      const folder = world.skill('packed', { files: { 'scripts/run.sh': '#!/bin/sh\n', 'a b/ü.md': 'text' } });
      const spm = await world.manager().pack(folder, { output: world.room });
      const zip = await world.manager().pack(folder, { output: at('other.zip'), format: 'zip' });
      expect([spm.file, zip.file]).to.deep.equal([at('packed-1.0.0.spm'), at('other.zip')]);
      expect(spm.versionFrom).to.equal('manifest');
      for (const file of [spm.file ?? '', zip.file ?? '']) {
        const inspected = await world.manager().inspect(file);
        expect([inspected.kind, inspected.name, inspected.contentDigest]).to.deep.equal([
          'package',
          'packed',
          spm.contentDigest,
        ]);
        expect(inspected.files.find(({ path }) => path === 'scripts/run.sh')?.executable).to.equal(true);
      }
      expect(spm.contentDigest).to.equal(hashTree(folder).contentDigest);
    });

    it('says what goes in without writing, and keeps to .skillignore', async () => {
      const folder = world.skill('listed', {
        files: { '.skillignore': 'drafts/\n', 'drafts/x.md': 'x', 'node_modules/y/z.js': 'z' },
      });
      const { files, file } = await world.manager({ cwd: at('project') }).pack(folder, { list: true });
      expect(files.map(({ path }) => path))
        .to.include('SKILL.md')
        .and.not.include.members(['drafts/x.md', 'node_modules/y/z.js']);
      expect(file).to.equal(undefined);
      expect(existsSync(at('project/listed-1.0.0.spm'))).to.equal(false);
    });

    it('packs no skill that is invalid, and none that is not there', async () => {
      await expectError(world.manager().pack(at('bad/broken')), 'ERR_SKILL_INVALID', /description/);
      await expectError(world.manager().pack(at('nowhere')), 'ERR_NOT_FOUND', /nowhere/);
      await expectError(
        world.manager().pack(world.skill('one'), { version: 'not-one' }),
        'ERR_REFERENCE_INVALID',
        /not a version/,
      );
    });
  });

  describe('inspect and pull', () => {
    it('says of a folder, a file and an artifact what they are', async () => {
      const folder = world.skill('seen', { dependencies: { one: '^1' }, files: { 'docs/guide.md': 'guide' } });
      await world.manager().publish(folder);
      const { file = '' } = await world.manager().pack(folder, { output: world.room });
      const all = await Promise.all(
        [folder, file, `${world.prefix}/seen:1.0.0`, 'seen', 'seen@^1'].map((what) => world.manager().inspect(what)),
      );
      expect(all.map(({ kind }) => kind)).to.deep.equal(['folder', 'package', 'artifact', 'artifact', 'artifact']);
      for (const { name, version, contentDigest, files, manifest } of all) {
        expect([name, version, contentDigest]).to.deep.equal(['seen', '1.0.0', all[0]?.contentDigest]);
        expect(files.map(({ path }) => path).sort()).to.deep.equal(['SKILL.md', 'docs/guide.md', 'skill.yaml']);
        expect(manifest.dependencies.map((dependency) => dependency.name)).to.deep.equal(['one']);
      }
      expect(all[2]).to.include({ dialect: 'agentskills', digest: all[3]?.digest });
      await expectError(world.manager().inspect('./nowhere'), 'ERR_NOT_FOUND', /nowhere is not there/);
      await expectError(world.manager().inspect('seen@9.9.9'), 'ERR_NOT_FOUND', /9\.9\.9/);
      await expectError(world.manager().inspect('seen@^9'), 'ERR_NO_VERSION', /\^9/);
    });

    it('pulls into the store without activating, where load finds it by its version', async () => {
      await world.publish('pulled', { version: '1.1.0' });
      const { path, version } = await world.manager().pull('pulled@1.1.0');
      expect([path, version]).to.deep.equal([join(world.home, 'pulled/1.1.0'), '1.1.0']);
      expect(existsSync(at('project/.agents/skills/pulled'))).to.equal(false);
      expect((await world.manager().load('pulled@1.1.0')).version).to.equal('1.1.0');
      await expectError(world.manager().load('pulled'), 'ERR_NOT_INSTALLED', /pulled/);
      await expectError(world.manager().load('pulled@9.9.9'), 'ERR_NOT_INSTALLED', /pulled@9\.9\.9/);
      const inStore = await world.manager({ project: undefined }).list();
      expect(inStore.find(({ name }) => name === 'pulled')).to.include({ version: '1.1.0', scope: 'store' });
    });

    it('pulls into a folder that is empty or not there, and leaves any other alone', async () => {
      await world.publish('pulled');
      const { path } = await world.manager().pull('pulled@1.0.0', { output: 'out/pulled' });
      expect(path).to.equal(at('out/pulled'));
      expect(readFileSync(join(path, 'SKILL.md'), 'utf8')).to.contain('name: pulled');
      await expectError(world.manager().pull('pulled', { output: 'out/pulled' }), 'ERR_CONFLICT', /not empty/);
      mkdirSync(at('out/empty'));
      await expectError(world.manager().pull('pulled@7.7.7', { output: 'out/empty' }), 'ERR_NOT_FOUND', /7\.7\.7/);
      expect(existsSync(at('out/empty')), 'a failure takes nothing away').to.equal(true);
      await world.manager().pull('pulled@1.0.0', { output: 'out/empty' });
      expect(existsSync(at('out/empty/SKILL.md'))).to.equal(true);
      rmSync(at('out'), { recursive: true });
    });
  });
});
