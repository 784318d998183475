import { expect } from 'chai';
import { type Descriptor, SkillsError, streamOf, TrustError } from '../../../src/core/index.ts';
import { type CopyProgress, copy } from '../../../src/oci/copy/index.ts';
import { MemoryTarget } from '../../../src/oci/memory/index.ts';
import { index, manifest, otherDigest, piece, store } from '../support/artifact.ts';
import { failureOf, listOf, textOf } from '../support/failure.ts';
import { config, layer, Noted, named, nameOf, plain, root, sourceWith } from './noted.ts';

describe('copy', () => {
  it('sends blobs, then the manifest, then the tag, then the other tags', async () => {
    const destination = new Noted();
    const copied = await copy(await plain(), '1.0.0', destination, '1.0.0', {
      alsoTags: ['latest', '1'],
      concurrency: 1,
    });
    expect(copied).to.deep.equal(root.descriptor);
    expect(destination.done).to.deep.equal([
      'exists root',
      'exists config',
      'push config',
      'exists layer',
      'push layer',
      'push root',
      'tag 1.0.0',
      'tag latest',
      'tag 1',
    ]);
    expect(await textOf(await destination.inner.fetch(layer.descriptor))).to.equal('the layer');
  });

  it('fetches no more than it may', async () => {
    const destination = new Noted();
    const copying = async (mostBytes: number) => copy(await plain(), '1.0.0', destination, '1.0.0', { mostBytes });
    await failureOf(() => copying(10), 'ERR_ARTIFACT_INVALID', /more than 10 bytes/);
    expect(destination.done.filter((step) => step === 'push layer' || step.startsWith('tag'))).to.deep.equal([]);
    await copying(11);
  });

  it('needs nothing but the tag where the root is held', async () => {
    const destination = new Noted();
    await store(destination.inner, config, layer, root);
    await copy(await plain(), '1.0.0', destination, 'x');
    expect(destination.done).to.deep.equal(['exists root', 'tag x']);
  });

  it('sends only what is missing', async () => {
    const destination = new Noted();
    await store(destination.inner, layer);
    await copy(await plain(), '1.0.0', destination);
    expect(destination.done.filter((step) => step.startsWith('push'))).to.deep.equal(['push config', 'push root']);
  });

  it('tags nothing without a reference, or with the digest of the root', async () => {
    for (const reference of [undefined, root.descriptor.digest]) {
      const destination = new Noted();
      await copy(await plain(), root.descriptor.digest, destination, reference);
      expect(destination.done.filter((step) => step.startsWith('tag'))).to.deep.equal([]);
    }
  });

  const refused: readonly (readonly [string, string | undefined, string[]])[] = [
    ['a tag that is none', 'a b', []],
    ['another tag that is none', 'x', ['../y']],
    ['another digest', otherDigest, []],
  ];
  for (const [what, reference, alsoTags] of refused) {
    it(`refuses ${what} before anything is moved`, async () => {
      const destination = new Noted();
      const source = await plain();
      await failureOf(() => copy(source, '1.0.0', destination, reference, { alsoTags }), 'ERR_REFERENCE_INVALID');
      expect(destination.done).to.deep.equal([]);
    });
  }

  it('fetches a root by resolve and fetch where the source can do no more', async () => {
    const source = new Noted();
    await store(source.inner, config, layer, root);
    await source.inner.tag(root.descriptor, '1.0.0');
    await copy(source, '1.0.0', new MemoryTarget(), 'x', { concurrency: 1 });
    expect(source.done).to.deep.equal(['resolve 1.0.0', 'fetch root', 'fetch config', 'fetch layer']);
  });

  it('takes content from the descriptor where it is there', async () => {
    const inlined = named(
      'inlined',
      manifest({ ...config.descriptor, data: config.bytes.toString('base64') }, [layer.descriptor]),
    );
    const source = new Noted();
    await store(source.inner, layer, inlined);
    await source.inner.tag(inlined.descriptor, '1.0.0');
    const destination = new MemoryTarget();
    await copy(source, '1.0.0', destination);
    expect(source.done).not.to.include('fetch config');
    expect(await textOf(await destination.fetch(config.descriptor))).to.equal('{}');
  });

  it('does not believe content in the descriptor that has another digest', async () => {
    const lying = manifest({ ...config.descriptor, data: Buffer.from('[]').toString('base64') }, []);
    const source = await sourceWith(lying);
    const error = await failureOf(
      () => copy(source, '1.0.0', new MemoryTarget()),
      'ERR_DIGEST_MISMATCH',
      /^source: the data of/,
    );
    expect(error).to.be.instanceOf(TrustError);
  });

  it('walks an index, and moves what several manifests share once', async () => {
    const second = named('second', manifest(config.descriptor, [layer.descriptor], { annotations: { n: '2' } }));
    const inner = named('inner', index([second.descriptor]));
    const outer = named('outer', index([root.descriptor, inner.descriptor]));
    const destination = new Noted();
    await copy(await sourceWith(outer, config, layer, root, second, inner), '1.0.0', destination);
    const pushed = destination.done.filter((step) => step.startsWith('push')).map((step) => step.slice(5));
    expect([...pushed].sort()).to.deep.equal(['config', 'inner', 'layer', 'outer', 'root', 'second']);
    for (const [first, then] of [
      ['layer', 'root'],
      ['layer', 'second'],
      ['second', 'inner'],
      ['inner', 'outer'],
      ['root', 'outer'],
    ] as const) {
      expect(pushed.indexOf(first), `${first} before ${then}`).to.be.below(pushed.indexOf(then));
    }
  });

  it('skips a manifest within an index that is held, with all that it names', async () => {
    const outer = named('outer', index([root.descriptor]));
    const destination = new Noted();
    await store(destination.inner, config, layer, root);
    await copy(await sourceWith(outer, config, layer, root), '1.0.0', destination);
    expect(destination.done).to.deep.equal(['exists outer', 'exists root', 'push outer']);
  });

  it('does not follow subjects', async () => {
    const signature = manifest(config.descriptor, [], { subject: root.descriptor });
    const destination = new MemoryTarget();
    await copy(await sourceWith(signature, config), '1.0.0', destination, 'sig');
    expect(await destination.exists(root.descriptor)).to.equal(false);
  });

  it('has as many pieces on their way as it is told, and no more', async () => {
    const layers = Array.from({ length: 20 }, (_, n) => piece('application/x', `layer ${n}`));
    const many = manifest(
      config.descriptor,
      layers.map(({ descriptor }) => descriptor),
    );
    const source = await sourceWith(many, config, ...layers);
    for (const [concurrency, most] of [
      [1, 1],
      [3, 3],
      [undefined, 8],
    ] as const) {
      const destination = new Noted();
      destination.delay = 2;
      await copy(source, '1.0.0', destination, 'x', { concurrency });
      expect(destination.most).to.equal(most);
    }
  });

  it('tells how far it is', async () => {
    const destination = new MemoryTarget();
    await store(destination, config);
    const events: CopyProgress[] = [];
    await copy(await plain(), '1.0.0', destination, 'x', { onProgress: (event) => events.push(event), concurrency: 1 });
    expect(events.map(({ descriptor, bytes, done }) => `${nameOf(descriptor)} ${bytes} ${done}`)).to.deep.equal([
      'config 2 true',
      'layer 9 false',
      'layer 9 true',
      `root ${root.descriptor.size} true`,
    ]);
  });
});

