import { expect } from 'chai';
import { type Descriptor, parseReference, sha256, streamOf } from '../../src/core/index.ts';
import { RemoteRegistry } from '../../src/oci/index.ts';
import { expectError } from './expect-error.ts';
import { makeWorld, type World } from './world.ts';

describe('the version that an artifact states', () => {
  let world: World;
  beforeEach(async () => {
    world = await makeWorld();
    await world.publish('pdf');
  });
  afterEach(() => world[Symbol.asyncDispose]());

  /** Publishes the same skill under a tag that is no version, its own words changed. */
  const publishStating = async (version: string) => {
    const { registry, repository } = parseReference(`${world.prefix}/pdf`);
    await using remote = new RemoteRegistry(registry);
    const target = remote.repository(repository);
    const manifest = JSON.parse(Buffer.from((await target.fetchReference('1.0.0')).bytes).toString());
    const config = JSON.parse(Buffer.from(manifest.config.data, 'base64').toString());
    const push = async (value: object, mediaType: string): Promise<Descriptor> => {
      const content = Buffer.from(JSON.stringify(value));
      const descriptor = { mediaType, digest: sha256(content), size: content.length };
      await target.push(descriptor, async () => streamOf(content));
      return { ...descriptor, data: content.toString('base64') };
    };
    const stated = { ...config, version, package: { ...config.package, version } };
    await target.tag(
      await push({ ...manifest, config: await push(stated, manifest.config.mediaType) }, manifest.mediaType),
      'stable',
    );
  };
  const pull = () => world.manager().pull(`${world.prefix}/pdf:stable`);

  it('is taken where the tag is none', async () => {
    await publishStating('1.2.3');
    expect((await pull()).version).to.equal('1.2.3');
  });

  for (const text of ['../../x', '1.2', 'newest']) {
    it(`is none where it is ${text}`, async () => {
      await publishStating(text);
      await expectError(pull(), 'ERR_ARTIFACT_INVALID', /states no version/);
    });
  }
});
