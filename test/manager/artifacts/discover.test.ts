import { join } from 'node:path';
import { expect } from 'chai';
import { type Descriptor, mediaTypes } from '../../../src/core/index.ts';
import type { ArtifactNode } from '../../../src/manager/index.ts';
import { RemoteRegistry } from '../../../src/oci/index.ts';
import { index, manifest, type Piece, piece, store } from '../../oci/support/artifact.ts';
import { serveLimited } from '../../oci/support/limited-registry.ts';
import { closeServers, json, startScripted } from '../../oci/support/scripted-server.ts';
import { expectError } from '../expect-error.ts';
import { empty, makeManager, openRegistryPlace, type Place, places, put, putReferrer } from './world.ts';

const bundle = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const predicate = 'dev.sigstore.bundle.predicateType';
const signed = { [predicate]: 'https://sigstore.dev/cosign/sign/v1' };

type Shape = readonly [title: string, ...below: Shape[]];
const shapeOf = ({ title, referrers }: ArtifactNode): Shape => [title, ...referrers.map(shapeOf)];
const titlesOf = ({ referrers }: ArtifactNode) => referrers.map(({ title }) => title).sort();

/** A sigstore bundle whose predicate type stands only in it, as some writers of the fallback index leave it. */
async function putBundle(place: Place, subject: Piece, predicateType: string): Promise<Piece> {
  const payload = Buffer.from(JSON.stringify({ predicateType })).toString('base64');
  const layer = piece(bundle, JSON.stringify({ dsseEnvelope: { payload } }));
  const root = manifest(empty.descriptor, [layer.descriptor], { artifactType: bundle, subject: subject.descriptor });
  await store(place.target, empty, layer, root);
  return root;
}