describe('copy: beforeTag', () => {
  it('comes after all content and before any tag', async () => {
    const destination = new Noted();
    await copy(await plain(), '1.0.0', destination, '1.0.0', {
      alsoTags: ['latest'],
      beforeTag: async (descriptor, target) => {
        expect(descriptor).to.deep.equal(root.descriptor);
        expect(await target.exists(layer.descriptor)).to.equal(true);
        destination.done.push('verified');
      },
    });
    expect(destination.done.slice(-4)).to.deep.equal(['exists layer', 'verified', 'tag 1.0.0', 'tag latest']);
  });

  for (const held of [false, true]) {
    it(`that throws ends it without a tag, with the root ${held ? 'held before' : 'new'}`, async () => {
      const destination = new Noted();
      if (held) await store(destination.inner, config, layer, root);
      const refusal = new TrustError('ERR_UNTRUSTED', 'nobody signed this');
      const beforeTag = async () => {
        throw refusal;
      };
      const source = await plain();
      const error = await failureOf(
        () => copy(source, '1.0.0', destination, 'x', { beforeTag, alsoTags: ['y'] }),
        'ERR_UNTRUSTED',
      );
      expect(error).to.equal(refusal);
      expect(await listOf(destination.inner.tags())).to.deep.equal([]);
    });
  }
});

