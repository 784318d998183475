import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { type Descriptor, mediaTypes, readAll } from '../../../src/core/index.ts';
import {
  copy,
  MemoryTarget,
  type RegistryOptions,
  RemoteRegistry,
  type RemoteRepository,
} from '../../../src/oci/index.ts';
import { artifact, manifest, otherDigest, type Piece, piece, sourceOf, store } from '../../oci/support/artifact.ts';
import { failureOf, listOf } from '../../oci/support/failure.ts';
import type { Quirk, ReferrersWay } from './registries.ts';

/** A registry that the contract is tried on, as one who may push sees it. */
export interface Ground {
  readonly host: string;
  readonly options: RegistryOptions;
  readonly referrers: ReferrersWay;
  readonly quirks?: readonly Quirk[] | undefined;
}

const chunk = 1024 * 1024;

/**
 * What our client can do with every registry: the same tests for each, over HTTP.
 *
 * @param open called once, before the first test.
 */
export function describeContract(open: () => Ground): void {
  let registry: RemoteRegistry;
  let repository: RemoteRepository;
  let count = 0;

  before(() => {
    const { host, options } = open();
    registry = new RemoteRegistry(host, { retryDelay: 20, chunkBytes: 4 * chunk, ...options });
  });
  beforeEach(() => {
    repository = registry.repository(`contract/skill-${++count}`);
  });
  after(() => registry[Symbol.asyncDispose]());

  const place: Place = {
    registry: () => registry,
    at: () => repository,
    referrers: () => open().referrers,
    has: (quirk) => open().quirks?.includes(quirk) ?? false,
  };
  describeContent(place);
  describeReferences(place);
  describeReferrers(place);
  describeMoves(place);
}

/** Where a test works: its repository is a fresh one. */
interface Place {
  readonly registry: () => RemoteRegistry;
  readonly at: () => RemoteRepository;
  readonly referrers: () => ReferrersWay;
  readonly has: (quirk: Quirk) => boolean;
}

function describeContent({ at }: Place): void {
  it('stores a blob and gives it back', async () => {
    const { descriptor, bytes } = piece('application/octet-stream', randomBytes(10_000));
    expect(await at().exists(descriptor)).to.equal(false);
    await at().push(descriptor, sourceOf(bytes));
    expect(await at().exists(descriptor)).to.equal(true);
    expect(await contentOf(at(), descriptor)).to.deep.equal(bytes);
  });

  it('stores the empty blob that artifacts without a configuration name', async () => {
    const { descriptor, bytes } = piece(mediaTypes.emptyConfig, '{}');
    await at().push(descriptor, sourceOf(bytes));
    expect(await contentOf(at(), descriptor)).to.deep.equal(bytes);
  });

  it('stores a blob in chunks', async () => {
    const { descriptor, bytes } = piece('application/octet-stream', randomBytes(9 * chunk + 17));
    await at().push(descriptor, sourceOf(bytes));
    expect(await contentOf(at(), descriptor)).to.deep.equal(bytes);
  });

  it('gives a range of a blob', async () => {
    const { descriptor, bytes } = piece('application/octet-stream', randomBytes(100_000));
    await at().push(descriptor, sourceOf(bytes));
    const part = await readAll(await at().fetchRange(descriptor, 70_001, 90_000), 100_000, 'the range');
    expect(Buffer.from(part)).to.deep.equal(bytes.subarray(70_001, 90_001));
  });

  it('keeps nothing of content that has another digest', async () => {
    const { descriptor, bytes } = piece('application/octet-stream', randomBytes(1_000));
    const wrong = { ...descriptor, digest: otherDigest };
    await failureOf(() => at().push(wrong, sourceOf(bytes)), 'ERR_DIGEST_MISMATCH');
    expect(await at().exists(wrong)).to.equal(false);
  });

  it('deletes a blob', async () => {
    const { descriptor, bytes } = piece('application/octet-stream', randomBytes(1_000));
    await at().push(descriptor, sourceOf(bytes));
    await at().delete(descriptor);
    expect(await at().exists(descriptor)).to.equal(false);
  });

  it('says that a blob is not there', async () => {
    await pushArtifact(at(), '1.0.0');
    const missing = { mediaType: 'application/octet-stream', digest: otherDigest, size: 5 };
    await failureOf(() => contentOf(at(), missing), 'ERR_BLOB_UNKNOWN');
  });
}

