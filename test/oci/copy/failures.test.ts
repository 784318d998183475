import { expect } from 'chai';
import { type Descriptor, type ReadOnlyTarget, SkillsError } from '../../../src/core/index.ts';
import { copy } from '../../../src/oci/copy/index.ts';
import { MemoryTarget } from '../../../src/oci/memory/index.ts';
import { index, manifest, piece, store } from '../support/artifact.ts';
import { failureOf, listOf } from '../support/failure.ts';
import { config, layer, Noted, nameOf, plain, root, sourceWith } from './noted.ts';

describe('copy: failures', () => {
  const rows: readonly (readonly [string, 'source' | 'destination', string])[] = [
    ['the reference', 'source', 'resolve 1.0.0'],
    ['the root', 'source', 'fetch root'],
    ['a layer', 'source', 'fetch layer'],
    ['the question for the root', 'destination', 'exists root'],
    ['the question for a layer', 'destination', 'exists layer'],
    ['a blob', 'destination', 'push layer'],
    ['the manifest', 'destination', 'push root'],
    ['the tag', 'destination', 'tag x'],
  ];
  for (const [what, side, step] of rows) {
    it(`at ${what} (${step}) name the ${side}, and tag nothing`, async () => {
      const source = new Noted();
      const destination = new Noted();
      await store(source.inner, config, layer, root);
      await source.inner.tag(root.descriptor, '1.0.0');
      const failing = side === 'source' ? source : destination;
      failing.fail = (at) =>
        at === step
          ? new SkillsError('ERR_REGISTRY', 'went wrong', { hint: 'do this', data: { status: 500 } })
          : undefined;
      const error = await failureOf(
        () => copy(source, '1.0.0', destination, 'x', { alsoTags: ['y'] }),
        'ERR_REGISTRY',
        new RegExp(`^${side}: went wrong$`),
      );
      expect(error.hint).to.equal('do this');
      expect(error.data).to.deep.equal({ status: 500, side });
      expect(error.cause).to.be.instanceOf(SkillsError);
      expect(await listOf(destination.inner.tags())).to.deep.equal([]);
    });
  }

  it('in the middle of a layer name the source, and leave nothing of it', async () => {
    const inner = await plain();
    const source: ReadOnlyTarget = {
      resolve: (reference) => inner.resolve(reference),
      exists: (descriptor) => inner.exists(descriptor),
      fetch: async (descriptor) => {
        if (descriptor.digest !== layer.descriptor.digest) return inner.fetch(descriptor);
        return (async function* () {
          yield Buffer.from('the');
          throw new SkillsError('ERR_NETWORK', 'broken off');
        })();
      },
    };
    const destination = new MemoryTarget();
    await failureOf(() => copy(source, '1.0.0', destination, 'x'), 'ERR_NETWORK', /^source: broken off/);
    expect(await destination.exists(layer.descriptor)).to.equal(false);
    expect(await destination.exists(root.descriptor)).to.equal(false);
  });

  it('of the file system become errors with a side', async () => {
    const destination = new Noted();
    destination.fail = (step) =>
      step === 'push layer' ? Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC' }) : undefined;
    const source = await plain();
    await failureOf(() => copy(source, '1.0.0', destination, 'x'), 'ERR_IO', /^destination: no space is left/);
  });

  it('end the other pieces, and are waited for', async () => {
    const layers = Array.from({ length: 10 }, (_, n) => piece('application/x', `layer ${n}`));
    const many = manifest(
      config.descriptor,
      layers.map(({ descriptor }) => descriptor),
    );
    const destination = new Noted();
    destination.delay = 5;
    const bad = layers[0]?.descriptor;
    destination.fail = (step) =>
      bad && step === `push ${nameOf(bad)}` ? new SkillsError('ERR_IO', 'full') : undefined;
    const source = await sourceWith(many, config, ...layers);
    await failureOf(() => copy(source, '1.0.0', destination, 'x', { concurrency: 2 }), 'ERR_IO', /^destination: full/);
    expect(destination.running).to.equal(0);
    expect(destination.done.length).to.be.below(10);
  });

  it('of a manifest that cannot be read name the source', async () => {
    const broken = piece(root.descriptor.mediaType, '{"schemaVersion":2,"config":7}');
    const source = await sourceWith(broken);
    await failureOf(() => copy(source, '1.0.0', new MemoryTarget()), 'ERR_ARTIFACT_INVALID', /^source: .*"config"/);
  });

  it('by an abort are ERR_INTERRUPTED, before and in the middle', async () => {
    const source = await plain();
    await failureOf(
      () => copy(source, '1.0.0', new MemoryTarget(), 'x', { signal: AbortSignal.abort() }),
      'ERR_INTERRUPTED',
    );
    const stop = new AbortController();
    const destination = new Noted();
    destination.fail = (step) => {
      if (step === 'push config') stop.abort(new Error('any reason'));
      return undefined;
    };
    await failureOf(
      () => copy(source, '1.0.0', destination, 'x', { signal: stop.signal, concurrency: 1 }),
      'ERR_INTERRUPTED',
    );
    expect(await listOf(destination.inner.tags())).to.deep.equal([]);
  });

  it('come for artifacts that are too large to be honest', async () => {
    const blob = (n: number) => ({
      ...layer.descriptor,
      digest: `sha256:${n.toString(16).padStart(64, '0')}` as Descriptor['digest'],
    });
    const huge = index([], { manifests: Array.from({ length: 10_001 }, (_, n) => blob(n)) });
    const source = await sourceWith(huge);
    await failureOf(() => copy(source, '1.0.0', new MemoryTarget()), 'ERR_ARTIFACT_INVALID', /more than 10000 parts/);
  });
});
