import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type OutputName, outputSchemas } from '../../src/cli/output/schemas.ts';
import { skills } from './support/run.ts';
import { ServedRoom } from './support/servers.ts';

describe('dialects and collections on the command line', function () {
  this.timeout(60_000);
  let served: ServedRoom;
  before(async () => {
    served = await ServedRoom.open();
    for (const name of ['pdf-tools', 'sheet-tools']) served.room.writeSkill(name, { version: '1.2.0' });
  });
  after(async () => served[Symbol.asyncDispose]());

  const run = (...words: string[]) => skills(words, served.room.options);
  const folder = (name: string) => join(served.room.path, 'skills', name);
  async function output(name: OutputName, ...words: string[]): Promise<Record<string, unknown>> {
    const { stdout, stderr, code } = await run(...words, '--json');
    const read = outputSchemas[name].safeParse(JSON.parse(stdout));
    expect(read.error?.issues, `${name}: ${stdout} ${stderr}`).to.equal(undefined);
    expect(code, stdout).to.equal(0);
    return JSON.parse(stdout);
  }
  const tagsOf = ({ artifacts }: Record<string, unknown>) =>
    (artifacts as { tags: string[] }[]).map(({ tags }) => tags[0]);

  it('push and publish write the dialects that are named, with a comma or one by one', async () => {
    const both = await output(
      'push',
      'push',
      folder('pdf-tools'),
      `${served.prefix}/pdf-tools`,
      '--dialect',
      'agentskills,image',
    );
    expect(tagsOf(both)).to.deep.equal(['1.2.0', 'image-1.2.0']);
    const words = ['publish', folder('sheet-tools'), '--dialect', 'agentskills', '--dialect', 'image'];
    const { stdout } = await run(...words);
    expect(stdout)
      .to.match(/^Pushed: \S+\/sheet-tools:1\.2\.0$/m)
      .and.match(/^As image: \S+\/sheet-tools:image-1\.2\.0$/m);
    expect(stdout).to.match(/image-latest/);
    expect(tagsOf(await output('publish', ...words))).to.deep.equal(['1.2.0', 'image-1.2.0']);
    const wrong = await run('push', folder('pdf-tools'), `${served.prefix}/pdf-tools`, '--dialect', 'zip');
    expect([wrong.code, wrong.stderr]).to.satisfy(([code, text]: [number, string]) => code === 2 && /zip/.test(text));
  });

  it('publish refuses a composition of what is not there, and not with --no-check-includes', async () => {
    served.room.writeSkill('all-tools', {
      version: '1.0.0',
      files: { 'skill.yaml': 'includes: [pdf-tools, no-such-tools]\n' },
    });
    const refused = await run('publish', folder('all-tools'));
    expect([refused.code, refused.stderr.includes('no-such-tools')]).to.deep.equal([4, true]);
    expect(refused.stderr).to.contain('--no-check-includes');
    await output('publish', 'publish', folder('all-tools'), '--no-check-includes');
  });

  it('convert says both digests, and the reference alone with --quiet', async () => {
    const words = [
      'convert',
      `${served.prefix}/pdf-tools:1.2.0`,
      '--dialect',
      'image',
      `${served.prefix}/copies/pdf-tools`,
    ];
    const first = await run(...words);
    expect(first.stdout)
      .to.match(/^Converted: \S+\/copies\/pdf-tools:image-1\.2\.0$/m)
      .and.match(/^from +agentskills sha256:/m)
      .and.match(/^to +image sha256:/m);
    expect((await run(...words, '-q')).stdout.trim()).to.equal(`${served.prefix}/copies/pdf-tools:image-1.2.0`);
    expect(await output('convert', ...words)).to.include({ name: 'pdf-tools', existed: true });
    expect((await run('convert', 'pdf-tools', `${served.prefix}/x/pdf-tools`)).code, 'without --dialect').to.equal(2);
  });

  it('collection push, list, add and remove', async () => {
    const office = `${served.prefix}/collections/office`;
    writeFileSync(join(served.room.project, 'office.yaml'), 'title: Office\nskills: [pdf-tools]\n');
    const made = await output('collection:push', 'collection', 'push', `${office}:1.0.0`, 'office.yaml');
    expect(made).to.include({ name: 'office', version: '1.0.0', title: 'Office', existed: false });
    expect((await output('collection:add', 'collection', 'add', office, 'sheet-tools@^1')).changed).to.deep.equal([
      'sheet-tools',
    ]);
    const listed = await run('collection', 'list', office);
    expect(listed.stdout)
      .to.match(/^collection +office 1\.1\.0$/m)
      .and.match(/^sheet-tools +1\.2\.0 +\S+\/sheet-tools:1\.2\.0/m);
    expect((await run('collection', 'list', office, '-q')).stdout.trim().split('\n')).to.deep.equal([
      'pdf-tools',
      'sheet-tools',
    ]);
    expect((await output('collection:list', 'collection', 'list', `${office}:1.0.0`)).skills).to.have.length(1);
    const dry = await run('collection', 'remove', office, 'pdf-tools', '--dry-run');
    expect(dry.stdout).to.match(/Dry run, nothing was changed\. Would push \S+office:2\.0\.0/);
    const words = ['collection', 'remove', office, 'pdf-tools', '--version', '1.2.0'];
    expect(await output('collection:remove', ...words)).to.deep.include({ version: '1.2.0', removed: ['pdf-tools'] });
    const sparse = await run('collection', 'push', `${office}-list:1.0.0`, 'pdf-tools', '--sparse');
    expect([sparse.code, sparse.stderr.includes('leave out --sparse')]).to.deep.equal([5, true]);
  });

  it('install takes a collection, or the skills of it that are named', async () => {
    const office = `${served.prefix}/collections/office:1.1.0`;
    const one = await output('install', 'install', office, '--skill', 'sheet-tools');
    expect(one.typed).to.deep.equal(['sheet-tools']);
    const all = await run('install', office);
    expect(all.code, all.stderr).to.equal(0);
    const { skills: declared } = JSON.parse(readFileSync(join(served.room.options.cwd ?? '', 'skills.json'), 'utf8'));
    expect(declared.map(({ version }: { version: string }) => version)).to.deep.equal(['1.2.0', '1.2.0']);
    const pulled = await run('pull', office);
    expect([pulled.code, /collection of 2 skills/.test(pulled.stderr)]).to.deep.equal([8, true]);
  });
});