function describeReferences({ at, has }: Place): void {
  it('resolves tags and digests, and gives manifests byte for byte', async () => {
    const { root } = await pushArtifact(at(), '1.0.0');
    for (const reference of ['1.0.0', root.descriptor.digest]) {
      expect(await at().resolve(reference)).to.include({ digest: root.descriptor.digest, size: root.descriptor.size });
      const { descriptor, bytes } = await at().fetchReference(reference);
      expect(descriptor.mediaType).to.equal(mediaTypes.imageManifest);
      expect(Buffer.from(bytes)).to.deep.equal(root.bytes);
    }
  });

  it('moves a tag', async () => {
    await pushArtifact(at(), 'latest', 'first');
    const { root } = await pushArtifact(at(), 'latest', 'second');
    expect((await at().resolve('latest')).digest).to.equal(root.descriptor.digest);
  });

  it('lists every tag', async () => {
    const { root } = await pushArtifact(at(), 'v0');
    const tags = Array.from({ length: 24 }, (_, index) => `v${index + 1}`);
    for (const tag of tags) await at().tag(root.descriptor, tag);
    expect((await listOf(at().tags())).sort()).to.deep.equal(['v0', ...tags].sort());
  });

  it('says that a tag is not there', async () => {
    await pushArtifact(at(), '1.0.0');
    await failureOf(() => at().resolve('2.0.0'), 'ERR_NOT_FOUND');
  });

  it('says that a repository is not there', async () => {
    await failureOf(() => at().resolve('1.0.0'), 'ERR_NOT_FOUND');
    await failureOf(() => listOf(at().tags()), 'ERR_NOT_FOUND');
  });

  it('is told of a manifest whose blobs are not there, by a registry that looks', async () => {
    const { root } = artifact(randomBytes(10).toString('hex'));
    const push = () => at().push(root.descriptor, sourceOf(root.bytes));
    if (has('takes manifests whose content is missing')) await push();
    else await failureOf(push, 'ERR_REGISTRY');
  });

  it('deletes a manifest with its tags', async () => {
    const { root } = await pushArtifact(at(), '1.0.0');
    await at().delete(root.descriptor);
    await failureOf(() => at().resolve(root.descriptor.digest), 'ERR_NOT_FOUND');
    if (has('tags outlive their manifest')) await at().resolve('1.0.0');
    else await failureOf(() => at().resolve('1.0.0'), 'ERR_NOT_FOUND');
  });
}

function describeReferrers({ at, referrers, has }: Place): void {
  it('lists what refers to a manifest, all and by type', async () => {
    const { root } = await pushArtifact(at(), '1.0.0');
    const signature = await attach(at(), root, 'application/vnd.example.signature', 'one');
    const sbom = await attach(at(), root, 'application/vnd.example.sbom', 'two');
    const all = await listOf(at().referrers(root.descriptor));
    expect(all.map(({ digest }) => digest)).to.have.members([signature.descriptor.digest, sbom.descriptor.digest]);
    const sboms = await listOf(at().referrers(root.descriptor, 'application/vnd.example.sbom'));
    if (has('lists referrers by the type of their config')) expect(sboms).to.deep.equal([]);
    else {
      const { digest } = sbom.descriptor;
      expect(sboms).to.have.length(1);
      expect(sboms[0]).to.deep.include({ digest, artifactType: 'application/vnd.example.sbom' });
      expect(sboms[0]?.annotations).to.deep.equal({ 'org.example.which': 'two' });
    }
    const tags = await listOf(at().tags());
    const expected = referrers() !== 'api' ? ['1.0.0', root.descriptor.digest.replace(':', '-')] : ['1.0.0'];
    expect(tags).to.have.members(expected);
  });

  it('lists nothing where nothing refers to a manifest', async () => {
    const { root } = await pushArtifact(at(), '1.0.0');
    expect(await listOf(at().referrers(root.descriptor))).to.deep.equal([]);
  });

  it('no longer lists a referrer that is deleted', async () => {
    const { root } = await pushArtifact(at(), '1.0.0');
    const first = await attach(at(), root, 'application/vnd.example.signature', 'one');
    const second = await attach(at(), root, 'application/vnd.example.signature', 'two');
    await at().delete(first.descriptor);
    const left = await listOf(at().referrers(root.descriptor));
    expect(left.map(({ digest }) => digest)).to.deep.equal([second.descriptor.digest]);
  });
}

