import { expect } from 'chai';
import {
  type Cancellable,
  type ContentSource,
  type Descriptor,
  digestHex,
  mediaTypes,
  SkillsError,
  streamOf,
} from '../../../src/core/index.ts';
import { copy } from '../../../src/oci/copy/index.ts';
import { MemoryTarget } from '../../../src/oci/memory/index.ts';
import { index, manifest, type Piece, piece, store } from '../support/artifact.ts';
import { failureOf, listOf } from '../support/failure.ts';
import { config, layer, Noted, named, root } from './noted.ts';

const empty = piece(mediaTypes.emptyConfig, '{}');
const referTo = (name: string, subject: Piece, more: object = {}, layers: readonly Piece[] = []) =>
  named(
    name,
    manifest(
      empty.descriptor,
      layers.map(({ descriptor }) => descriptor),
      { artifactType: `application/${name}`, subject: subject.descriptor, ...more },
    ),
  );

const bundle = named('bundle', piece('application/bundle', 'a signature'));
const signature = referTo('signature', root, {}, [bundle]);
const countersignature = referTo('countersignature', signature);
const third = referTo('third', countersignature);
const sbom = referTo('sbom', root);
const cosignTag = (of: Piece, suffix: string) => `sha256-${digestHex(of.descriptor.digest)}.${suffix}`;

/** A signed artifact: referrers three levels deep, and a signature under a tag, itself with an SBOM under a tag. */
async function signed() {
  const source = new MemoryTarget();
  const oldSignature = named(
    'old signature',
    manifest(config.descriptor, [bundle.descriptor], { annotations: { n: '1' } }),
  );
  const oldSbom = named('old sbom', manifest(config.descriptor, [], { annotations: { n: '2' } }));
  const all = [config, empty, layer, root, bundle, signature, countersignature, third, sbom, oldSignature, oldSbom];
  await store(source, ...all);
  await source.tag(root.descriptor, '1.0.0');
  await source.tag(oldSignature.descriptor, cosignTag(root, 'sig'));
  await source.tag(oldSbom.descriptor, cosignTag(oldSignature, 'sbom'));
  return {
    source,
    all,
    tags: ['1.0.0', cosignTag(oldSbom, 'x'), cosignTag(root, 'sig'), cosignTag(oldSignature, 'sbom')],
  };
}

const pushesOf = (target: Noted) => target.done.filter((step) => step.startsWith('push') || step.startsWith('tag'));

