import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Platform, parseReference } from '../../../src/core/index.ts';
import { RemoteRegistry } from '../../../src/oci/index.ts';
import {
  blob,
  type Fixture,
  gzipOf,
  indexOf,
  json,
  manifestOf,
  publish,
  skillOf,
  tarOf,
} from '../../pack/dialects/writers/index.ts';
import { expectError } from '../expect-error.ts';
import { makeWorld, type World } from '../world.ts';

const platforms: readonly Platform[] = [
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm64' },
];

/** A skill with a program of each platform, as `docker buildx build --platform` makes one. */
function withPrograms(version: string): Fixture {
  const children = platforms.map((platform) => {
    const files = { ...skillOf('tool').files, 'bin/tool': `${version} for ${platform.architecture}` };
    const tar = tarOf(Object.entries(files).map(([path, content]) => ({ path, content, mode: 0o755 })));
    const config = json('application/vnd.oci.image.config.v1+json', platform);
    const layers = [blob('application/vnd.oci.image.layer.v1.tar+gzip', gzipOf(tar))];
    return { platform, fixture: manifestOf(config, layers) };
  });
  return indexOf(children);
}

describe('a skill with other files for each platform', () => {
  let world: World;
  let reference = '';
  beforeEach(async () => {
    world = await makeWorld();
    reference = `${world.prefix}/tool`;
    await put('1.0.0');
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const put = async (version: string) => {
    const { registry, repository } = parseReference(reference);
    await using remote = new RemoteRegistry(registry);
    await publish(remote.repository(repository), withPrograms(version), version);
  };
  const childOf = (version: string, at: number): string =>
    JSON.parse(withPrograms(version).root.bytes.toString()).manifests[at].digest;
  const source = () => JSON.parse(readFileSync(join(world.project, 'skills.lock.json'), 'utf8')).skills.at(-1).source;
  const program = () => readFileSync(join(world.project, '.agents/skills/tool/bin/tool'), 'utf8');

  it('is asked for by its platform: inspect, pull, install', async () => {
    for (const ask of [
      () => world.manager().inspect(`${reference}:1.0.0`),
      () => world.manager().pull(`${reference}:1.0.0`),
      () => world.manager().install(reference),
    ]) {
      const error = await expectError(ask(), 'ERR_ARTIFACT_INVALID', /different files for linux\/amd64, linux\/arm64/);
      expect(error.hint).to.contain('--platform linux/amd64');
    }
    const platform = 'linux/arm64';
    expect(await world.manager().inspect(`${reference}:1.0.0`, { platform })).to.deep.include({
      platform,
      digest: childOf('1.0.0', 1),
    });
    const { path } = await world.manager().pull(`${reference}:1.0.0`, { platform });
    expect(readFileSync(join(path, 'bin/tool'), 'utf8')).to.equal('1.0.0 for arm64');
  });

  it('is pinned by the manifest of the platform, which the lock keeps and update follows', async () => {
    await world.manager().installAll([reference], { platform: 'linux/arm64' });
    expect(source()).to.deep.include({ platform: 'linux/arm64', digest: childOf('1.0.0', 1) });
    await world.publish('other');
    await world.manager().installAll(['other']);
    await world.manager({ cacheDir: join(world.room, 'elsewhere') }).installAll([], { frozen: true });
    expect(program()).to.equal('1.0.0 for arm64');
    await put('1.1.0');
    await world.manager().updateAll();
    expect(source()).to.deep.include({ platform: 'linux/arm64', digest: childOf('1.1.0', 1) });
    expect(program()).to.equal('1.1.0 for arm64');
    await world.manager().installAll([reference], { platform: 'linux/amd64' });
    expect(source()).to.deep.include({ platform: 'linux/amd64', digest: childOf('1.1.0', 0) });
    expect(program()).to.equal('1.1.0 for amd64');
    const before = readFileSync(join(world.project, 'skills.lock.json'), 'utf8');
    await world.manager().installAll([reference]);
    expect(readFileSync(join(world.project, 'skills.lock.json'), 'utf8'), 'what is locked stays').to.equal(before);
  });

  it('refuses a lock whose skill is none, and one that pins a platform the registry has other content for', async () => {
    await world.manager().installAll([reference], { platform: 'linux/arm64' });
    const file = join(world.project, 'skills.lock.json');
    const lock = JSON.parse(readFileSync(file, 'utf8'));
    lock.skills[0].source.skill = '../x';
    writeFileSync(file, JSON.stringify(lock));
    await expectError(world.manager().installAll([], { frozen: true }), 'ERR_LOCK_INVALID', /not a skill's name/);
  });
});