describe('artifacts.discover', () => {
  for (const [title, open] of places) {
    describe(`in ${title}`, () => {
      let place: Place;
      let root: Piece;
      before(async () => {
        place = await open();
        root = await put(place.target, 'one', '1.0.0');
        const sbom = await putReferrer(place.target, root, 'application/spdx+json', '{}', { 'com.example.a': 'b' });
        await putReferrer(place.target, sbom, bundle, 'signature of the sbom', signed);
        await putReferrer(place.target, root, bundle, 'signature', signed);
        await putReferrer(place.target, root, 'application/vnd.cncf.notary.signature');
        await putReferrer(place.target, root, 'application/vnd.acme.review.v1');
        await putBundle(place, root, 'https://slsa.dev/provenance/v1');
      });
      after(() => place[Symbol.asyncDispose]());

      it('gives the whole tree, each in words', async () => {
        const tree = await place.artifacts.discover(`${place.reference}:1.0.0`);
        expect(titlesOf(tree)).to.deep.equal([
          'SLSA provenance (sigstore bundle v0.3)',
          'SPDX SBOM',
          'application/vnd.acme.review.v1',
          'signature (notation)',
          'signature (sigstore bundle v0.3)',
        ]);
        const sbom = tree.referrers.find(({ role }) => role === 'sbom');
        expect(sbom?.annotations).to.deep.equal({ 'com.example.a': 'b' });
        expect(sbom?.referrers.map(shapeOf)).to.deep.equal([['signature (sigstore bundle v0.3)']]);
      });

      it('names each by digest, the root too', async () => {
        const tree = await place.artifacts.discover(`${place.reference}:1.0.0`);
        expect(tree).to.include({
          reference: `${place.reference}@${root.descriptor.digest}`,
          digest: root.descriptor.digest,
          artifactType: 'application/vnd.example.config+json',
        });
        for (const { reference, digest } of tree.referrers) expect(reference).to.equal(`${place.reference}@${digest}`);
      });

      it('narrows to one artifact type, with what leads to it', async () => {
        const tree = await place.artifacts.discover(`${place.reference}:1.0.0`, { artifactType: bundle });
        expect(
          tree.referrers
            .map(shapeOf)
            .map(([first]) => first)
            .sort(),
        ).to.deep.equal(['SLSA provenance (sigstore bundle v0.3)', 'SPDX SBOM', 'signature (sigstore bundle v0.3)']);
        expect((await place.artifacts.discover(`${place.reference}:1.0.0`, { artifactType: 'a/b' })).referrers).to.be
          .empty;
      });

      it('looks as deep as it is told', async () => {
        const { referrers } = await place.artifacts.discover(`${place.reference}:1.0.0`, { depth: 1 });
        expect(referrers.every(({ cut, referrers: below }) => cut === 'depth' && below.length === 0)).to.equal(true);
      });

      it('finds what cosign kept under tags before its version 3', async () => {
        const old = await put(place.target, 'old', '0.9.0');
        const at = (suffix: string) => `${old.descriptor.digest.replace(':', '-')}.${suffix}`;
        await put(place.target, 'legacy signature', at('sig'));
        await put(place.target, 'legacy sbom', at('sbom'));
        const tree = await place.artifacts.discover(`${place.reference}:0.9.0`);
        expect(tree.referrers.map(({ title: words, role, tag }) => [words, role, tag])).to.deep.equal([
          ['signature (cosign, legacy tag)', 'signature', at('sig')],
          ['SBOM (cosign, legacy tag)', 'sbom', at('sbom')],
        ]);
      });

      it('has nothing to show for what nothing belongs to', async () => {
        await put(place.target, 'alone', '0.1.0');
        expect((await place.artifacts.discover(`${place.reference}:0.1.0`)).referrers).to.deep.equal([]);
      });

      it('looks at an index as at anything', async () => {
        const list = index([root.descriptor]);
        await store(place.target, list);
        await place.target.tag(list.descriptor, 'index');
        await putReferrer(place.target, list, bundle, 'signature of the index', signed);
        const tree = await place.artifacts.discover(`${place.reference}:index`);
        expect(shapeOf(tree)).to.deep.equal(['index', ['signature (sigstore bundle v0.3)']]);
      });
    });
  }

  it('finds them under the tag where there is no referrers API', async () => {
    await using place = await openRegistryPlace();
    await using limited = await serveLimited({ referrers: false }, { dir: join(place.room, 'other') });
    await using registry = new RemoteRegistry(limited.host);
    const target = registry.repository('team/pdf');
    const root = await put(target, 'one', '1.0.0');
    const signature = await putReferrer(target, root, bundle, 'signature', signed);
    await putReferrer(target, signature, 'text/x-note');
    const tree = await place.artifacts.discover(`${limited.host}/team/pdf:1.0.0`);
    expect(tree.referrers.map(shapeOf)).to.deep.equal([['signature (sigstore bundle v0.3)', ['text/x-note']]]);
  });

  describe('where a registry lists what is not so', () => {
    afterEach(closeServers);
    const subject = manifest(empty.descriptor, []);
    const one = manifest(empty.descriptor, [], { artifactType: 'text/x-one', subject: subject.descriptor });
    const answer = ({ bytes, descriptor }: Piece) =>
      json(JSON.parse(bytes.toString()), { 'content-type': descriptor.mediaType });
    const list = (...manifests: Descriptor[]) =>
      json(
        { schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests },
        { 'content-type': mediaTypes.imageIndex },
      );
    const withType = ({ descriptor }: Piece) => ({ ...descriptor, artifactType: 'text/x-one' });

    it('ends where a manifest is listed as belonging to what belongs to it', async () => {
      const server = await startScripted({
        'HEAD /v2/team/pdf/manifests/1.0.0': answer(subject),
        'GET /v2/team/pdf/manifests/1.0.0': answer(subject),
        [`GET /v2/team/pdf/manifests/${subject.descriptor.digest}`]: answer(subject),
        [`GET /v2/team/pdf/referrers/${subject.descriptor.digest}`]: list(withType(one), withType(one)),
        [`GET /v2/team/pdf/referrers/${one.descriptor.digest}`]: list(withType(one), withType(subject)),
      });
      await using manager = makeManager('/nowhere');
      const tree = await manager.artifacts.discover(`${server.host}/team/pdf:1.0.0`);
      expect(tree.referrers).to.have.length(1);
      expect(tree.referrers[0]?.referrers.map(({ digest, cut }) => [digest, cut])).to.deep.equal([
        [one.descriptor.digest, 'repeated'],
        [subject.descriptor.digest, 'repeated'],
      ]);
    });

    it('shows a bundle that is not there as what it is listed as', async () => {
      const server = await startScripted({
        'HEAD /v2/team/pdf/manifests/1.0.0': answer(subject),
        'GET /v2/team/pdf/manifests/1.0.0': answer(subject),
        [`GET /v2/team/pdf/referrers/${subject.descriptor.digest}`]: list({ ...one.descriptor, artifactType: bundle }),
        GET: (response, { path }) =>
          path.includes('/referrers/')
            ? list()(response, { method: 'GET' } as never)
            : json({ errors: [] }, {}, 404)(response, { method: 'GET' } as never),
      });
      await using manager = makeManager('/nowhere');
      const { referrers } = await manager.artifacts.discover(`${server.host}/team/pdf:1.0.0`);
      expect(referrers.map(({ title }) => title)).to.deep.equal(['sigstore bundle v0.3']);
    });
  });

  it('wants to know of what', async () => {
    await using place = await openRegistryPlace();
    await expectError(place.artifacts.discover(place.reference), 'ERR_USAGE', /names no tag and no digest/);
    await expectError(place.artifacts.discover(`${place.reference}:1.0.0`), 'ERR_NOT_FOUND', /1\.0\.0/);
  });
});