describe('copy: referrers', () => {
  it('moves what refers to the root, level by level, and cosign tags', async () => {
    const { source, all } = await signed();
    const destination = new MemoryTarget();
    const copied = await copy(source, '1.0.0', destination, '1.0.0', { referrers: true });
    expect(copied).to.deep.equal(root.descriptor);
    for (const { descriptor } of all) expect(await destination.exists(descriptor), descriptor.digest).to.equal(true);
    expect(await listOf(destination.tags())).to.deep.equal(await listOf(source.tags()));
  });

  it('tags the root after all of it, and each thing after what it needs', async () => {
    const { source } = await signed();
    const destination = new Noted();
    await copy(source, '1.0.0', destination, '1.0.0', { referrers: true, alsoTags: ['latest'] });
    const steps = pushesOf(destination);
    const goesFirst = (first: string, then: string) =>
      expect(steps.indexOf(first), `${first} before ${then}: ${steps.join(', ')}`).to.be.within(
        0,
        steps.indexOf(then) - 1,
      );
    goesFirst('push root', 'push signature');
    goesFirst('push bundle', 'push signature');
    goesFirst('push signature', 'push countersignature');
    goesFirst('push countersignature', 'push third');
    goesFirst(`tag ${[...steps].find((step) => step.endsWith('.sbom'))?.slice(4)}`, `tag ${cosignTag(root, 'sig')}`);
    expect(steps.slice(-2)).to.deep.equal(['tag 1.0.0', 'tag latest']);
  });

  it('judges before the tag, with the referrers there', async () => {
    const { source } = await signed();
    const destination = new MemoryTarget();
    const seen: number[] = [];
    await copy(source, '1.0.0', destination, '1.0.0', {
      referrers: true,
      beforeTag: async (descriptor) => {
        seen.push((await listOf(destination.referrers(descriptor))).length);
        expect(await listOf(destination.tags())).not.to.include('1.0.0');
      },
    });
    expect(seen).to.deep.equal([2]);
  });

  it('looks for new referrers of a root that is held', async () => {
    const { source } = await signed();
    const destination = new Noted();
    await store(destination.inner, config, layer, root, empty, bundle, signature);
    await copy(source, '1.0.0', destination, '1.0.0', { referrers: true });
    const steps = pushesOf(destination);
    expect(steps).not.to.include.members(['push root']);
    expect(steps).not.to.include.members(['push signature']);
    expect(steps).to.include.members(['push sbom', 'push countersignature', 'push third']);
  });

  it('does nothing of it unless it is asked to', async () => {
    const { source } = await signed();
    const destination = new MemoryTarget();
    await copy(source, '1.0.0', destination, '1.0.0');
    expect(await destination.exists(signature.descriptor)).to.equal(false);
    expect(await listOf(destination.tags())).to.deep.equal(['1.0.0']);
  });

  it('moves what refers to a manifest within an index, and within an index in it', async () => {
    const inner = named('inner', index([root.descriptor]));
    const outer = named('outer', index([inner.descriptor]));
    const { source } = await signed();
    await store(source, inner, outer);
    const destination = new MemoryTarget();
    await copy(source, outer.descriptor.digest, destination, '2.0.0', { referrers: true });
    expect(await destination.exists(third.descriptor)).to.equal(true);
    expect(await listOf(destination.tags())).to.include(cosignTag(root, 'sig'));
  });

  it('moves a referrer that is an index, with its manifests and what refers to those', async () => {
    const within = named('within', manifest(empty.descriptor, [], { annotations: { n: 'within' } }));
    const list = named(
      'list',
      index([within.descriptor], { subject: root.descriptor, artifactType: 'application/list' }),
    );
    const note = referTo('note', within);
    const source = new MemoryTarget();
    await store(source, config, layer, root, empty, within, list, note);
    const destination = new MemoryTarget();
    await copy(source, root.descriptor.digest, destination, undefined, { referrers: true });
    for (const { descriptor } of [list, within, note]) expect(await destination.exists(descriptor)).to.equal(true);
  });

  it('passes over what is listed and has another subject', async () => {
    const { source } = await signed();
    const foreign = referTo('foreign', sbom);
    await store(source, foreign);
    const lying = Object.assign(source, {
      async *referrers(subject: Descriptor) {
        if (subject.digest === root.descriptor.digest) yield foreign.descriptor;
      },
    });
    const destination = new MemoryTarget();
    await copy(lying, '1.0.0', destination, '1.0.0', { referrers: true });
    expect(await destination.exists(foreign.descriptor)).to.equal(false);
  });

  it('ends where a list leads in a circle', async () => {
    const source = new MemoryTarget();
    await store(source, config, layer, root, empty, bundle, signature);
    const circling = Object.assign(source, {
      async *referrers(subject: Descriptor) {
        yield subject.digest === root.descriptor.digest ? signature.descriptor : root.descriptor;
      },
    });
    const destination = new MemoryTarget();
    await copy(circling, root.descriptor.digest, destination, 'x', { referrers: true });
    expect(await destination.exists(signature.descriptor)).to.equal(true);
  });

  it('refuses chains without an end', async () => {
    const source = new MemoryTarget();
    const chain = [root];
    for (let level = 0; level < 40; level++) chain.push(referTo(`level${level}`, chain.at(-1) ?? root));
    await store(source, config, layer, empty, ...chain);
    const destination = new Noted();
    await failureOf(
      () => copy(source, root.descriptor.digest, destination, 'x', { referrers: true }),
      'ERR_ARTIFACT_INVALID',
      /^source: more than 32 levels/,
    );
    expect(await listOf(destination.inner.tags())).to.deep.equal([]);
  });

  it('pushes those of one subject one after the other', async () => {
    const source = new MemoryTarget();
    const many = Array.from({ length: 12 }, (_, n) => referTo(`many${n}`, root));
    await store(source, config, layer, empty, root, ...many);
    const destination = new MemoryTarget();
    let running = 0;
    let most = 0;
    const push = destination.push.bind(destination);
    const watched = Object.assign(destination, {
      push: async (descriptor: Descriptor, content: ContentSource, options?: Cancellable) => {
        const counts = many.some((one) => one.descriptor.digest === descriptor.digest);
        if (counts) most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 2));
        await push(descriptor, content, options);
        if (counts) running--;
      },
    });
    await copy(source, root.descriptor.digest, watched, 'x', { referrers: true });
    expect(most).to.equal(1);
    expect(await listOf(watched.referrers(root.descriptor))).to.have.length(12);
  });

  it('takes the list of tags that it is given, and asks for each tag where there is no list', async () => {
    const { source } = await signed();
    const listed = (await listOf(source.tags())).filter((tag) => !tag.endsWith('.sbom'));
    const given = new MemoryTarget();
    await copy(source, '1.0.0', given, undefined, { referrers: true, sourceTags: listed });
    expect(await listOf(given.tags())).to.deep.equal([cosignTag(root, 'sig')]);
    const refusing = Object.assign(source, {
      tags(): AsyncGenerator<string> {
        throw new SkillsError('ERR_UNAUTHORISED', 'no list for you');
      },
    });
    const asked = new MemoryTarget();
    await copy(refusing, '1.0.0', asked, undefined, { referrers: true });
    expect(await listOf(asked.tags())).to.have.length(2);
  });

  const rows: readonly (readonly [string, string])[] = [
    ['a referrer', 'push signature'],
    ['a referrer of a referrer', 'push countersignature'],
    ['a blob of a referrer', 'push bundle'],
    ['a tag of cosign', `tag ${cosignTag(root, 'sig')}`],
  ];
  for (const [what, step] of rows) {
    it(`tags nothing where ${what} fails`, async () => {
      const { source } = await signed();
      const destination = new Noted();
      destination.fail = (at) => (at === step ? new SkillsError('ERR_REGISTRY', 'went wrong') : undefined);
      const error = await failureOf(
        () => copy(source, '1.0.0', destination, '1.0.0', { referrers: true }),
        'ERR_REGISTRY',
        /^destination: went wrong/,
      );
      expect(error.data).to.include({ side: 'destination' });
      expect(await listOf(destination.inner.tags())).not.to.include('1.0.0');
      expect(destination.running).to.equal(0);
    });
  }

  it('tags nothing where a referrer is listed and not there, or broken', async () => {
    const lost = referTo('lost', root);
    const { source } = await signed();
    const listing = Object.assign(source, {
      async *referrers(subject: Descriptor) {
        if (subject.digest === root.descriptor.digest) yield lost.descriptor;
      },
    });
    const destination = new MemoryTarget();
    await failureOf(
      () => copy(listing, '1.0.0', destination, '1.0.0', { referrers: true }),
      'ERR_BLOB_UNKNOWN',
      /^source: /,
    );
    const broken = Object.assign(listing, {
      fetch: async (descriptor: Descriptor) =>
        descriptor.digest === lost.descriptor.digest ? streamOf(Buffer.from('{')) : streamOf(layer.bytes),
    });
    await failureOf(() => copy(broken, '1.0.0', destination, '1.0.0', { referrers: true }), 'ERR_ARTIFACT_INVALID');
    expect(await listOf(destination.tags())).to.deep.equal([]);
  });
});
