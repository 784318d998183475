import { expect } from 'chai';
import { index, manifest, piece, store } from '../../oci/support/artifact.ts';
import { expectError } from '../expect-error.ts';
import { empty, type Place, places, put, putReferrer } from './world.ts';

describe('artifacts.inspect', () => {
  for (const [title, open] of places) {
    describe(`in ${title}`, () => {
      let place: Place;
      before(async () => {
        place = await open();
      });
      after(() => place[Symbol.asyncDispose]());

      it('says what a manifest names, with the names of files', async () => {
        const layer = piece('application/vnd.cncf.helm.chart.content.v1.tar+gzip', 'chart');
        const config = piece('application/vnd.cncf.helm.config.v1+json', '{"name":"web"}');
        const titled = { ...layer.descriptor, annotations: { 'org.opencontainers.image.title': 'web-1.0.0.tgz' } };
        const chart = manifest(config.descriptor, [titled], { annotations: { 'com.example.a': 'b' } });
        await store(place.target, config, layer, chart);
        await place.target.tag(chart.descriptor, 'chart');
        const { digest, size, mediaType } = chart.descriptor;
        expect(await place.artifacts.inspect(`${place.reference}:chart`)).to.deep.equal({
          kind: 'other',
          reference: `${place.reference}@${digest}`,
          digest,
          mediaType,
          size,
          artifactType: 'application/vnd.cncf.helm.config.v1+json',
          role: 'other',
          title: 'Helm chart',
          config: { mediaType: config.descriptor.mediaType, digest: config.descriptor.digest, size: 14 },
          layers: [{ mediaType: titled.mediaType, digest: titled.digest, size: 5, name: 'web-1.0.0.tgz' }],
          manifests: [],
          annotations: { 'com.example.a': 'b' },
        });
      });

      it('says what an index lists, with platforms', async () => {
        const one = await put(place.target, 'one');
        const platform = { os: 'linux', architecture: 'arm', variant: 'v7' };
        const list = index([{ ...one.descriptor, platform, artifactType: 'text/x-one' }]);
        await store(place.target, list);
        const report = await place.artifacts.inspect(`${place.reference}@${list.descriptor.digest}`);
        expect(report).to.include({ title: 'index', artifactType: 'application/vnd.oci.image.index.v1+json' });
        expect(report).not.to.have.property('config');
        expect([report.layers, report.manifests]).to.deep.equal([
          [],
          [{ ...one.descriptor, artifactType: 'text/x-one', platform: 'linux/arm/v7' }],
        ]);
      });

      it('says what it belongs to', async () => {
        const subject = await put(place.target, 'subject');
        const sbom = await putReferrer(place.target, subject, 'application/spdx+json');
        const report = await place.artifacts.inspect(`${place.reference}@${sbom.descriptor.digest}`);
        expect(report).to.include({ role: 'sbom', title: 'SPDX SBOM', subject: subject.descriptor.digest });
        expect(report.config).to.deep.equal(empty.descriptor);
      });

      it('says what is not there', () =>
        expectError(place.artifacts.inspect(`${place.reference}:nothing`), 'ERR_NOT_FOUND', /nothing/));
    });
  }
});
