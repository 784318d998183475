import { type Cancellable, type Descriptor, mediaTypes, parseDescriptor, SkillsError } from '../../core/index.ts';
import { isWebPage, readExcerpt } from './body.ts';
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
    count += 1;
    if (count > mostReferrers) {
      throw new SkillsError('ERR_REGISTRY', `${placeName(place)} lists more than ${mostReferrers} referrers`);
    }
    if (artifactType !== undefined && referrer.artifactType !== artifactType) continue;
    yield referrer;
  }
}

async function* allReferrers(
  place: Place,
  subject: Descriptor,
  artifactType: string | undefined,
  options: Cancellable,
): AsyncIterable<Descriptor> {
  const { memory } = place.client;
  let supported = memory.referrersApi(place.name) !== false;
  if (supported) {
    const call = referrersCall(place, subject, artifactType, options);
    const pages = readPages(place.client, call, async (answer) => {
      supported = await learn(place, answer);
      return supported;
    });
    for await (const page of pages) yield* entriesOf(page);
  }
  if (!supported) yield* readReferrersTag(place, subject, artifactType, options);
}

/** Whether the registry keeps referrers by itself. A header alone does not prove it: a registry once lied. */
export async function hasReferrersApi(place: Place, options: Cancellable): Promise<boolean> {
  const known = place.client.memory.referrersApi(place.name);
  if (known !== undefined) return known;
  const digest = `sha256:${'0'.repeat(64)}`;
  const answer = await place.client.call(referrersCall(place, { digest } as Descriptor, undefined, options));
  const supported = await learn(place, answer);
  if (supported) discard(answer);
  return supported;
}

/** Whether an answer comes from the referrers API; one that does not is read. */
async function learn(place: Place, answer: Answer): Promise<boolean> {
  const type = answer.headers['content-type'] ?? '';
  const supported = !absent.has(answer.status) && /^application\/(?:vnd\.oci\.image\.index\.v1\+)?json\b/i.test(type);
  // A repository that does not exist yet answers 404 too, and will answer otherwise; a web page may be a passing login.
  if (supported || !(isWebPage(answer, '') || (await readExcerpt(answer)).includes('NAME_UNKNOWN'))) {
    place.client.memory.learnReferrersApi(place.name, supported);
  }
  if (!supported) discard(answer);
  return supported;
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
    // some registries answer what they do not know with their web interface
    content: true,
    signal,
  };
}

function entriesOf(page: Record<string, unknown>): Descriptor[] {
  const manifests = Array.isArray(page.manifests) ? page.manifests : [];
  return manifests.map((entry, index) => parseDescriptor(entry, `manifests[${index}]`));
}