function describeMoves({ registry, at, has }: Place): void {
  it('takes a blob over from another repository, or sends it where that is not possible', async () => {
    const { descriptor, bytes } = piece('application/octet-stream', randomBytes(50_000));
    const other = registry().repository('contract/other');
    await other.push(descriptor, sourceOf(bytes));
    const mounted = await at().mount(descriptor, other.name);
    if (!mounted) await at().push(descriptor, sourceOf(bytes));
    expect(await contentOf(at(), descriptor)).to.deep.equal(bytes);
    expect(mounted).to.equal(!has('does not mount'));
  });

  it('copies an artifact out and in again with all that refers to it', async () => {
    const { root, layer } = await pushArtifact(at(), '1.0.0', randomBytes(3 * chunk).toString('hex'));
    const signature = await attach(at(), root, 'application/vnd.example.signature', 'one');
    const memory = new MemoryTarget();
    await copy(at(), '1.0.0', memory, '1.0.0', { referrers: true });
    const back = registry().repository(`${at().name}-back`);
    const copied = await copy(memory, '1.0.0', back, '1.0.0', { referrers: true, alsoTags: ['latest'] });
    expect(copied.digest).to.equal(root.descriptor.digest);
    expect((await back.resolve('latest')).digest).to.equal(root.descriptor.digest);
    expect(await contentOf(back, layer.descriptor)).to.deep.equal(layer.bytes);
    const referrers = await listOf(back.referrers(root.descriptor));
    expect(referrers.map(({ digest }) => digest)).to.deep.equal([signature.descriptor.digest]);
  });

  it('copies from repository to repository', async () => {
    const { root } = await pushArtifact(at(), '1.0.0');
    const ways = new Set<string | undefined>();
    const destination = registry().repository(`${at().name}-copy`);
    await copy(at(), '1.0.0', destination, '1.0.0', {
      onProgress: ({ descriptor, way, done }) => {
        if (done && descriptor.digest !== root.descriptor.digest) ways.add(way);
      },
    });
    expect((await destination.resolve('1.0.0')).digest).to.equal(root.descriptor.digest);
    expect([...ways], 'nothing is sent').not.to.include('sent');
  });

  it('lists its repositories', async () => {
    await pushArtifact(at(), '1.0.0');
    expect(await listOf(registry().repositories())).to.include(at().name);
  });
}

/** A small artifact of its own content, tagged. */
async function pushArtifact(repository: RemoteRepository, tag: string, content = randomBytes(8).toString('hex')) {
  const pieces = artifact(content);
  await store(repository, pieces.config, pieces.layer, pieces.root);
  await repository.tag(pieces.root.descriptor, tag);
  return pieces;
}

async function attach(repository: RemoteRepository, subject: Piece, artifactType: string, which: string) {
  const empty = piece(mediaTypes.emptyConfig, '{}');
  const layer = piece('text/plain', which);
  const more = { artifactType, subject: subject.descriptor, annotations: { 'org.example.which': which } };
  const referrer = manifest(empty.descriptor, [layer.descriptor], more);
  await store(repository, empty, layer, referrer);
  return referrer;
}

async function contentOf(repository: RemoteRepository, descriptor: Descriptor): Promise<Buffer> {
  return Buffer.from(await readAll(await repository.fetch(descriptor), 64 * chunk, 'the content'));
}
