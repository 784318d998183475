import { join } from 'node:path';
import { expect } from 'chai';
import { RemoteRegistry } from '../../../src/oci/index.ts';
import { serveLimited } from '../../oci/support/limited-registry.ts';
import { closeServers, refuse, reply, startScripted } from '../../oci/support/scripted-server.ts';
import { expectError } from '../expect-error.ts';
import { makeManager, openRegistryPlace, type Place, places, put } from './world.ts';

describe('artifacts.tag', () => {
  for (const [title, open] of places) {
    describe(`in ${title}`, () => {
      let place: Place;
      const digestOf = async (tag: string) => (await place.target.resolve(tag)).digest;
      beforeEach(async () => {
        place = await open();
        await put(place.target, 'one', '1.0.0', 'latest');
        await put(place.target, 'two', '2.0.0');
      });
      afterEach(() => place[Symbol.asyncDispose]());

      it('adds tags, moves those that move, and says what each was', async () => {
        const [one, two] = [await digestOf('1.0.0'), await digestOf('2.0.0')];
        const report = await place.artifacts.tag(`${place.reference}:2.0.0`, ['latest', 'stable', '2.0.0', 'stable']);
        expect(report).to.deep.equal({
          reference: `${place.reference}@${two}`,
          digest: two,
          tags: [
            { tag: 'latest', change: 'moved', previous: one },
            { tag: 'stable', change: 'added' },
            { tag: '2.0.0', change: 'unchanged' },
          ],
        });
        expect([await digestOf('latest'), await digestOf('stable')]).to.deep.equal([two, two]);
      });

      it('tags by digest', async () => {
        const one = await digestOf('1.0.0');
        await place.artifacts.tag(`${place.reference}@${one}`, ['first']);
        expect(await digestOf('first')).to.equal(one);
      });

      it('does not move a version, and then none of the others either', async () => {
        const one = await digestOf('1.0.0');
        const work = place.artifacts.tag(`${place.reference}:2.0.0`, ['new', '1.0.0']);
        const error = await expectError(work, 'ERR_VERSION_EXISTS', /1\.0\.0 is a version with other content/);
        expect(error.hint).to.contain('--force');
        expect(error.data).to.include({ published: one });
        await expectError(place.artifacts.resolve(`${place.reference}:new`), 'ERR_NOT_FOUND', /./);
      });

      it('moves a version by force', async () => {
        await place.artifacts.tag(`${place.reference}:2.0.0`, ['1.0.0'], { force: true });
        expect(await digestOf('1.0.0')).to.equal(await digestOf('2.0.0'));
      });

      it('leaves the tags of programs alone', () =>
        expectError(
          place.artifacts.tag(`${place.reference}:1.0.0`, [`sha256-${'b'.repeat(64)}`]),
          'ERR_CONFLICT',
          /reserved/,
        ));

      it('wants a tag, and not a reference', async () => {
        const work = place.artifacts.tag(`${place.reference}:1.0.0`, ['registry.example.com/team/pdf:next']);
        const error = await expectError(work, 'ERR_REFERENCE_INVALID', /is not a tag/);
        expect(error.hint).to.equal('write the tag alone: next');
      });

      it('wants to know what is tagged', () =>
        expectError(place.artifacts.tag(place.reference, ['next']), 'ERR_USAGE', /names no tag and no digest/));
    });
  }

  it('tags what a registry shows to nobody else before it is signed (412)', async () => {
    await using place = await openRegistryPlace();
    await using limited = await serveLimited({ contentTrust: true }, { dir: join(place.room, 'trusting') });
    await using registry = new RemoteRegistry(limited.host);
    await put(registry.repository('team/pdf', { writes: true }), 'one', '1.0.0');
    const reference = `${limited.host}/team/pdf:1.0.0`;
    await expectError(place.artifacts.resolve(reference), 'ERR_UNTRUSTED', /policy/);
    await place.artifacts.tag(reference, ['stable']);
    await place.artifacts.attach(reference, { artifactType: 'text/x-note', annotations: { a: 'b' } });
    const { tags } = await place.artifacts.delete(`${limited.host}/team/pdf:stable`, { manifest: true, dryRun: true });
    expect(tags).to.deep.equal(['1.0.0', 'stable']);
  });

  describe('where tags are immutable', () => {
    afterEach(closeServers);
    const body = JSON.stringify({
      schemaVersion: 2,
      config: { mediaType: 'a/b', digest: `sha256:${'0'.repeat(64)}`, size: 1 },
      layers: [],
    });
    const found = reply(200, { 'content-type': 'application/vnd.oci.image.manifest.v1+json' }, body);

    for (const status of [400, 409, 412]) {
      it(`says what the registry's ${status} may mean`, async () => {
        const server = await startScripted({
          'GET /v2/team/pdf/manifests/1.0.0': found,
          'HEAD /v2/team/pdf/manifests/1.0.0': reply(405),
          GET: (response, seen) => (seen.path.includes('sha256:') ? found(response, seen) : reply(404)(response, seen)),
          HEAD: reply(404),
          PUT: refuse(status, 'TAG_INVALID', 'tag is immutable'),
        });
        await using manager = makeManager('/nowhere');
        const work = manager.artifacts.tag(`${server.host}/team/pdf:1.0.0`, ['stable']);
        const error = await expectError(work, 'ERR_REGISTRY', /the tag stable could not be set: .*tag is immutable/);
        expect(error.hint).to.contain('immutable');
      });
    }
  });
});
