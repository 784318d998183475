import { type Cancellable, type Descriptor, mediaTypes, parseDescriptor, SkillsError } from '../../core/index.ts';
import type { Call } from './client.ts';
import { readPages } from './pages.ts';
import { type Place, placeName } from './place.ts';
import { readReferrersTag } from './referrers-tag.ts';
import { pull } from './scopes.ts';
import { type Answer, discard } from './transport.ts';

/** Referrers of one subject that are looked at. */
const mostReferrers = 10_000;

/** Answers of registries without the referrers API. Others, 401 and 5xx above all, are errors: an unseen signature is none. */
const absent = new Set([400, 404, 405, 406, 501]);

/**
 * The manifests whose subject is `subject`, by the referrers API, or by the referrers tag where the registry has no such
 * API (distribution-spec, "Listing Referrers" and "Referrers Tag Schema"). Filtered here too, for registries need not.
 */
export async function* listReferrers(
  place: Place,
  subject: Descriptor,
  artifactType: string | undefined,
  options: Cancellable,
): AsyncIterable<Descriptor> {
  let count = 0;
  for await (const referrer of allReferrers(place, subject, artifactType, options)) {
    if (artifactType !== undefined && referrer.artifactType !== artifactType) continue;
    count += 1;
    if (count > mostReferrers) {
      throw new SkillsError('ERR_REGISTRY', `${placeName(place)} lists more than ${mostReferrers} referrers`);
    }
    yield referrer;
  }
}

async function* allReferrers(
  place: Place,
  subject: Descriptor,
  artifactType: string | undefined,
  options: Cancellable,
): AsyncIterable<Descriptor> {
  let supported = true;
  const call = referrersCall(place, subject, artifactType, options);
  const pages = readPages(place.client, call, (answer) => {
    supported = isIndexAnswer(answer);
    if (!supported) discard(answer);
    return supported;
  });
  for await (const page of pages) yield* entriesOf(page);
  if (!supported) yield* readReferrersTag(place, subject, artifactType, options);
}

function isIndexAnswer(answer: Answer): boolean {
  const type = answer.headers['content-type'] ?? '';
  return !absent.has(answer.status) && /^application\/(?:vnd\.oci\.image\.index\.v1\+)?json\b/i.test(type);
}

/** Whether the registry keeps referrers by itself. A header alone does not prove it: a registry once lied. */
export async function hasReferrersApi(place: Place, options: Cancellable): Promise<boolean> {
  const digest = `sha256:${'0'.repeat(64)}`;
  const call = referrersCall(place, { digest } as Descriptor, undefined, options);
  const answer = await place.client.call(call);
  discard(answer);
  return isIndexAnswer(answer);
}

function referrersCall(
  place: Place,
  subject: Pick<Descriptor, 'digest'>,
  artifactType: string | undefined,
  { signal }: Cancellable,
): Call {
  const url = place.client.url(place.name, `referrers/${subject.digest}`);
  if (artifactType !== undefined) url.searchParams.set('artifactType', artifactType);
  return {
    method: 'GET',
    url,
    repository: place.name,
    scopes: [pull(place.name)],
    expect: [200, ...absent],
    what: `the referrers of ${place.name}@${subject.digest}`,
    headers: { accept: mediaTypes.imageIndex },
    signal,
  };
}

function entriesOf(page: Record<string, unknown>): Descriptor[] {
  const manifests = Array.isArray(page.manifests) ? page.manifests : [];
  return manifests.map((entry, index) => parseDescriptor(entry, `manifests[${index}]`));
}
