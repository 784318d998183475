import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type OutputName, outputSchemas } from '../../src/cli/output/schemas.ts';
import { parseReference } from '../../src/core/index.ts';
import { RemoteRegistry } from '../../src/oci/index.ts';
import {
  blob,
  type Fixture,
  flux,
  gzipOf,
  indexOf,
  json,
  manifestOf,
  publish,
  skillOf,
  tarOf,
} from '../pack/dialects/writers/index.ts';
import { skills } from './support/run.ts';
import { ServedRoom } from './support/servers.ts';

const platforms = ['amd64', 'arm64'].map((architecture) => ({ os: 'linux', architecture }));

function forPlatforms(): Fixture {
  return indexOf(
    platforms.map((platform) => {
      const files = { ...skillOf('tool').files, 'bin/tool': platform.architecture };
      const tar = tarOf(Object.entries(files).map(([path, content]) => ({ path, content })));
      const layers = [blob('application/vnd.oci.image.layer.v1.tar+gzip', gzipOf(tar))];
      return { platform, fixture: manifestOf(json('application/vnd.oci.image.config.v1+json', platform), layers) };
    }),
  );
}

describe("other tools' artifacts on the command line", function () {
  this.timeout(60_000);
  let served: ServedRoom;
  before(async () => {
    served = await ServedRoom.open();
    await put('many', flux([skillOf('one'), skillOf('two')], '1.0.0'));
    await put('tool', forPlatforms());
    await put('chart', manifestOf(json('application/vnd.cncf.helm.config.v1+json', {}), [blob('x/y', 'z')]));
  });
  after(async () => served[Symbol.asyncDispose]());

  const put = async (name: string, fixture: Fixture) => {
    const { registry, repository } = parseReference(`${served.prefix}/${name}`);
    await using remote = new RemoteRegistry(registry);
    await publish(remote.repository(repository), fixture, '1.0.0');
  };
  const run = (...words: string[]) => skills(words, served.room.options);
  async function output(name: OutputName, ...words: string[]): Promise<Record<string, unknown>> {
    const { stdout, stderr, code } = await run(...words, '--json');
    const read = outputSchemas[name].safeParse(JSON.parse(stdout));
    expect(read.error?.issues, `${stdout} ${stderr}`).to.equal(undefined);
    expect(code, stdout).to.equal(0);
    return JSON.parse(stdout);
  }

  it('says which skills an artifact holds, and takes one by --skill', async () => {
    const reference = `${served.prefix}/many:1.0.0`;
    const several = await run('install', reference);
    expect(several.code).to.equal(8);
    expect(several.stderr)
      .to.match(/holds 2 skills: one, two/)
      .and.match(/--skill one/);
    const inspected = await output('inspect', 'inspect', reference, '--skill', 'two');
    expect(inspected).to.deep.include({ name: 'two', dialect: 'flux', skills: ['one', 'two'] });
    const pulled = await output('pull', 'pull', reference, '-s', 'one', '-o', join(served.room.path, 'one'));
    expect(pulled).to.deep.include({ name: 'one', version: '1.0.0' });
    await output('install', 'install', reference, '--skill', 'one,two');
    expect(readFileSync(join(served.room.project, '.agents/skills/two/SKILL.md'), 'utf8')).to.contain('name: two');
    expect((await run('install', '--frozen')).code).to.equal(0);
    expect((await run('inspect', `${served.prefix}/many:1.0.0#one`)).stdout).to.match(/beside +two/);
  });

  it('asks which platform is meant, and takes --platform', async () => {
    const reference = `${served.prefix}/tool:1.0.0`;
    const asked = await run('pull', reference);
    expect(asked.code).to.equal(8);
    expect(asked.stderr)
      .to.match(/different files for linux\/amd64, linux\/arm64/)
      .and.match(/--platform linux\/amd64/);
    const inspected = await output('inspect', 'inspect', reference, '--platform', 'linux/arm64');
    expect(inspected).to.deep.include({ name: 'tool', platform: 'linux/arm64' });
    await output('install', 'install', reference, '--platform', 'linux/arm64');
    expect(readFileSync(join(served.room.project, '.agents/skills/tool/bin/tool'), 'utf8')).to.equal('arm64');
    expect((await run('pull', reference, '--platform', 'arm')).code).to.equal(2);
    expect((await run('pull', reference, '--platform', 'windows/amd64')).code).to.equal(3);
  });

  it('says what is no skill', async () => {
    const { code, stderr } = await run('install', `${served.prefix}/chart:1.0.0`);
    expect([code, stderr]).to.satisfy(
      ([exit, text]: [number, string]) => exit === 8 && /it is a Helm chart/.test(text),
    );
  });
});
