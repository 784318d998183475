import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { skills } from './support/run.ts';
import { ServedRoom } from './support/servers.ts';

describe('what commands print for people', function () {
  this.timeout(60_000);
  let served: ServedRoom;
  const run = (...words: string[]) => skills(words, served.room.options);

  before(async () => {
    served = await ServedRoom.open();
  });
  after(async () => served[Symbol.asyncDispose]());

  it('publish: what it would do in a dry run, the warnings of validation, and who will find it', async () => {
    const folder = served.room.writeSkill('first-skill');
    renameSync(join(folder, 'SKILL.md'), join(folder, 'skill.md'));
    const dry = await run('publish', folder, '--dry-run');
    expect(dry.stdout)
      .to.match(/^Dry run, nothing was changed\. Would push .*\/first-skill:0\.1\.0$/m)
      .and.to.match(/^version +0\.1\.0 \(the first one; the skill states none\)$/m)
      .and.not.to.match(/Pushed|knows it|To install/);
    const { SKILLS_INDEX: _, ...env } = served.room.options.env ?? {};
    const { stdout } = await skills(['publish', folder, '--version', '0.1.0'], { ...served.room.options, env });
    expect(stdout)
      .to.match(/^Pushed: /)
      .and.to.match(/^version +0\.1\.0 \(as --version says\)$/m)
      .and.to.match(/^ {2}skill\.md.* {2}warning {2}/m)
      .and.to.contain('No index is configured');
    const again = await run('publish', folder, '--version', '0.1.0');
    expect(again.stdout, again.stderr)
      .to.match(/^Already there: /)
      .and.to.contain('The index knows it.');
  });

  it('update: that its way back pins the version', async () => {
    await run('publish', served.room.writeSkill('moving-skill', { version: '1.0.0' }));
    await run('install', 'moving-skill');
    await run('publish', served.room.writeSkill('moving-skill', { version: '1.1.0' }));
    const { stdout } = await run('update');
    expect(stdout).to.match(/^To undo: skills install .*\/moving-skill@1\.0\.0\n {2}\(it pins the version/m);
    expect((await run('uninstall', 'moving-skill')).stdout).to.match(/^To undo: .*\/moving-skill@\^1\.0\.0$/m);
  });

  it('--quiet: what a script goes on with, and nothing else', async () => {
    const folder = served.room.writeSkill('quiet-skill', { version: '1.0.0' });
    const reference = `${served.prefix}/quiet-skill:1.0.0`;
    const quiet = [
      { words: ['publish', folder], prints: `${reference}\n` },
      { words: ['push', folder, reference], prints: `${reference}\n` },
      { words: ['pack', folder], prints: `${join(served.room.project, 'quiet-skill-1.0.0.spm')}\n` },
      { words: ['install', 'quiet-skill'], prints: '+ quiet-skill 1.0.0\n' },
      { words: ['install'], prints: '' },
      { words: ['update'], prints: '' },
      { words: ['uninstall', 'quiet-skill'], prints: '- quiet-skill 1.0.0\n' },
      { words: ['init', 'made/so-quiet'], prints: 'made/so-quiet\n' },
    ];
    for (const { words, prints } of quiet) {
      const { stdout, stderr } = await run(...words, '-q');
      expect({ stdout, stderr }, words.join(' ')).to.deep.equal({ stdout: prints, stderr: '' });
    }
  });

  it('init: a folder of the name that the skill has, and a word where that is another than was asked for', async () => {
    const { stdout, stderr } = await run('init', 'Bad Name');
    expect(stdout).to.match(/^Made bad-name:/);
    expect(stderr)
      .to.contain('"Bad Name" is not a skill\'s name: this one is called bad-name')
      .and.to.match(/skills validate bad-name$/m);
    expect((await run('init', '\u00fcn\u00efcode')).stdout).to.match(/^Made unicode:/);
    expect((await run('init', 'plain')).stderr).not.to.contain('is called');
    mkdirSync(join(served.room.project, 'My Skill'));
    expect((await run('init', 'My Skill')).stderr, 'a folder that is there').to.contain("skills validate 'My Skill'");
  });

  it('search and info: what is wrong, without the address that was asked', async () => {
    const empty = await run('search', '');
    expect(empty.stderr).to.match(/^Error: there is no word to search for\nWhat to do: .*skills search /);
    const unknown = await run('info', 'no-such-skill');
    expect(unknown.stderr).to.contain('no-such-skill').and.not.contain('/api/v1');
  });

  it('install -g: the folder in which agents look', async () => {
    const { stdout } = await run('install', '-g', 'moving-skill');
    expect(stdout).to.match(/^Installed 1 in .*\.agents\/skills \(/m);
    expect(existsSync(join(served.room.home, '.agents/skills/moving-skill/SKILL.md'))).to.equal(true);
  });
});
