import { expect } from 'chai';
import { type Descriptor, type ErrorCode, mediaTypes, type Platform, sha256 } from '../../../src/core/index.ts';
import { MemoryTarget } from '../../../src/oci/index.ts';
import { readArtifact } from '../../../src/pack/index.ts';
import { expectFailure } from '../helpers/errors.ts';
import {
  blob,
  type Fixture,
  gzipOf,
  indexOf,
  json,
  manifestOf,
  publish,
  skillimageCollection,
  skillOf,
  skillsOci,
  tarOf,
  toolhive,
} from './writers/index.ts';

const amd64: Platform = { os: 'linux', architecture: 'amd64' };
const arm64: Platform = { os: 'linux', architecture: 'arm64', variant: 'v8' };
const report = skillOf('report');

/** An image of one platform, with a program for it. */
function imageFor(platform: Platform, program: string): Fixture {
  const files = { ...report.files, 'bin/tool': program };
  const layer = gzipOf(tarOf(Object.entries(files).map(([path, content]) => ({ path, content }))));
  return manifestOf(json('application/vnd.oci.image.config.v1+json', platform), [
    blob('application/vnd.oci.image.layer.v1.tar+gzip', layer),
  ]);
}

const forBoth = (mediaType?: string) =>
  indexOf(
    [amd64, arm64].map((platform) => ({ fixture: imageFor(platform, `for ${platform.architecture}`), platform })),
    { ...(mediaType ? { mediaType } : {}), annotations: { 'org.opencontainers.image.version': '1.0.0' } },
  );

async function holding(fixture: Fixture): Promise<MemoryTarget> {
  const target = new MemoryTarget();
  await publish(target, fixture, '1.0.0');
  return target;
}

function childOf(fixture: Fixture, at: number): Descriptor {
  return JSON.parse(fixture.root.bytes.toString()).manifests[at];
}

