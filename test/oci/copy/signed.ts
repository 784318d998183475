import { expect } from 'chai';
import {
  digestHex,
  mediaTypes,
  type ReadOnlyTarget,
  type ReferrerLister,
  type Target,
} from '../../../src/core/index.ts';
import { artifact, index, manifest, type Piece, piece, store } from '../support/artifact.ts';
import { listOf } from '../support/failure.ts';

const empty = piece(mediaTypes.emptyConfig, '{}');
const amd = artifact('for amd64');
const arm = artifact('for arm64');
const root = index([amd.root.descriptor, arm.root.descriptor], {
  annotations: { 'org.opencontainers.image.version': '1.2.0' },
});
const bundle = piece('application/vnd.dev.sigstore.bundle.v0.3+json', '{"a":"signature"}');

function refer(type: string, subject: Piece, layers: readonly Piece[] = []): Piece {
  const more = { artifactType: type, subject: subject.descriptor, annotations: { of: type } };
  return manifest(
    empty.descriptor,
    layers.map(({ descriptor }) => descriptor),
    more,
  );
}

const signature = refer('application/vnd.dev.sigstore.bundle.v0.3+json', root, [bundle]);
const sbom = refer('application/spdx+json', root);
const sbomSignature = refer('application/vnd.dev.sigstore.bundle.v0.3+json', sbom, [bundle]);
const platformSignature = refer('application/vnd.cncf.notary.signature', arm.root);
const oldLayer = piece('application/vnd.dev.cosign.simplesigning.v1+json', '{"critical":{}}');
const oldSignature = manifest(amd.config.descriptor, [oldLayer.descriptor], { annotations: { old: 'signature' } });
const cosignTag = (of: Piece, suffix: string) => `sha256-${digestHex(of.descriptor.digest)}.${suffix}`;

/** An index of two platforms, signed in every way that there is: referrers two levels deep, of a platform, and cosign's tag. */
export const signed = {
  root,
  layer: arm.layer,
  /** What a signature holds. */
  bundle,
  referrers: [
    [root, [signature, sbom]],
    [sbom, [sbomSignature]],
    [arm.root, [platformSignature]],
  ] as const,
  tags: ['1.2.0', cosignTag(root, 'sig')],
  /** Everything, each after what it names. */
  pieces: [
    empty,
    amd.config,
    amd.layer,
    arm.layer,
    amd.root,
    arm.root,
    root,
    bundle,
    signature,
    sbom,
    sbomSignature,
    platformSignature,
    oldLayer,
    oldSignature,
  ],
};

/** Puts all of it into a target, with its tags. */
export async function putSigned(target: Target): Promise<void> {
  await store(target, ...signed.pieces);
  await target.tag(root.descriptor, '1.2.0');
  await target.tag(oldSignature.descriptor, cosignTag(root, 'sig'));
}

/** Fails unless a target holds all of it. */
export async function expectSigned(target: ReadOnlyTarget): Promise<void> {
  expect((await target.resolve('1.2.0')).digest).to.equal(root.descriptor.digest);
  expect((await target.resolve(cosignTag(root, 'sig'))).digest).to.equal(oldSignature.descriptor.digest);
  for (const { descriptor, bytes } of signed.pieces) {
    expect(await target.exists(descriptor), `${descriptor.mediaType} ${descriptor.digest}`).to.equal(true);
    expect(Buffer.concat(await listOf(await target.fetch(descriptor))).equals(bytes)).to.equal(true);
  }
  for (const [subject, expected] of signed.referrers) {
    const found = await listOf((target as ReadOnlyTarget & ReferrerLister).referrers(subject.descriptor));
    expect(found.map(({ digest }) => digest).sort()).to.deep.equal(
      expected.map((each) => each.descriptor.digest).sort(),
    );
    for (const { artifactType, annotations } of found) expect(annotations).to.deep.equal({ of: artifactType });
  }
}
