import { expect } from 'chai';
import { isSkillsError } from '../../../src/core/index.ts';
import { MemoryTarget } from '../../../src/oci/memory/index.ts';
import { artifact, manifest, otherDigest, sourceOf, store } from '../support/artifact.ts';
import { failureOf, listOf, textOf } from '../support/failure.ts';

const { config, layer, root } = artifact();

describe('MemoryTarget', () => {
  let target: MemoryTarget;
  beforeEach(async () => {
    target = new MemoryTarget();
    await store(target, config, layer, root);
    await target.tag(root.descriptor, '1.0.0');
  });

  it('resolves tags and digests, and gives manifests with them', async () => {
    expect(await target.resolve('1.0.0')).to.deep.equal(root.descriptor);
    expect(await target.resolve(root.descriptor.digest)).to.deep.equal(root.descriptor);
    expect(Buffer.from((await target.fetchReference('1.0.0')).bytes)).to.deep.equal(root.bytes);
  });

  it('holds content', async () => {
    expect(await target.exists(layer.descriptor)).to.equal(true);
    expect(await target.exists({ ...layer.descriptor, digest: otherDigest })).to.equal(false);
    expect(await textOf(await target.fetch(layer.descriptor))).to.equal('the layer');
  });

  it('checks what it is asked for against the size', async () => {
    const stream = await target.fetch({ ...layer.descriptor, size: 3 });
    await failureOf(() => textOf(stream), 'ERR_DIGEST_MISMATCH');
  });

  it('keeps nothing of content that is not what was promised', async () => {
    const other = artifact('another').layer;
    await failureOf(() => target.push(other.descriptor, sourceOf(layer.bytes)), 'ERR_DIGEST_MISMATCH');
    expect(await target.exists(other.descriptor)).to.equal(false);
  });

  it('takes content that it holds without reading it', async () => {
    await target.push(layer.descriptor, () => {
      throw new Error('read');
    });
  });

  it('lists referrers by their subject and type', async () => {
    const signature = manifest(config.descriptor, [], {
      artifactType: 'application/sig',
      subject: root.descriptor,
      annotations: { a: 'b' },
    });
    const plain = manifest(config.descriptor, [], { subject: root.descriptor });
    await store(target, signature, plain);
    expect(await listOf(target.referrers(root.descriptor, 'application/sig'))).to.deep.equal([
      { ...signature.descriptor, artifactType: 'application/sig', annotations: { a: 'b' } },
    ]);
    const types = (await listOf(target.referrers(root.descriptor))).map(({ artifactType }) => artifactType);
    expect(types).to.deep.equal(['application/sig', config.descriptor.mediaType]);
    expect(await listOf(target.referrers(layer.descriptor))).to.deep.equal([]);
  });

  it('lists tags in order, moves and removes them', async () => {
    await target.tag(root.descriptor, '0.9.0');
    await target.tag(layer.descriptor, '1.0.0');
    expect(await listOf(target.tags())).to.deep.equal(['0.9.0', '1.0.0']);
    expect((await target.resolve('1.0.0')).digest).to.equal(layer.descriptor.digest);
    await target.untag('1.0.0');
    expect(await listOf(target.tags())).to.deep.equal(['0.9.0']);
    expect(await target.exists(layer.descriptor)).to.equal(true);
  });

  it('deletes content with its tags', async () => {
    await target.delete(root.descriptor);
    expect(await target.exists(root.descriptor)).to.equal(false);
    expect(await listOf(target.tags())).to.deep.equal([]);
  });

  const absent = { ...layer.descriptor, digest: otherDigest };
  const rows: readonly (readonly [
    string,
    (target: MemoryTarget) => Promise<unknown>,
    Parameters<typeof failureOf>[1],
  ])[] = [
    ['resolve of an unknown tag', (it) => it.resolve('2.0.0'), 'ERR_NOT_FOUND'],
    ['resolve of an unknown digest', (it) => it.resolve(otherDigest), 'ERR_NOT_FOUND'],
    ['resolve of what is no reference', (it) => it.resolve('a b'), 'ERR_REFERENCE_INVALID'],
    ['fetch', (it) => it.fetch(absent), 'ERR_BLOB_UNKNOWN'],
    ['tag', (it) => it.tag(absent, 'x'), 'ERR_BLOB_UNKNOWN'],
    ['tag with a digest', (it) => it.tag(layer.descriptor, otherDigest), 'ERR_REFERENCE_INVALID'],
    ['delete', (it) => it.delete(absent), 'ERR_BLOB_UNKNOWN'],
    ['untag', (it) => it.untag('2.0.0'), 'ERR_NOT_FOUND'],
    ['an aborted fetch', (it) => it.fetch(layer.descriptor, { signal: AbortSignal.abort() }), 'ERR_INTERRUPTED'],
    [
      'an aborted push',
      (it) => it.push(layer.descriptor, sourceOf(layer.bytes), { signal: AbortSignal.abort() }),
      'ERR_INTERRUPTED',
    ],
  ];
  for (const [what, work, code] of rows) {
    it(`${what} is ${code}`, async () => {
      expect(isSkillsError(await failureOf(() => work(target), code))).to.equal(true);
    });
  }
});
