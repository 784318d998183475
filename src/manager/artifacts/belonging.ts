import {
  type Cancellable,
  type Descriptor,
  type Digest,
  fetchBytes,
  isIndexType,
  isSkillsError,
  linksOf,
  mapConcurrently,
  type ReadOnlyTarget,
} from '../../core/index.ts';
import type { Belonging } from './walk-referrers.ts';

/** Where what was found lies, and what of it has a name of its own. */
interface Ground extends Cancellable {
  readonly target: ReadOnlyTarget;
  /** What tags stand for that people gave; undefined where there are too many to ask. */
  readonly named: ReadonlySet<Digest> | undefined;
}

const parallel = 8;
/** Signatures, attestations and SBOMs are documents; a layer that is a tar is somebody's content. */
const contentType = /(?:^|[./+-])(?:tar|tgz)(?:$|[.+-])/;

/**
 * Of what was found to belong to a manifest, what surely does. Lists of referrers are a registry's word, and whoever may
 * push may let a tag of cosign's form stand for anything: what is to be deleted with the manifest must name it as its subject, or, under such a tag,
 * be a document without a subject that nobody has given a name.
 *
 * @param onForeign told of what does not; what belongs to that is not looked at.
 */
export async function keepOwn(
  subject: Digest,
  found: readonly Belonging[],
  ground: Ground,
  onForeign: (digest: Digest) => void,
): Promise<readonly Belonging[]> {
  const checked = await mapConcurrently(found, parallel, async (item) => {
    const own = await belongs(item, subject, ground);
    if (own === false) onForeign(item.descriptor.digest);
    if (!own) return undefined;
    return { ...item, referrers: await keepOwn(item.descriptor.digest, item.referrers, ground, onForeign) };
  });
  return checked.filter((item) => item !== undefined);
}

/** Undefined for what is not there. */
async function belongs(
  { descriptor, found }: Belonging,
  subject: Digest,
  { target, named, signal }: Ground,
): Promise<boolean | undefined> {
  const links = await readLinks(target, descriptor, { signal });
  if (!links) return undefined;
  if (found === 'referrer') return links.subject?.digest === subject;
  if (links.subject) return links.subject.digest === subject;
  const isDocument =
    !isIndexType(descriptor.mediaType) && !links.content.some(({ mediaType }) => contentType.test(mediaType));
  return isDocument && named !== undefined && !named.has(descriptor.digest);
}

async function readLinks(target: ReadOnlyTarget, stated: Descriptor, options: Cancellable) {
  try {
    const descriptor = await target.resolve(stated.digest, options);
    return linksOf(descriptor, await fetchBytes(target, descriptor, undefined, options));
  } catch (error) {
    if (isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN')) return undefined;
    throw error;
  }
}
