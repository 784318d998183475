import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { type GitRepository, makeRepository, serveGit, skillMd } from '../sources/git-ground.ts';
import { expectError } from './expect-error.ts';
import { makeWorld, type World } from './world.ts';

const two = {
  'README.md': 'two skills',
  'skills/pdf/SKILL.md': skillMd('pdf'),
  'skills/pdf/scripts/run.sh': '#!/bin/sh\necho pdf\n',
  'skills/docx/SKILL.md': skillMd('docx'),
  'big/blob.bin': 'x'.repeat(100_000),
};

describe('install from git', () => {
  let world: World;
  const temporary = process.env.TMPDIR;
  let repository: GitRepository;
  beforeEach(async () => {
    world = await makeWorld();
    // A folder of its own for temporary files: others' files there would look like what was left behind.
    process.env.TMPDIR = join(world.room, 'tmp');
    mkdirSync(process.env.TMPDIR);
    repository = makeRepository(two);
  });
  afterEach(async () => {
    if (temporary === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporary;
    repository[Symbol.dispose]();
    await world[Symbol.asyncDispose]();
  });

  const spec = (place = '') => `git+${repository.url}${place}`;
  const inProject = (...path: string[]) => join(world.project, ...path);
  const locked = (name: string) =>
    JSON.parse(readFileSync(inProject('skills.lock.json'), 'utf8')).otherSkills.find(
      (entry: { name: string }) => entry.name === name,
    );
  const declared = () => JSON.parse(readFileSync(inProject('skills.json'), 'utf8')).skills;

  it('installs the folder that a path names, with its exec bits, and pins the commit', async () => {
    const commit = repository.git('rev-parse', 'HEAD');
    const report = await world.manager().installAll([spec('#:skills/pdf')]);
    expect(report.added.map(({ name }) => name)).to.deep.equal(['pdf']);
    expect(readFileSync(inProject('.agents/skills/pdf/SKILL.md'), 'utf8')).to.equal(skillMd('pdf'));
    expect(statSync(inProject('.agents/skills/pdf/scripts/run.sh')).mode & 0o111).to.not.equal(0);
    expect(locked('pdf').source).to.include({ type: 'git', spec: spec('#:skills/pdf'), commit });
    expect(declared()).to.deep.equal([{ name: 'pdf', source: spec('#:skills/pdf') }]);
    expect(report.added[0]?.version).to.equal(`0.0.0-20260102030405-${commit.slice(0, 12)}`);
  });

  it('takes the only skill of a repository, or one by its name', async () => {
    using single = makeRepository({ 'tools/report/SKILL.md': skillMd('report') });
    await world.manager().installAll([`git+${single.url}`, spec('#:docx')]);
    expect(readdirSync(inProject('.agents/skills')).sort()).to.deep.equal(['docx', 'report']);
  });

  it('asks which where there are several, and takes those chosen or all', async () => {
    const error = await expectError(world.manager().installAll([spec()]), 'ERR_USAGE', /has 2 skills; say which/);
    expect(error.hint).to.match(/skills\/docx, skills\/pdf.*--skill.*--all/);
    await expectError(
      world.manager().installAll([spec()], { skills: ['pdf', 'nope'] }),
      'ERR_NOT_FOUND',
      /no skill called nope/,
    );
    expect(existsSync(inProject('skills.json'))).to.equal(false);
    await world.manager().installAll([spec()], { skills: ['pdf'] });
    expect(readdirSync(inProject('.agents/skills'))).to.deep.equal(['pdf']);
    await world.manager().installAll([spec()], { all: true });
    expect(readdirSync(inProject('.agents/skills')).sort()).to.deep.equal(['docx', 'pdf']);
  });

  it('takes the skill at the root as it is, and others beside it when they are named', async () => {
    using mixed = makeRepository({ 'SKILL.md': skillMd('whole'), 'extras/more/SKILL.md': skillMd('more') });
    const offered = await world.manager().offered(`git+${mixed.url}`);
    expect(offered.map(({ name, path }) => [name, path])).to.deep.equal([
      ['whole', ''],
      ['more', 'extras/more'],
    ]);
    const report = await world.manager().installAll([`git+${mixed.url}`], { all: true });
    expect(report.added.map(({ name }) => name).sort()).to.deep.equal(['more', 'whole']);
    expect(existsSync(inProject('.agents/skills/whole/extras/more/SKILL.md'))).to.equal(true);
  });

  for (const kind of ['branch', 'tag', 'commit'] as const) {
    it(`takes the ref: a ${kind}`, async () => {
      repository.git('checkout', '--quiet', '-b', 'feature/two');
      const commit = repository.commit({ 'skills/pdf/SKILL.md': skillMd('pdf', 'from the branch') });
      repository.git('tag', 'v1.4.0');
      repository.git('checkout', '--quiet', 'main');
      const ref = { branch: 'feature/two', tag: 'v1.4.0', commit }[kind];
      const { added } = await world.manager().installAll([spec(`#${ref}:skills/pdf`)]);
      expect(readFileSync(inProject('.agents/skills/pdf/SKILL.md'), 'utf8')).to.contain('from the branch');
      expect(locked('pdf').source).to.include({ commit });
      expect(declared()[0].version).to.equal(ref);
      expect(added[0]?.version, 'a tag that is a version is the version').to.match(
        kind === 'tag' ? /^1\.4\.0$/ : /^0\.0\.0-/,
      );
    });
  }

  it('says what is not there: the ref, the path, the repository, the skill', async () => {
    const install = (text: string) => world.manager().installAll([text]);
    const noRef = await expectError(
      install(spec('#nope:skills/pdf')),
      'ERR_NOT_FOUND',
      /no such branch, tag or commit.*nope/,
    );
    expect(noRef.exitCode).to.equal(3);
    const short = repository.git('rev-parse', '--short', 'HEAD');
    const noShort = await expectError(
      install(spec(`#${short}:skills/pdf`)),
      'ERR_NOT_FOUND',
      /no such branch, tag or commit/,
    );
    expect(noShort.hint).to.match(/40/);
    const noPath = await expectError(install(spec('#:skills/xlsx')), 'ERR_NOT_FOUND', /no skill at "skills\/xlsx"/);
    expect(noPath.hint).to.contain('skills/docx, skills/pdf');
    const noRepository = await expectError(
      install(`git+file://${join(world.room, 'nowhere')}`),
      'ERR_NOT_FOUND',
      /no such git repository/,
    );
    expect(noRepository.hint).to.match(/address/);
    using empty = makeRepository({ 'README.md': 'nothing' });
    await expectError(install(`git+${empty.url}`), 'ERR_NOT_FOUND', /no SKILL\.md/);
    expect(existsSync(inProject('skills.json'))).to.equal(false);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('skills-git-'))).to.deep.equal([]);
  });

  it('refuses a broken skill with all that is wrong, and leaves nothing', async () => {
    repository.commit({ 'skills/pdf/SKILL.md': '---\nname: Other Name\n---\n' });
    await expectError(world.manager().installAll([spec('#:skills/pdf')]), 'ERR_SKILL_INVALID', /description/);
    expect(existsSync(inProject('.agents'))).to.equal(false);
  });

  it('installs frozen from the pinned commit after the branch moved, and update moves it', async () => {
    const before = repository.git('rev-parse', 'HEAD');
    await world.manager().installAll([spec('#main:skills/pdf')]);
    const after = repository.commit({ 'skills/pdf/SKILL.md': skillMd('pdf', 'moved') });
    for (const path of ['.agents', '../home']) rmSync(inProject(path), { recursive: true });
    await world.manager().installAll([], { frozen: true });
    expect(locked('pdf').source.commit).to.equal(before);
    expect(readFileSync(inProject('.agents/skills/pdf/SKILL.md'), 'utf8')).to.equal(skillMd('pdf'));
    const check = await world.manager().updateAll([], { check: true });
    expect(check.updated.map(({ name }) => name)).to.deep.equal(['pdf']);
    expect(locked('pdf').source.commit, 'a check changes nothing').to.equal(before);
    const { updated, undo } = await world.manager().updateAll();
    expect(updated.map(({ name }) => name)).to.deep.equal(['pdf']);
    expect(locked('pdf').source.commit).to.equal(after);
    expect(readFileSync(inProject('.agents/skills/pdf/SKILL.md'), 'utf8')).to.contain('moved');
    expect(undo).to.contain(before);
    await world.manager().installAll([undo.replace('skills install ', '')]);
    expect(locked('pdf').source.commit, 'the way back works').to.equal(before);
  });

  it('stays at the pinned commit when another skill is added, and when it is installed again', async () => {
    const before = repository.git('rev-parse', 'HEAD');
    await world.manager().installAll([spec('#:skills/pdf')]);
    repository.commit({ 'skills/pdf/SKILL.md': skillMd('pdf', 'moved') });
    await world.publish('report');
    const report = await world.manager().installAll(['report']);
    expect(report.added.map(({ name }) => name)).to.deep.equal(['report']);
    expect(report.updated).to.deep.equal([]);
    expect(locked('pdf').source.commit).to.equal(before);
    rmSync(repository.root, { recursive: true });
    const again = await world.manager().installAll([spec('#:skills/pdf')]);
    expect([again.added, again.updated]).to.deep.equal([[], []]);
    expect(again.unchanged.map(({ name }) => name).sort()).to.deep.equal(['pdf', 'report']);
  });

  it('takes dependencies that lie beside the skill in the repository, at the same ref', async () => {
    repository.git('checkout', '--quiet', '-b', 'next');
    repository.commit({
      'skills/docx/SKILL.md': skillMd('docx', 'on next'),
      'skills/pdf/skill.yaml':
        'name: pdf\nversion: 2.0.0\ndescription: Does what pdf does. Use it in tests.\ndependencies:\n  docx: "*"\n',
    });
    repository.git('checkout', '--quiet', 'main');
    await world.manager().installAll([spec('#next:skills/pdf')]);
    expect(readFileSync(inProject('.agents/skills/docx/SKILL.md'), 'utf8')).to.contain('on next');
    expect(locked('docx').requiredBy).to.deep.equal(['pdf']);
  });

  it('runs nothing of a repository, nor what surrounds this process', async () => {
    const trace = join(world.room, 'ran');
    const script = `#!/bin/sh\ntouch '${trace}'\ncat\n`;
    repository.commit({
      'skills/pdf/.gitattributes': '* filter=lfs\n',
      'skills/pdf/run.sh': script,
      '.githooks/post-checkout': script,
    });
    mkdirSync(join(world.room, 'user/templates/hooks'), { recursive: true });
    writeFileSync(join(world.room, 'user/templates/hooks/post-checkout'), script, { mode: 0o755 });
    const run = join(repository.root, 'skills/pdf/run.sh');
    writeFileSync(
      join(world.room, 'user/.gitconfig'),
      `[init]\n\ttemplateDir = ${join(world.room, 'user/templates')}\n[core]\n\tfsmonitor = ${run}\n[filter "lfs"]\n\tsmudge = ${run}\n\trequired = true\n`,
    );
    await world.manager().installAll([spec('#:skills/pdf')]);
    expect(existsSync(trace)).to.equal(false);
    expect(readFileSync(inProject('.agents/skills/pdf/SKILL.md'), 'utf8')).to.equal(skillMd('pdf'));
  });

  it('leaves the repository alone that a git hook runs it in', async () => {
    using own = makeRepository({ 'mine.txt': 'mine' });
    const env = {
      PATH: process.env.PATH,
      HOME: join(world.room, 'user'),
      GIT_DIR: join(own.root, '.git'),
      GIT_WORK_TREE: own.root,
      GIT_INDEX_FILE: join(own.root, '.git/index'),
    };
    const head = own.git('rev-parse', 'HEAD');
    const config = readFileSync(join(own.root, '.git/config'), 'utf8');
    await world.manager({ env }).installAll([spec('#:skills/pdf')]);
    expect(own.git('rev-parse', 'HEAD')).to.equal(head);
    expect(readFileSync(join(own.root, '.git/config'), 'utf8')).to.equal(config);
    expect(own.git('status', '--porcelain')).to.equal('');
    expect(readdirSync(own.root).sort()).to.deep.equal(['.git', 'mine.txt']);
  });

  for (const [what, text] of [
    ['ext::', 'git+ext::sh -c touch% /tmp/ran'],
    ['an option for a ref', 'git+https://example.com/x.git#--upload-pack=touch'],
    ['an option for a host', 'git+ssh://-oProxyCommand=touch/x'],
  ]) {
    it(`refuses ${what}`, async () => {
      const error = await world
        .manager()
        .installAll([text ?? ''])
        .catch((reason: unknown) => reason);
      expect(error).to.have.property('code').that.is.oneOf(['ERR_REFERENCE_INVALID', 'ERR_GIT']);
    });
  }

  it('refuses a SKILL.md that is a link out of the skill', async () => {
    const secret = join(world.room, 'secret');
    writeFileSync(secret, skillMd('leak'));
    mkdirSync(join(repository.root, 'skills/leak'));
    symlinkSync(secret, join(repository.root, 'skills/leak/SKILL.md'));
    repository.commit({});
    await expectError(world.manager().installAll([spec('#:skills/leak')]), 'ERR_NOT_FOUND', /no skill at/);
    mkdirSync(join(repository.root, 'skills/leaky'));
    symlinkSync(secret, join(repository.root, 'skills/leaky/notes.md'));
    repository.commit({ 'skills/leaky/SKILL.md': skillMd('leaky') });
    await expectError(world.manager().installAll([spec('#:skills/leaky')]), 'ERR_SKILL_INVALID', /link/);
    const offered = await world.manager().offered(spec());
    expect(offered.map(({ name }) => name)).to.deep.equal(['docx', 'leaky', 'pdf']);
  });

  it('fetches only what it needs, over http', async () => {
    await using server = await serveGit(dirname(repository.root));
    const url = `git+${server.url}/${repository.root.split('/').at(-1)}/.git`;
    await world.manager().installAll([`${url}#:skills/pdf`]);
    expect(existsSync(inProject('.agents/skills/pdf/SKILL.md'))).to.equal(true);
    const packs = server.asked.filter((line) => line.startsWith('POST'));
    expect(packs.length, 'one for refs, one for the tree, one for the blobs of the folder').to.be.within(1, 4);
  });

  it('says that a server wants credentials, and uses those that git has', async () => {
    await using server = await serveGit(dirname(repository.root), { password: 'hunter2' });
    const url = `git+${server.url}/${repository.root.split('/').at(-1)}/.git#:skills/pdf`;
    const error = await expectError(world.manager().installAll([url]), 'ERR_UNAUTHORISED', /git server refuses/);
    expect(error.exitCode).to.equal(6);
    expect(error.hint).to.match(/credential helper/);
    mkdirSync(join(world.room, 'user'), { recursive: true });
    writeFileSync(
      join(world.room, 'user/.gitconfig'),
      '[credential]\n\thelper = "!f() { echo username=git; echo password=hunter2; }; f"\n',
    );
    await world.manager().installAll([url]);
    expect(existsSync(inProject('.agents/skills/pdf/SKILL.md'))).to.equal(true);
    const text = readFileSync(inProject('skills.lock.json'), 'utf8') + readFileSync(inProject('skills.json'), 'utf8');
    expect(text).to.not.contain('hunter2');
  });

  it('says that git is not there', async () => {
    const error = await expectError(
      world.manager({ env: { PATH: world.room, HOME: world.room } }).installAll([spec('#:pdf')]),
      'ERR_GIT',
      /not installed/,
    );
    expect(error.hint).to.match(/registry/);
  });

  it('says that --offline forbids it, and works from the store when the commit is there', async () => {
    const missing = /skills\/pdf of file:.* is not in the store, and --offline/;
    await expectError(world.manager({ offline: true }).installAll([spec('#:skills/pdf')]), 'ERR_OFFLINE', missing);
    await world.manager().installAll([spec('#:skills/pdf')]);
    rmSync(inProject('.agents'), { recursive: true });
    rmSync(repository.root, { recursive: true });
    const report = await world.manager({ offline: true }).installAll([], { frozen: true });
    expect(report.added.map(({ name }) => name)).to.deep.equal(['pdf']);
  });
});