describe('pack: indexes', () => {
  it('takes one manifest where all platforms have the same layers, and pins the index', async () => {
    const fixture = toolhive(report, '1.0.0');
    const target = await holding(fixture);
    const artifact = await readArtifact(target, '1.0.0');
    expect(artifact.descriptor).to.deep.equal(fixture.root.descriptor);
    expect(artifact).to.not.have.property('platform');
    expect([...artifact.held.keys()]).to.include.members([childOf(fixture, 0).digest, childOf(fixture, 1).digest]);
    const asked = await readArtifact(target, '1.0.0', { platform: 'linux/arm64' });
    expect(asked.descriptor, 'a platform changes nothing then').to.deep.equal(fixture.root.descriptor);
  });

  for (const mediaType of [mediaTypes.imageIndex, mediaTypes.dockerManifestList]) {
    it(`chooses by platform where the layers differ, and pins the manifest (${mediaType})`, async () => {
      const fixture = forBoth(mediaType);
      const target = await holding(fixture);
      const wanted = await expectFailure(() => readArtifact(target, '1.0.0'), 'ERR_ARTIFACT_INVALID', 'platform');
      expect(wanted.data?.platforms).to.deep.equal(['linux/amd64', 'linux/arm64/v8']);
      expect(wanted.hint).to.contain('--platform linux/amd64');
      for (const platform of ['linux/arm64', 'linux/arm64/v8']) {
        const artifact = await readArtifact(target, '1.0.0', { platform });
        expect(artifact).to.deep.include({
          platform: 'linux/arm64/v8',
          version: '1.0.0',
          index: fixture.root.descriptor,
        });
        expect(artifact.descriptor.digest).to.equal(childOf(fixture, 1).digest);
        expect(artifact.files?.find(({ path }) => path === 'bin/tool')?.digest).to.equal(sha256('for arm64'));
      }
      const none = await expectFailure(
        () => readArtifact(target, '1.0.0', { platform: 'windows/amd64' }),
        'ERR_NOT_FOUND',
        'platform',
      );
      expect(none.hint).to.contain('linux/amd64, linux/arm64/v8');
    });
  }

  it('passes over the attestations that buildkit puts beside an image', async () => {
    const attestation = manifestOf(json('application/vnd.oci.image.config.v1+json', {}), [
      blob('application/vnd.in-toto+json', '{}'),
    ]);
    const unknown = { os: 'unknown', architecture: 'unknown' };
    const annotations = { 'vnd.docker.reference.type': 'attestation-manifest' };
    const fixture = indexOf([
      { fixture: imageFor(amd64, 'x'), platform: amd64 },
      { fixture: attestation, platform: unknown, more: { annotations } },
    ]);
    const artifact = await readArtifact(await holding(fixture), '1.0.0');
    expect(artifact.descriptor.digest).to.equal(fixture.root.descriptor.digest);
  });

  it('reads an index of one artifact without a platform, and one inside of another', async () => {
    const inner = indexOf([{ fixture: skillsOci(report, '1.0.0') }]);
    expect((await readArtifact(await holding(inner), '1.0.0')).manifest.name).to.equal('report');
    const outer = indexOf([{ fixture: inner }]);
    expect((await readArtifact(await holding(outer), '1.0.0')).manifest.name).to.equal('report');
  });

  it('reads children whose descriptors say 0 bytes', async () => {
    const fixture = indexOf([{ fixture: skillsOci(report, '1.0.0'), more: { size: 0 } }]);
    expect((await readArtifact(await holding(fixture), '1.0.0')).manifest.name).to.equal('report');
  });

  it('reads the platform that is asked for where a copy holds no other', async () => {
    const { parts, root } = forBoth();
    const gone = childOf({ parts, root }, 0).digest;
    const target = await holding({ parts: parts.filter(({ descriptor }) => descriptor.digest !== gone), root });
    expect((await readArtifact(target, '1.0.0', { platform: 'linux/arm64' })).platform).to.equal('linux/arm64/v8');
    await expectFailure(() => readArtifact(target, '1.0.0', { platform: 'linux/amd64' }), 'ERR_BLOB_UNKNOWN');
    await expectFailure(() => readArtifact(target, '1.0.0'), 'ERR_BLOB_UNKNOWN');
  });

  it('refuses a platform that is none', async () => {
    await expectFailure(
      async () => readArtifact(await holding(forBoth()), '1.0.0', { platform: 'amd64' }),
      'ERR_USAGE',
    );
  });

  it('says of a collection that it is one, and what it lists, in the words of either tool', async () => {
    const member = (name: string, more: object, key: string) => ({
      fixture: skillsOci(skillOf(name), '1.0.0'),
      more: {
        ...more,
        artifactType: 'application/vnd.agentskills.skill.v1',
        annotations: {
          'io.agentskills.skill.name': name,
          'org.opencontainers.image.version': '1.0.0',
          [key]: `ghcr.io/acme/skills/${name}:1.0.0`,
        },
      },
    });
    const fixture = indexOf(
      [member('pdf', { size: 0 }, 'io.agentskills.skill.ref'), member('csv', {}, 'org.opencontainers.image.ref.name')],
      {
        artifactType: 'application/vnd.agentskills.collection.v1',
        annotations: { 'io.agentskills.collection.name': 'office' },
      },
    );
    const error = await expectFailure(
      async () => readArtifact(await holding(fixture), '1.0.0'),
      'ERR_ARTIFACT_INVALID',
      'collection',
    );
    expect(error.data).to.deep.include({ name: 'office' });
    const members = error.data?.members as readonly Record<string, unknown>[];
    expect(members.map(({ name, version, reference, size }) => [name, version, reference, size === 0])).to.deep.equal([
      ['pdf', '1.0.0', 'ghcr.io/acme/skills/pdf:1.0.0', true],
      ['csv', '1.0.0', 'ghcr.io/acme/skills/csv:1.0.0', false],
    ]);
    expect(members[0]?.digest).to.equal(childOf(fixture, 0).digest);
  });

  it('says so of a collection of skillctl too, which is a file', async () => {
    const fixture = skillimageCollection('office', { pdf: 'quay.io/acme/pdf:1.0.0', csv: 'quay.io/acme/csv:1.0.0' });
    const error = await expectFailure(
      async () => readArtifact(await holding(fixture), '1.0.0'),
      'ERR_ARTIFACT_INVALID',
      'collection',
    );
    expect(error.data).to.deep.equal({
      reason: 'collection',
      name: 'office',
      members: [
        { name: 'pdf', reference: 'quay.io/acme/pdf:1.0.0' },
        { name: 'csv', reference: 'quay.io/acme/csv:1.0.0' },
      ],
    });
  });

  const raw = (manifests: readonly object[], more: object = {}): Fixture => {
    const root = json(mediaTypes.imageIndex, {
      schemaVersion: 2,
      mediaType: mediaTypes.imageIndex,
      manifests,
      ...more,
    });
    return { parts: [root], root };
  };
  const child = (more: object = {}) => ({
    mediaType: mediaTypes.imageManifest,
    digest: sha256(JSON.stringify(more)),
    size: 10,
    ...more,
  });
  const many = (count: number, more: (at: number) => object) =>
    [...Array(count).keys()].map((at) => child({ ...more(at), annotations: { at: `${at}` }, digest: sha256(`${at}`) }));
  const nested = (depth: number): Fixture =>
    depth === 0 ? skillsOci(report, '1.0.0') : indexOf([{ fixture: nested(depth - 1) }]);

  const hostile: readonly (readonly [string, () => Fixture, ErrorCode, string | undefined])[] = [
    ['without children', () => raw([]), 'ERR_ARTIFACT_INVALID', 'index'],
    [
      'of artifacts that are neither platforms nor skills',
      () => raw([child({ digest: sha256('a') }), child({ digest: sha256('b') })]),
      'ERR_ARTIFACT_INVALID',
      'index',
    ],
    [
      'of 100 platforms',
      () => raw(many(100, (at) => ({ platform: { os: 'linux', architecture: `a${at}` } }))),
      'ERR_ARTIFACT_INVALID',
      'index',
    ],
    ['of 10,001 children', () => raw(many(10_001, () => ({}))), 'ERR_ARTIFACT_INVALID', 'index'],
    [
      'that names a child twice',
      () => raw([child({ platform: amd64, digest: sha256('a') }), child({ platform: arm64, digest: sha256('a') })]),
      'ERR_ARTIFACT_INVALID',
      'loop',
    ],
    ['that is nested four times', () => nested(4), 'ERR_ARTIFACT_INVALID', 'nesting'],
    ['whose child is missing', () => raw([child({ platform: amd64 })]), 'ERR_BLOB_UNKNOWN', undefined],
    [
      'whose child has no digest',
      () => raw([{ mediaType: mediaTypes.imageManifest, digest: 'sha256:12', size: 1 }]),
      'ERR_ARTIFACT_INVALID',
      undefined,
    ],
    ['that is no list', () => raw([], { manifests: 'x' }), 'ERR_ARTIFACT_INVALID', undefined],
  ];
  for (const [title, fixture, code, reason] of hostile) {
    it(`refuses an index ${title}`, async () => {
      const error = await expectFailure(async () => readArtifact(await holding(fixture()), '1.0.0'), code);
      if (reason) expect(error.data?.reason, error.message).to.equal(reason);
    });
  }

  it('holds no more of the manifests of an index than some megabytes', async () => {
    const padding = 'x'.repeat(3 << 20);
    const children = [...Array(8).keys()].map((at) => ({
      platform: { os: 'linux', architecture: `a${at}` },
      fixture: manifestOf(json('application/vnd.oci.image.config.v1+json', { at }), [], { annotations: { padding } }),
    }));
    const error = await expectFailure(
      async () => readArtifact(await holding(indexOf(children)), '1.0.0'),
      'ERR_ARTIFACT_INVALID',
    );
    expect(error.message).to.match(/more than 16777216 bytes/);
  });

  it('lists 10,000 members of a collection, and refuses an index that a liar says names itself', async () => {
    const collection = raw(
      many(10_000, (at) => ({ annotations: { 'io.agentskills.skill.name': `s${at}` } })),
      {
        artifactType: 'application/vnd.agentskills.collection.v1',
      },
    );
    const error = await expectFailure(
      async () => readArtifact(await holding(collection), '1.0.0'),
      'ERR_ARTIFACT_INVALID',
      'collection',
    );
    expect(error.data?.members).to.have.length(10_000);
    const self = child({ mediaType: mediaTypes.imageIndex, digest: sha256('self'), platform: amd64 });
    const bytes = Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests: [self] }),
    );
    const descriptor = { mediaType: mediaTypes.imageIndex, digest: sha256('self'), size: bytes.length };
    const liar = Object.assign(new MemoryTarget(), { fetchReference: async () => ({ descriptor, bytes }) });
    await expectFailure(() => readArtifact(liar, '1.0.0'), 'ERR_ARTIFACT_INVALID', 'loop');
  });
});