describe('copy: sizes of 0', () => {
  const unsized = named(
    'unsized',
    manifest({ ...config.descriptor, size: 0, data: 'e30=' }, [{ ...layer.descriptor, size: 0 }]),
  );

  it('are found out first, and the digest still rules', async () => {
    const inner = await sourceWith(unsized, config, layer);
    const source = {
      resolve: (reference: string) => inner.resolve(reference),
      exists: (descriptor: Descriptor) => inner.exists(descriptor),
      fetch: (descriptor: Descriptor) => inner.fetch(descriptor),
      fetchSize: async () => layer.descriptor.size,
    };
    const destination = new MemoryTarget();
    await copy(source, '1.0.0', destination, 'x');
    expect(await textOf(await destination.fetch(layer.descriptor))).to.equal('the layer');
  });

  it('that cannot be found out are an error', async () => {
    const source = await sourceWith(unsized, config, layer);
    const bare = {
      resolve: source.resolve.bind(source),
      exists: source.exists.bind(source),
      fetch: source.fetch.bind(source),
    };
    await failureOf(() => copy(bare, '1.0.0', new MemoryTarget()), 'ERR_ARTIFACT_INVALID', /cannot be found out/);
  });

  it('are right for empty content', async () => {
    const empty = piece('application/x', '');
    const source = await sourceWith(manifest(config.descriptor, [empty.descriptor]), config, empty);
    const destination = new MemoryTarget();
    await copy(source, '1.0.0', destination);
    expect(await destination.exists(empty.descriptor)).to.equal(true);
  });
});

describe('copy: mounting', () => {
  function located(name: string, mounts: boolean | SkillsError) {
    const target = new MemoryTarget();
    const mounted: string[] = [];
    const mount = async (descriptor: Descriptor, from: string) => {
      mounted.push(`${nameOf(descriptor)} from ${from}`);
      if (mounts instanceof SkillsError) throw mounts;
      if (mounts)
        await target.push(descriptor, () =>
          streamOf(descriptor.digest === layer.descriptor.digest ? layer.bytes : config.bytes),
        );
      return mounts;
    };
    return { target: Object.assign(target, { registry: 'r.example', name, mount }), mounted };
  }

  const rows: readonly (readonly [string, boolean | SkillsError])[] = [
    ['takes blobs over within a registry', true],
    ['sends them where the registry does not', false],
    ['sends them where it may not', new SkillsError('ERR_UNAUTHORISED', 'no')],
  ];
  for (const [what, mounts] of rows) {
    it(what, async () => {
      const source = located('a', false).target;
      await store(source, config, layer, root);
      const { target, mounted } = located('b', mounts);
      await copy(source, root.descriptor.digest, target, 'x');
      expect(mounted.sort()).to.deep.equal(['config from a', 'layer from a']);
      expect(await target.exists(layer.descriptor)).to.equal(true);
    });
  }

  it('from another registry asks the repository itself, where that tells what it holds by one question', async () => {
    const { target, mounted } = located('b', false);
    await copy(await plain(), '1.0.0', target, 'x');
    expect(mounted.sort()).to.deep.equal(['config from b', 'layer from b']);
    expect(await target.exists(layer.descriptor)).to.equal(true);
  });

  it('from another registry is not tried for what is large: a HEAD says whether it must be sent', async () => {
    const large = piece('application/x', Buffer.alloc(100_000, 1));
    const source = await sourceWith(manifest(config.descriptor, [large.descriptor]), config, large);
    const { target, mounted } = located('b', false);
    await copy(source, '1.0.0', target, 'x');
    expect(mounted).to.deep.equal(['config from b']);
    expect(await target.exists(large.descriptor)).to.equal(true);
  });

  it('is tried from where it is told', async () => {
    const other = located('b', true);
    await copy(await plain(), '1.0.0', other.target, 'x', { mountFrom: 'base' });
    expect(other.mounted.sort()).to.deep.equal(['config from base', 'layer from base']);
  });
});
