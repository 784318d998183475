import { expect } from 'chai';
import fc from 'fast-check';
import { type Digest, mediaTypes, sha256, streamOf } from '../../../src/core/index.ts';
import {
  collectionEntry,
  membersOf,
  type NewMember,
  readCollection,
  writeCollection,
} from '../../../src/pack/index.ts';
import { PackedTarget } from '../../../src/pack/packed-target.ts';
import { expectFailure } from '../helpers/errors.ts';

const types = { mediaType: mediaTypes.imageManifest, artifactType: 'application/vnd.agentskills.skill.v1' };

function memberOf(name: string, more: Partial<NewMember> = {}): NewMember {
  const descriptor = { ...types, digest: sha256(name), size: name.length };
  return {
    name,
    version: '1.0.0',
    description: `Does ${name}.`,
    reference: `ghcr.io/acme/${name}:1.0.0`,
    descriptor,
    ...more,
  };
}

/** A target of one document, under the tag `1.0.0`. */
function holding(document: unknown, mediaType: string = mediaTypes.imageIndex): PackedTarget {
  const bytes = Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
  const descriptor = { mediaType, digest: sha256(bytes), size: bytes.length };
  return new PackedTarget(
    [{ descriptor, bytes, references: ['1.0.0'] }],
    [{ descriptor, open: () => streamOf(bytes) }],
  );
}

describe('pack: collections', () => {
  it('are read as they were written, and are the same bytes in any order', async () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9]{0,10}$/);
    const text = fc.option(fc.string({ minLength: 1 }), { nil: undefined });
    const members = fc.uniqueArray(name, { minLength: 1, maxLength: 12 });
    const facts = fc.record({ name, version: fc.constant('1.0.0'), title: text, description: text, source: text });
    await fc.assert(
      fc.asyncProperty(members, facts, fc.integer(), async (names, said, seed) => {
        const entries = names.map((one) => collectionEntry(memberOf(one)));
        const shuffled = entries.toSorted((a, b) => (a.digest + seed < b.digest + seed ? -1 : 1)).reverse();
        const written = writeCollection(said, entries);
        expect(writeCollection(said, shuffled).descriptor).to.deep.equal(written.descriptor);
        const read = await readCollection(holding(Buffer.from(written.bytes).toString()), '1.0.0');
        expect(read.descriptor.digest).to.equal(written.descriptor.digest);
        expect(read.members.map((member) => member.name)).to.deep.equal([...names].sort());
        expect(read.members.map(({ reference }) => reference)).to.deep.equal(
          [...names].sort().map((one) => `ghcr.io/acme/${one}:1.0.0`),
        );
        const { title = said.name, description, source } = said;
        expect([read.name, read.version, read.title, read.description, read.source]).to.deep.equal([
          said.name,
          '1.0.0',
          title,
          description,
          source,
        ]);
      }),
      { numRuns: 60 },
    );
  });

  it('have the golden digest', () => {
    const { descriptor } = writeCollection(
      { name: 'office', version: '1.0.0', description: 'For documents' },
      ['pdf', 'xlsx'].map((name) => collectionEntry(memberOf(name))),
    );
    expect(descriptor).to.deep.equal({
      mediaType: 'application/vnd.oci.image.index.v1+json',
      artifactType: 'application/vnd.agentskills.collection.v1',
      digest: 'sha256:b7f8991359ae4f54ed5529137b7b922a5e012b22bc10fa0a483ccd769b465d32',
      size: 1409,
    });
  });

  it('leave out what is not known, and keep no type that was not stated', () => {
    const descriptor = { mediaType: mediaTypes.imageIndex, digest: sha256('x'), size: 1 };
    const entry = collectionEntry({ name: 'pdf', reference: 'ghcr.io/acme/pdf:1.0.0', descriptor });
    expect(entry).to.deep.equal({
      ...descriptor,
      annotations: {
        'io.agentskills.skill.name': 'pdf',
        'io.agentskills.skill.ref': 'ghcr.io/acme/pdf:1.0.0',
        'org.opencontainers.image.ref.name': 'ghcr.io/acme/pdf:1.0.0',
        'org.opencontainers.image.title': 'pdf',
      },
    });
  });

  it('are known by their type, by their name, or by what they list; either key of a reference is read', async () => {
    const digest = sha256('x');
    const child = (annotations: Record<string, string>) => ({
      mediaType: mediaTypes.imageManifest,
      digest,
      size: 0,
      annotations,
    });
    const named = child({ 'io.agentskills.skill.name': 'pdf', 'org.opencontainers.image.ref.name': 'ghcr.io/a/pdf:1' });
    const other = child({ 'io.agentskills.skill.name': 'xlsx', 'io.agentskills.skill.ref': 'ghcr.io/a/xlsx:2' });
    const forms = [
      { artifactType: 'application/vnd.agentskills.collection.v1', manifests: [named] },
      { annotations: { 'io.agentskills.collection.name': 'office' }, manifests: [named] },
      { manifests: [named, other] },
    ];
    for (const form of forms) {
      const { members } = await readCollection(
        holding({ schemaVersion: 2, mediaType: mediaTypes.imageIndex, ...form }),
        '1.0.0',
      );
      expect(members[0]).to.include({ name: 'pdf', reference: 'ghcr.io/a/pdf:1', size: 0 });
    }
    expect(membersOf({ schemaVersion: 2, manifests: [other] })[0]?.reference).to.equal('ghcr.io/a/xlsx:2');
  });

  it('are no artifacts, no images for several platforms, and nothing broken', async () => {
    const image = { schemaVersion: 2, config: { mediaType: 'x/y', digest: sha256('c'), size: 1 }, layers: [] };
    const platforms = ['amd64', 'arm64'].map((architecture) => ({
      mediaType: mediaTypes.imageManifest,
      digest: sha256(architecture) as Digest,
      size: 1,
      platform: { os: 'linux', architecture },
    }));
    const refused = [
      holding(image, mediaTypes.imageManifest),
      holding({ schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests: platforms }),
    ];
    for (const target of refused) {
      await expectFailure(() => readCollection(target, '1.0.0'), 'ERR_ARTIFACT_INVALID', 'no-collection');
    }
    await expectFailure(() => readCollection(holding('{"schemaVersion":2'), '1.0.0'), 'ERR_ARTIFACT_INVALID');
    const broken = { schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests: [{ digest: 'none' }] };
    await expectFailure(() => readCollection(holding(broken), '1.0.0'), 'ERR_ARTIFACT_INVALID');
  });

  it('are no longer than registries take', async () => {
    const entries = Array.from({ length: 4_000 }, (_, at) =>
      collectionEntry(memberOf(`s${at}`, { description: 'x'.repeat(1_000) })),
    );
    await expectFailure(() => writeCollection({ name: 'all' }, entries), 'ERR_ARTIFACT_INVALID');
  });
});
