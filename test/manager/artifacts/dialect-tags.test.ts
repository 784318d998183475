import { join } from 'node:path';
import { expect } from 'chai';
import { isVersionTag } from '../../../src/manager/artifacts/tag-names.ts';
import { expectError } from '../expect-error.ts';
import { makeWorld, type World } from '../world.ts';

describe('the tags of images', () => {
  it('are versions like those beside them', () => {
    for (const tag of ['1.2.0', 'v1.2.0', '1.2.0_build.5', 'image-1.2.0', 'image-2.0.0-rc.1']) {
      expect(isVersionTag(tag), tag).to.equal(true);
    }
    for (const tag of [
      'latest',
      '1.2',
      'image-latest',
      'image-1.2',
      'stable',
      'images-1.2.0',
      'image',
      `sha256-${'a'.repeat(64)}`,
    ]) {
      expect(isVersionTag(tag), tag).to.equal(false);
    }
  });

  describe('in a registry', () => {
    let world: World;
    beforeEach(async () => {
      world = await makeWorld();
      for (const version of ['1.0.0', '2.0.0']) {
        await world.manager().publish(world.skill('pdf', { version }), { dialects: ['agentskills', 'image'] });
      }
    });
    afterEach(async () => world[Symbol.asyncDispose]());
    const pdf = (tag: string) => `${world.prefix}/pdf:${tag}`;

    it('are not moved by tag or copy where they are versions, and are where they are not', async () => {
      const { artifacts } = world.manager();
      await expectError(
        artifacts.tag(pdf('image-2.0.0'), ['image-1.0.0']),
        'ERR_VERSION_EXISTS',
        /image-1\.0\.0 is a version/,
      );
      await expectError(artifacts.copy(pdf('image-2.0.0'), pdf('image-1.0.0')), 'ERR_VERSION_EXISTS', /image-1\.0\.0/);
      expect((await artifacts.tag(pdf('image-1.0.0'), ['image-latest'])).tags[0]?.change).to.equal('moved');
    });

    it('travel with the versions that they stand beside', async () => {
      const mirrored = join(world.room, 'mirror');
      await world.manager().artifacts.copy(pdf('image-1.0.0'), `oci-layout:${mirrored}:image-1.0.0`);
      const there = await world.manager().inspect(`oci-layout:${mirrored}:image-1.0.0`);
      expect([there.dialect, there.digest]).to.deep.equal([
        'image',
        (await world.manager().inspect(pdf('image-1.0.0'))).digest,
      ]);
    });
  });
});
