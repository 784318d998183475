import { join } from 'node:path';
import { expect } from 'chai';
import type { Target } from '../../../src/core/index.ts';
import { RemoteRegistry } from '../../../src/oci/index.ts';
import { artifact, index, manifest, type Piece, piece, store } from '../../oci/support/artifact.ts';
import { type Limits, serveLimited } from '../../oci/support/limited-registry.ts';
import { closeServers, json, refuse, reply, startScripted } from '../../oci/support/scripted-server.ts';
import { expectError } from '../expect-error.ts';
import { empty, openRegistryPlace, type Place, places, put, putReferrer } from './world.ts';

describe('artifacts.delete', () => {
  for (const [title, open] of places) {
    describe(`in ${title}`, () => {
      let place: Place;
      let one: Piece;
      const isThere = (key: string) =>
        place.target.resolve(key).then(
          () => true,
          () => false,
        );
      beforeEach(async () => {
        place = await open();
        one = await put(place.target, 'one', '1.0.0', 'latest');
        await put(place.target, 'two', '2.0.0');
      });
      afterEach(() => place[Symbol.asyncDispose]());

      it('takes a tag away, and leaves what it stood for', async () => {
        const report = await place.artifacts.delete(`${place.reference}:latest`);
        expect(report).to.deep.include({ manifest: false, tags: ['latest'], referrers: [], dryRun: false });
        expect(report.digest).to.equal(one.descriptor.digest);
        expect(await Promise.all([isThere('latest'), isThere('1.0.0')])).to.deep.equal([false, true]);
      });

      it('removes a manifest by digest, and names the tags that went with it', async () => {
        const { digest } = one.descriptor;
        const { tags, manifest } = await place.artifacts.delete(`${place.reference}@${digest}`);
        expect([[...tags].sort(), manifest]).to.deep.equal([['1.0.0', 'latest'], true]);
        expect(
          await Promise.all([isThere('latest'), isThere('1.0.0'), isThere(digest), isThere('2.0.0')]),
        ).to.deep.equal([false, false, false, true]);
      });

      it('changes nothing in a dry run', async () => {
        const report = await place.artifacts.delete(`${place.reference}:1.0.0`, { manifest: true, dryRun: true });
        expect(report).to.deep.include({ manifest: true, dryRun: true });
        expect([...report.tags].sort()).to.deep.equal(['1.0.0', 'latest']);
        expect(await isThere('latest')).to.equal(true);
        await place.artifacts.delete(`${place.reference}:latest`, { dryRun: true });
        expect(await isThere('latest')).to.equal(true);
      });

      it('removes what refers to it, and to that, where all is wanted', async () => {
        const sbom = await putReferrer(place.target, one, 'application/spdx+json');
        const note = await putReferrer(place.target, sbom, 'text/x-note');
        const legacy = `${one.descriptor.digest.replace(':', '-')}.sig`;
        const signature = await put(place.target, 'legacy', legacy);
        const other = await putReferrer(place.target, await put(place.target, 'three'), 'text/x-other');
        const alone = await place.artifacts.delete(`${place.reference}:1.0.0`, { manifest: true, dryRun: true });
        expect([...alone.remaining].sort()).to.deep.equal([sbom, signature].map((it) => it.descriptor.digest).sort());
        const { referrers } = await place.artifacts.delete(`${place.reference}:1.0.0`, {
          manifest: true,
          recursive: true,
        });
        const gone = [sbom, signature, note].map(({ descriptor }) => descriptor.digest);
        expect([...referrers].sort()).to.deep.equal([...gone].sort());
        expect(referrers.at(-1), 'the deepest last').to.equal(note.descriptor.digest);
        expect(await Promise.all([...gone, legacy].map(isThere))).to.deep.equal([false, false, false, false]);
        expect(await isThere(other.descriptor.digest), 'what belongs to another').to.equal(true);
      });

      it('leaves what others have put under the tag of a signature', async () => {
        const legacy = `${one.descriptor.digest.replace(':', '-')}.sig`;
        const child = await put(place.target, 'for arm64');
        const { layer, config } = artifact('layers', {});
        const tar = piece('application/vnd.oci.image.layer.v1.tar+gzip', 'for amd64');
        const image = manifest(config.descriptor, [tar.descriptor]);
        await store(place.target, config, layer, tar, image);
        const both = index([child.descriptor, image.descriptor]);
        await store(place.target, both);
        const [two, ofOther] = [
          await place.target.resolve('2.0.0'),
          (await putReferrer(place.target, child, 'text/x-other')).descriptor,
        ];
        for (const foreign of [two, image.descriptor, both.descriptor, ofOther]) {
          await place.target.tag(foreign, legacy);
          const at = `${place.reference}@${one.descriptor.digest}`;
          const { referrers } = await place.artifacts.delete(at, { recursive: true, dryRun: true });
          expect(referrers).to.deep.equal([]);
        }
        await place.target.tag(two, legacy);
        await place.artifacts.delete(`${place.reference}:1.0.0`, { manifest: true, recursive: true });
        expect(await Promise.all(['1.0.0', '2.0.0', two.digest].map(isThere))).to.deep.equal([false, true, true]);
      });

      it('leaves what others have put under the tag of a list of referrers', async () => {
        const sbom = await putReferrer(place.target, one, 'application/spdx+json');
        const two = await place.target.resolve('2.0.0');
        const listing = index([two]);
        await store(place.target, listing);
        for (const foreign of [two, listing.descriptor]) {
          const root = foreign === two ? one : await put(place.target, 'three', '3.0.0');
          if (root !== one) await putReferrer(place.target, root, 'text/x-note');
          await place.target.tag(foreign, root.descriptor.digest.replace(':', '-'));
          await place.artifacts.delete(`${place.reference}@${root.descriptor.digest}`, { recursive: true });
          expect(await isThere(foreign.digest), foreign.mediaType).to.equal(true);
        }
        expect(await isThere(sbom.descriptor.digest)).to.equal(false);
      });

      it('leaves what refers to it, where that was not said', async () => {
        const sbom = await putReferrer(place.target, one, 'application/spdx+json');
        await place.artifacts.delete(`${place.reference}:1.0.0`, { manifest: true });
        expect(await isThere(sbom.descriptor.digest)).to.equal(true);
      });

      it('knows that nothing refers to a tag', async () => {
        const error = await expectError(
          place.artifacts.delete(`${place.reference}:1.0.0`, { recursive: true }),
          'ERR_USAGE',
          /nothing refers to a tag/,
        );
        expect(error.hint).to.contain('--manifest');
      });

      it('removes nothing where the tag was moved since it was looked at', async () => {
        const { digest } = await place.artifacts.delete(`${place.reference}:latest`, { manifest: true, dryRun: true });
        await place.artifacts.tag(`${place.reference}:2.0.0`, ['latest']);
        const work = place.artifacts.delete(`${place.reference}:latest`, { manifest: true, expected: digest });
        await expectError(work, 'ERR_CONFLICT', /latest stands for other content now/);
        expect(await Promise.all([isThere('latest'), isThere('1.0.0'), isThere('2.0.0')])).to.deep.equal([
          true,
          true,
          true,
        ]);
      });

      it('says what is not there', async () => {
        await expectError(place.artifacts.delete(`${place.reference}:3.0.0`), 'ERR_NOT_FOUND', /3\.0\.0/);
        await expectError(place.artifacts.delete(place.reference), 'ERR_USAGE', /names no tag and no digest/);
      });

      it('says who gives the space back', async () => {
        const { reclaimedBy } = await place.artifacts.delete(`${place.reference}:latest`, { dryRun: true });
        expect(reclaimedBy).to.equal(title === 'a registry' ? 'registry' : 'nobody');
      });
    });
  }

  describe('in a registry that lacks something', () => {
    let place: Place;
    before(async () => {
      place = await openRegistryPlace();
    });
    after(() => place[Symbol.asyncDispose]());

    async function withLimits(limits: Limits, work: (reference: string, target: Target) => Promise<void>) {
      await using server = await serveLimited(limits, { dir: join(place.room, JSON.stringify(limits).slice(2, 10)) });
      await using registry = new RemoteRegistry(server.host);
      await work(`${server.host}/team/pdf`, registry.repository('team/pdf'));
    }

    it('says that deletes are disabled (405)', () =>
      withLimits({ deletes: false }, async (reference, target) => {
        const { descriptor } = await put(target, 'one', '1.0.0');
        const work = place.artifacts.delete(`${reference}@${descriptor.digest}`);
        const error = await expectError(work, 'ERR_REGISTRY', /does not delete manifests: nothing happened to/);
        expect(error.hint).to.contain('deletes are disabled');
        expect((await target.resolve('1.0.0')).digest).to.equal(descriptor.digest);
      }));

    it('says that tags alone are not deleted, and what is', () =>
      withLimits({ deletes: 'tags' }, async (reference, target) => {
        await put(target, 'one', '1.0.0');
        const error = await expectError(
          place.artifacts.delete(`${reference}:1.0.0`),
          'ERR_REGISTRY',
          /does not delete tags/,
        );
        expect(error.hint).to.contain('--manifest');
        await place.artifacts.delete(`${reference}:1.0.0`, { manifest: true });
        await expectError(place.artifacts.resolve(`${reference}:1.0.0`), 'ERR_NOT_FOUND', /./);
      }));

    for (const status of [409, 412]) {
      it(`says that a rule of the registry keeps it (${status})`, async () => {
        const { descriptor, bytes } = manifest(empty.descriptor, []);
        const headers = { 'content-type': descriptor.mediaType, 'docker-content-digest': descriptor.digest };
        const server = await startScripted({
          GET: reply(200, headers, bytes),
          HEAD: reply(200, headers, bytes),
          DELETE: refuse(status, 'PRECONDITION', 'configured as immutable'),
        });
        try {
          const work = place.artifacts.delete(`${server.host}/team/pdf:1.0.0`);
          const error = await expectError(work, 'ERR_REGISTRY', /1\.0\.0 is kept by a rule of the registry/);
          expect(error.hint).to.contain('immutable');
          expect(String((error.cause as Error).message)).to.contain('configured as immutable');
        } finally {
          await closeServers();
        }
      });
    }

    it('takes away the tags that a registry keeps when their manifest goes', async () => {
      const { descriptor, bytes } = manifest(empty.descriptor, []);
      const found = reply(
        200,
        { 'content-type': descriptor.mediaType, 'docker-content-digest': descriptor.digest },
        bytes,
      );
      const server = await startScripted({
        GET: (response, seen) =>
          (seen.path.endsWith('/tags/list') ? json({ tags: ['1.0.0', 'latest'] }) : found)(response, seen),
        HEAD: found,
        DELETE: reply(202),
      });
      try {
        await place.artifacts.delete(`${server.host}/team/pdf@${descriptor.digest}`);
        expect(server.asked().filter((line) => line.startsWith('DELETE'))).to.deep.equal(
          [descriptor.digest, '1.0.0', 'latest'].map((key) => `DELETE /v2/team/pdf/manifests/${key}`),
        );
      } finally {
        await closeServers();
      }
    });

    it('removes the list of referrers too, where the registry keeps none by itself', () =>
      withLimits({ referrers: false }, async (reference, target) => {
        const one = await put(target, 'one', '1.0.0');
        const sbom = await putReferrer(target, one, 'application/spdx+json');
        await putReferrer(target, sbom, 'text/x-note');
        await put(target, 'two', '2.0.0');
        const { tags } = await place.artifacts.tags(reference, { all: true });
        expect(tags.filter(({ kind }) => kind === 'digest')).to.have.length(2);
        await place.artifacts.delete(`${reference}:1.0.0`, { manifest: true, recursive: true });
        const left = await place.artifacts.tags(reference, { all: true });
        expect(left.tags.map(({ tag }) => tag)).to.deep.equal(['2.0.0']);
      }));
  });
});
