import { expect } from 'chai';
import { openLayoutAt } from '../../../../src/oci/index.ts';
import { failureOf, listOf } from '../../../oci/support/failure.ts';
import { type Place, places, put } from '../world.ts';
import { sign } from './signatures.ts';

for (const [title, open] of places) {
  describe(`copying artifacts from ${title}`, () => {
    let place: Place;
    beforeEach(async () => {
      place = await open();
    });
    afterEach(async () => place[Symbol.asyncDispose]());
    const from = (tag: string) => `${place.reference}:${tag}`;
    const to = (end = '') => `oci-layout:${place.room}/copy.tar${end}`;
    const copied = () => openLayoutAt(`${place.room}/copy.tar`);

    it('keeps the tag, or takes another, and more', async () => {
      const { descriptor } = await put(place.target, 'pdf', '1.2.0');
      const report = await place.artifacts.copy(from('1.2.0'), to());
      expect(report).to.include({ from: from('1.2.0'), to: to(':1.2.0'), digest: descriptor.digest });
      expect(report.tags).to.deep.equal(['1.2.0']);
      expect(report.counts).to.include({ manifests: 1, blobs: 2, held: 0 });
      const again = await place.artifacts.copy(from('1.2.0'), to(':9.0.0'), { tags: ['stable', 'latest'] });
      expect(again.tags).to.deep.equal(['9.0.0', 'stable', 'latest']);
      expect(again.counts).to.include({ manifests: 0, blobs: 0 });
      expect(await listOf(copied().tags())).to.deep.equal(['1.2.0', '9.0.0', 'latest', 'stable']);
    });

    it('by digest tags nothing, unless it is told to', async () => {
      const { descriptor } = await put(place.target, 'pdf', '1.2.0');
      const report = await place.artifacts.copy(`${place.reference}@${descriptor.digest}`, to());
      expect(report).to.include({ to: to(`@${descriptor.digest}`) });
      expect(report.tags).to.deep.equal([]);
      expect(await copied().exists(descriptor)).to.equal(true);
      await place.artifacts.copy(`${place.reference}@${descriptor.digest}`, to(':1.0.0'));
      expect(await listOf(copied().tags())).to.deep.equal(['1.0.0']);
    });

    it('takes what refers to it, if asked', async () => {
      const { descriptor } = await put(place.target, 'pdf', '1.2.0');
      const tag = await sign(place.target, descriptor);
      await place.artifacts.copy(from('1.2.0'), to());
      expect(await listOf(copied().referrers(descriptor))).to.deep.equal([]);
      const { counts } = await place.artifacts.copy(from('1.2.0'), to(), { referrers: true });
      expect(counts).to.include({ manifests: 2 });
      expect(await listOf(copied().referrers(descriptor))).to.have.length(1);
      expect(await listOf(copied().tags())).to.deep.equal(['1.2.0', tag]);
    });

    it('does not replace a version with other content, unless forced; latest moves', async () => {
      await put(place.target, 'one', '1.2.0', 'latest');
      await place.artifacts.copy(from('1.2.0'), to(), { tags: ['latest'] });
      const other = await put(place.target, 'two', '1.3.0');
      const error = await failureOf(
        () => place.artifacts.copy(from('1.3.0'), to(':1.2.0'), { tags: ['latest'] }),
        'ERR_VERSION_EXISTS',
        /1\.2\.0 is a version with other content/,
      );
      expect(error.hint).to.match(/--force/);
      await place.artifacts.copy(from('1.3.0'), to(':latest'));
      expect((await copied().resolve('latest')).digest).to.equal(other.descriptor.digest);
      await place.artifacts.copy(from('1.3.0'), to(':1.2.0'), { force: true });
      expect((await copied().resolve('1.2.0')).digest).to.equal(other.descriptor.digest);
    });

    it('copies a whole repository', async () => {
      const first = await put(place.target, 'one', '1.0.0', '1.0');
      await put(place.target, 'two', '2.0.0', 'latest', 'nightly');
      const tag = await sign(place.target, first.descriptor);
      const report = await place.artifacts.copy(place.reference, to(), { allTags: true, referrers: true });
      expect(report.tags).to.deep.equal(['2.0.0', '1.0.0', 'latest', '1.0', 'nightly']);
      expect(report).not.to.have.property('digest');
      expect(await listOf(copied().tags())).to.have.members([...report.tags, tag]);
      const again = await place.artifacts.copy(place.reference, to(), { allTags: true, referrers: true });
      expect(again.counts).to.include({ manifests: 0, blobs: 0 });
    });

    it('says what it does not find, or does not understand', async () => {
      await put(place.target, 'one', '1.0.0');
      const { artifacts, reference } = place;
      await failureOf(() => artifacts.copy(from('2.0.0'), to()), 'ERR_NOT_FOUND', /^source: /);
      await failureOf(() => artifacts.copy(reference, to()), 'ERR_USAGE', /names no tag and no digest/);
      await failureOf(() => artifacts.copy(from('1.0.0'), to(), { allTags: true }), 'ERR_USAGE', /without a tag/);
      await failureOf(() => artifacts.copy(reference, to(':1'), { allTags: true }), 'ERR_USAGE', /without a tag/);
      await failureOf(() => artifacts.copy(from('1.0.0'), `oci-layout:${place.room}/x.tgz`), 'ERR_USAGE', /plain tars/);
      await failureOf(() => artifacts.copy(from('1.0.0'), './folder'), 'ERR_REFERENCE_INVALID');
      expect(copied().present).to.equal(false);
    });
  });
}

describe('copying a whole repository of which a part is broken', () => {
  it('copies the rest and fails, naming what was not copied', async () => {
    const [, open] = places[1] ?? expect.fail();
    await using place = await open();
    await put(place.target, 'one', '1.0.0');
    const bad = await put(place.target, 'two', '2.0.0');
    const layout = openLayoutAt(`${place.room}/layout`);
    const { rmSync } = await import('node:fs');
    if ('pathOf' in layout) rmSync(layout.pathOf(bad.descriptor.digest));
    const to = `oci-layout:${place.room}/copy`;
    const error = await failureOf(
      () => place.artifacts.copy(place.reference, to, { allTags: true }),
      'ERR_BLOB_UNKNOWN',
      /^1 of 2 tags were not copied; 2\.0\.0: source: /,
    );
    expect(error.data).to.deep.equal({ failed: ['2.0.0'] });
    expect(await listOf(openLayoutAt(`${place.room}/copy`).tags())).to.deep.equal(['1.0.0']);
  });
});
