import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { fetchBytes, type ImageManifest, parseManifest, type Target } from '../../../src/core/index.ts';
import { RemoteRegistry } from '../../../src/oci/index.ts';
import { serveLimited } from '../../oci/support/limited-registry.ts';
import { expectError } from '../expect-error.ts';
import { makeManager, openRegistryPlace, type Place, places, put } from './world.ts';

const emptyDigest = 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';

async function readManifest(target: Target, digest: string): Promise<ImageManifest> {
  return parseManifest(await fetchBytes(target, await target.resolve(digest)));
}

describe('artifacts.attach', () => {
  for (const [title, open] of places) {
    describe(`in ${title}`, () => {
      let place: Place;
      before(async () => {
        place = await open();
        await put(place.target, 'one', '1.0.0');
      });
      after(() => place[Symbol.asyncDispose]());

      it('pushes files as oras does: an empty config that is there, titled layers, the subject', async () => {
        const subject = await place.target.resolve('1.0.0');
        place.file('sbom.spdx.json', '{"spdxVersion":"SPDX-2.3"}');
        place.file('notes', 'as bytes');
        const report = await place.artifacts.attach(`${place.reference}:1.0.0`, {
          artifactType: 'application/spdx+json',
          files: ['sbom.spdx.json', 'notes:text/x-notes'],
          annotations: { 'com.example.by': 'ci' },
        });
        const manifest = await readManifest(place.target, report.digest);
        expect(manifest).to.deep.equal({
          schemaVersion: 2,
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          artifactType: 'application/spdx+json',
          config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: emptyDigest, size: 2, data: 'e30=' },
          layers: report.files.map(({ title: name, ...layer }) => ({
            ...layer,
            annotations: { 'org.opencontainers.image.title': name },
          })),
          subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
          annotations: { 'com.example.by': 'ci' },
        });
        expect(report.files.map((file) => [file.title, file.mediaType])).to.deep.equal([
          ['sbom.spdx.json', 'application/spdx+json'],
          ['notes', 'text/x-notes'],
        ]);
        expect(report.subject).to.equal(`${place.reference}@${subject.digest}`);
        expect(await place.target.exists(manifest.config), 'the empty config').to.equal(true);
        const [layer] = manifest.layers;
        const bytes = layer && (await fetchBytes(place.target, layer));
        expect(Buffer.from(bytes ?? []).toString()).to.equal(readFileSync(join(place.room, 'sbom.spdx.json'), 'utf8'));
      });

      it('attaches the same again as the same', async () => {
        place.file('again.txt', 'again');
        const options = { artifactType: 'text/x-again', files: ['again.txt'] };
        const first = await place.artifacts.attach(`${place.reference}:1.0.0`, options);
        const second = await place.artifacts.attach(`${place.reference}:1.0.0`, options);
        expect(second).to.deep.equal(first);
        const { referrers } = await place.artifacts.discover(`${place.reference}:1.0.0`, {
          artifactType: 'text/x-again',
        });
        expect(referrers).to.have.length(1);
      });

      it('attaches what is all in its annotations, with the empty layer', async () => {
        const annotations = { 'com.example.approved': 'yes' };
        const { digest, files } = await place.artifacts.attach(`${place.reference}:1.0.0`, {
          artifactType: 'application/vnd.example.approval.v1',
          annotations,
        });
        const manifest = await readManifest(place.target, digest);
        expect([manifest.layers.length, manifest.layers[0]?.digest]).to.deep.equal([1, emptyDigest]);
        expect([manifest.annotations, files]).to.deep.equal([annotations, []]);
      });

      it('attaches to what is attached', async () => {
        const sbom = await place.artifacts.attach(`${place.reference}:1.0.0`, {
          artifactType: 'text/x-below',
          annotations: { level: '1' },
        });
        await place.artifacts.attach(sbom.reference, { artifactType: 'text/x-below', annotations: { level: '2' } });
        const tree = await place.artifacts.discover(`${place.reference}:1.0.0`, { artifactType: 'text/x-below' });
        expect(tree.referrers[0]?.referrers[0]?.annotations).to.deep.equal({ level: '2' });
      });
    });
  }

  it('lists the referrer under the tag where there is no referrers API', async () => {
    await using place = await openRegistryPlace();
    await using limited = await serveLimited({ referrers: false }, { dir: join(place.room, 'other') });
    await using registry = new RemoteRegistry(limited.host);
    const target = registry.repository('team/pdf');
    const { descriptor } = await put(target, 'one', '1.0.0');
    const reference = `${limited.host}/team/pdf:1.0.0`;
    await place.artifacts.attach(reference, { artifactType: 'text/x-note', annotations: { note: 'a' } });
    expect((await Array.fromAsync(target.tags())).sort()).to.deep.equal(['1.0.0', descriptor.digest.replace(':', '-')]);
    const { referrers } = await place.artifacts.discover(reference);
    expect(referrers.map(({ artifactType, annotations }) => [artifactType, annotations])).to.deep.equal([
      ['text/x-note', { note: 'a' }],
    ]);
  });

  describe('what cannot be attached', () => {
    let place: Place;
    before(async () => {
      place = await openRegistryPlace();
      await put(place.target, 'one', '1.0.0');
      place.file('a.txt', 'a');
    });
    after(() => place[Symbol.asyncDispose]());
    const attach = (artifactType: string, ...files: string[]) =>
      place.artifacts.attach(`${place.reference}:1.0.0`, { artifactType, files });

    it('nothing', () => expectError(attach('text/plain'), 'ERR_USAGE', /nothing to attach/));
    it('something without a type', () =>
      expectError(attach('sbom', 'a.txt'), 'ERR_USAGE', /"sbom" is no artifact type/));
    it('a file that is not there', () => expectError(attach('text/plain', 'b.txt'), 'ERR_NOT_FOUND', /no file b\.txt/));
    it('a file that is not there, with a type', () =>
      expectError(attach('text/plain', 'b.txt:text/plain'), 'ERR_NOT_FOUND', /no file b\.txt$/));
    it('a folder', () => expectError(attach('text/plain', '.'), 'ERR_USAGE', /is no file/));
    it('two files of one name', () =>
      expectError(attach('text/plain', 'a.txt', join(place.room, 'a.txt')), 'ERR_CONFLICT', /called a\.txt/));
    it('to what is not there', () =>
      expectError(
        place.artifacts.attach(`${place.reference}:2.0.0`, { artifactType: 'text/plain', files: ['a.txt'] }),
        'ERR_NOT_FOUND',
        /2\.0\.0/,
      ));
    it('without the network', async () => {
      await using manager = makeManager(place.room);
      expect(manager.settings.offline).to.equal(false);
      const work = manager.artifacts.attach('127.0.0.1:9/team/pdf:1.0.0', {
        artifactType: 'text/plain',
        annotations: { a: 'b' },
      });
      await expectError(work, 'ERR_NETWORK', /refused/);
    });
  });

  const guessed: readonly (readonly [name: string, mediaType: string])[] = [
    ['x.cdx.json', 'application/vnd.cyclonedx+json'],
    ['X.SARIF', 'application/sarif+json'],
    ['x.json', 'application/json'],
    ['x.sigstore.json', 'application/vnd.dev.sigstore.bundle.v0.3+json'],
    ['x.tar.gz', 'application/vnd.oci.image.layer.v1.tar+gzip'],
    ['x.md', 'text/markdown'],
    ['x', 'application/octet-stream'],
    ['with:colon', 'application/octet-stream'],
  ];
  it('guesses types from names', async () => {
    await using place = await openRegistryPlace();
    await put(place.target, 'one', '1.0.0');
    const { files } = await place.artifacts.attach(`${place.reference}:1.0.0`, {
      artifactType: 'text/plain',
      files: guessed.map(([name]) => place.file(name, name)),
    });
    expect(files.map(({ title, mediaType }) => [title, mediaType])).to.deep.equal(guessed);
  });
});
