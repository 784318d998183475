import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type OutputName, outputSchemas } from '../../src/cli/output/schemas.ts';
import { type RunResult, root, skills } from './support/run.ts';
import { ServedRoom } from './support/servers.ts';

interface Document {
  readonly [key: string]: unknown;
}

/** Reads `--json` output as its published schema says; a property that the schema does not name is an error. */
function parseOutput(name: OutputName, { stdout, stderr }: RunResult): Document {
  const read = outputSchemas[name].safeParse(JSON.parse(stdout));
  expect(read.error?.issues, `${name}: ${stdout} ${stderr}`).to.equal(undefined);
  return JSON.parse(stdout) as Document;
}

describe('real --json output is what its schema says', function () {
  this.timeout(60_000);
  let served: ServedRoom;
  const run = (...words: string[]) => skills([...words, '--json'], served.room.options);
  const output = async (name: OutputName, ...words: string[]): Promise<Document> => {
    const result = await run(...words);
    const document = parseOutput(name, result);
    expect(result.code, result.stdout).to.equal(0);
    return document;
  };

  before(async () => {
    served = await ServedRoom.open();
    served.room.writeSkill('base-skill', { version: '1.0.0' });
    served.room.writeSkill('main-skill', {
      version: '1.2.0',
      files: { 'skill.yaml': 'dependencies:\n  base-skill: "^1.0.0"\ntags: [reports]\n' },
    });
  });
  after(async () => served[Symbol.asyncDispose]());

  const folder = (name: string) => join(served.room.path, 'skills', name);

  it('init', async () => {
    const made = await output(
      'init',
      'init',
      join(served.room.path, 'skills', 'new-skill'),
      '--description',
      'Is new. Use when asked.',
    );
    expect(made.files).to.include('SKILL.md');
  });

  it('validate, where all is well and where it is not', async () => {
    expect(await output('validate', 'validate', folder('new-skill'))).to.include({ ok: true, errors: 0 });
    served.room.writeSkill('bad-skill', { files: { 'SKILL.md': '---\nname: Bad Skill\n---\n' } });
    const bad = await run('validate', folder('bad-skill'));
    expect(bad.code).to.equal(8);
    expect(parseOutput('validate', bad)).to.include({ ok: false });
  });

  it('pack, as a file and as a list', async () => {
    expect(await output('pack', 'pack', folder('main-skill'))).to.include({ name: 'main-skill', version: '1.2.0' });
    const list = await output('pack', 'pack', folder('main-skill'), '--list');
    expect(list).not.to.have.property('file');
  });

  it('publish, dry and real, and the same once more', async () => {
    expect(await output('publish', 'publish', folder('base-skill'), '--dry-run')).to.include({ dryRun: true });
    expect(await output('publish', 'publish', folder('base-skill'))).to.include({ existed: false, indexed: true });
    expect(await output('publish', 'publish', folder('base-skill'))).to.include({ existed: true });
    expect(await output('publish', 'publish', folder('main-skill'))).to.include({ version: '1.2.0' });
  });

  it('push to a registry and to a layout folder', async () => {
    const remote = await output('push', 'push', folder('base-skill'), `${served.prefix}/copies/base-skill:1.0.0`);
    expect(remote.tags).to.deep.equal(['1.0.0']);
    const layout = `oci-layout:${join(served.room.path, 'layout')}:1.0.0`;
    expect(await output('push', 'push', folder('base-skill'), layout)).to.include({ digest: remote.digest });
  });

  it('inspect an artifact, a folder and a package', async () => {
    const reference = `${served.prefix}/main-skill:1.2.0`;
    expect(await output('inspect', 'inspect', reference)).to.include({ kind: 'artifact', dialect: 'agentskills' });
    expect(await output('inspect', 'inspect', folder('main-skill'))).to.include({ kind: 'folder' });
    expect(await output('inspect', 'inspect', 'main-skill-1.2.0.spm')).to.include({ kind: 'package' });
  });

  it('pull', async () => {
    expect(await output('pull', 'pull', `${served.prefix}/main-skill:1.2.0`)).to.include({ name: 'main-skill' });
  });

  it('search and index tags', async () => {
    const found = await output('search', 'search', 'main-skill');
    expect(found.results).to.be.an('array').with.property('0').that.includes({ name: 'main-skill' });
    expect((await output('index:tags', 'index', 'tags')).tags).to.deep.equal([{ tag: 'reports', count: 1 }]);
  });

  it('install, twice, and list', async () => {
    const first = await output('install', 'install', 'main-skill');
    expect(first.added).to.have.length(2);
    const again = await output('install', 'install', 'main-skill');
    expect(again).to.deep.include({ added: [], updated: [], removed: [] });
    const { skills: listed } = await output('list', 'list');
    expect(listed).to.have.length(2);
    expect((await output('list', 'list', '--direct')).skills).to.have.length(1);
  });

  it('info of what is installed and published, and of what is only one of them', async () => {
    expect(await output('info', 'info', 'main-skill')).to.have.all.keys('name', 'installed', 'published');
    expect(await output('info', 'info', 'main-skill', '--offline')).to.include({ name: 'main-skill' });
    const { stdout } = await skills(['info', 'main-skill'], served.room.options);
    expect(stdout).to.match(/^versions +1\.2\.0$/m);
  });

  it('info of what only the registry knows, because no index is there or it was not told yet', async () => {
    const made = served.room.writeSkill('untold-skill', { version: '1.0.0' });
    await output('push', 'push', made, `${served.prefix}/untold-skill:1.0.0`);
    const untold = await output('info', 'info', 'untold-skill');
    expect(untold).to.have.all.keys('name', 'artifact');
    expect(untold.artifact).to.include({ kind: 'artifact', version: '1.0.0' });
    const { SKILLS_INDEX: _, ...env } = served.room.options.env ?? {};
    const withoutIndex = await skills(['info', 'untold-skill@1.0.0'], { ...served.room.options, env });
    expect(withoutIndex.stdout)
      .to.match(/^version +1\.0\.0$/m)
      .and.match(/^reference +\S+@sha256:/m);
    const unknown = await run('info', 'no-such-skill');
    expect(unknown.code).to.equal(3);
    expect(parseOutput('error', unknown)).to.have.nested.property('error.code', 'ERR_NOT_FOUND');
    const homeless = await skills(['info', 'pdf'], { ...served.room.options, env: { ...env, SKILLS_REGISTRY: '' } });
    expect(homeless.stderr).to.contain('ERR_NO_REGISTRY').and.contain('index');
  });

  it('show, the instructions and a file', async () => {
    expect((await output('show', 'show', 'main-skill')).text).to.contain('# main-skill');
    expect(await output('show', 'show', 'main-skill', '--file', 'skill.yaml')).to.include({ file: 'skill.yaml' });
  });

  it('update --check: 0 where nothing is to do, 10 where something is', async () => {
    expect((await output('update', 'update', '--check')).updated).to.deep.equal([]);
    served.room.writeSkill('main-skill', {
      version: '1.3.0',
      files: { 'skill.yaml': 'dependencies:\n  base-skill: "^1.0.0"\n' },
    });
    await output('publish', 'publish', folder('main-skill'));
    const check = await run('update', '--check');
    expect(check.code).to.equal(10);
    expect(parseOutput('update', check).updated).to.have.length(1);
    expect((await output('update', 'update')).updated).to.have.length(1);
  });

  it('uninstall, with what only it needed', async () => {
    expect((await output('uninstall', 'uninstall', 'main-skill')).removed).to.have.length(2);
  });

  it('registries', async () => {
    await output('registry:add', 'registry', 'add', 'acme', 'registry.example.com/skills', '--scope', '@acme');
    await output('registry:list', 'registry', 'list');
    await output('registry:default', 'registry', 'default', 'acme');
    expect(await output('registry:remove', 'registry', 'remove', 'acme')).to.have.property('registries');
  });

  it('settings', async () => {
    const value = 'https://skills.example.com';
    expect(await output('config:set', 'config', 'set', 'index', value)).to.deep.equal({ key: 'index', value });
    expect(await output('config:get', 'config', 'get', 'index')).to.deep.equal({ key: 'index', value });
    expect((await output('config:list', 'config', 'list')).settings).to.include({ index: value });
    await output('config:unset', 'config', 'unset', 'index');
    expect((await output('config:get', 'config', 'get', 'index')).value, 'what the environment says').not.to.equal(
      value,
    );
    expect(await output('config:get', 'config', 'get', 'plainHttp')).to.deep.equal({ key: 'plainHttp', value: null });
  });

  it('cache', async () => {
    const { bytes } = await output('cache:size', 'cache', 'size');
    expect(bytes).to.be.a('number').greaterThan(0);
    expect((await output('cache:clear', 'cache', 'clear')).freed)
      .to.be.a('number')
      .greaterThan(0);
  });

  it('doctor', async () => {
    const result = await run('doctor');
    expect(parseOutput('doctor', result).checks).to.be.an('array').that.is.not.empty;
    expect(result.code).to.equal(0);
  });

  it('completion and schema', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) await output('completion', 'completion', shell);
    expect((await output('schema', 'schema')).commands).to.include.members(['install', 'registry-list', 'error']);
    const published = readFileSync(join(root, 'schemas', 'output', 'registry-list.json'), 'utf8');
    expect(await output('schema', 'schema', 'registry', 'list')).to.deep.equal(JSON.parse(published));
  });

  const failures = [
    { title: 'a skill that is not published', words: ['install', 'no-such-skill'], code: 'ERR_NOT_FOUND', exit: 3 },
    {
      title: 'a skill that is not installed',
      words: ['uninstall', 'no-such-skill'],
      code: 'ERR_NOT_INSTALLED',
      exit: 3,
    },
    { title: 'a file that is not there', words: ['pack', './nowhere'], code: 'ERR_NOT_FOUND', exit: 3 },
    { title: 'a setting that does not exist', words: ['config', 'get', 'colour'], code: 'ERR_USAGE', exit: 2 },
    { title: 'a schema that does not exist', words: ['schema', 'nothing'], code: 'ERR_NOT_FOUND', exit: 3 },
    {
      title: 'the network without the network',
      words: ['install', 'main-skill@1.2.0', '--offline', '--home', 'empty'],
      code: 'ERR_OFFLINE',
      exit: 5,
    },
    {
      title: 'a registry that is not there',
      words: ['pull', '127.0.0.1:9/team/x:1.0.0'],
      code: 'ERR_NETWORK',
      exit: 5,
    },
  ];
  for (const { title, words, code, exit } of failures) {
    it(`${title}: ${code}, exit code ${exit}`, async () => {
      const result = await run(...words);
      const { error } = parseOutput('error', result) as { error: Document };
      expect(error).to.include({ code, exitCode: exit });
      expect(result.code).to.equal(exit);
    });
  }
});
