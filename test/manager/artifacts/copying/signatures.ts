import { type Descriptor, digestHex, mediaTypes, type Target } from '../../../../src/core/index.ts';
import { artifact, manifest, piece, store } from '../../../oci/support/artifact.ts';

const empty = piece(mediaTypes.emptyConfig, '{}');

/** Signs as cosign 3 and cosign 2 do: a referrer, and a tag. Tells the tag. */
export async function sign(target: Target, subject: Descriptor): Promise<string> {
  const bundle = piece('application/vnd.dev.sigstore.bundle.v0.3+json', `{"signs":"${subject.digest}"}`);
  const more = { artifactType: bundle.descriptor.mediaType, subject };
  await store(target, empty, bundle, manifest(empty.descriptor, [bundle.descriptor], more));
  const old = artifact(`old signature of ${subject.digest}`);
  const tag = `sha256-${digestHex(subject.digest)}.sig`;
  await store(target, old.config, old.layer, old.root);
  await target.tag(old.root.descriptor, tag);
  return tag;
}
