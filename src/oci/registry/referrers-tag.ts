import {
  type Cancellable,
  type Descriptor,
  type Digest,
  digestAlgorithm,
  digestHex,
  type ImageIndex,
  isIndexType,
  isSkillsError,
  mapConcurrently,
  mediaTypes,
  parseIndex,
  parseManifest,
  SkillsError,
  sha256,
} from '../../core/index.ts';
import { clean } from './failure.ts';
import { type Fetched, getManifest, putManifest } from './manifests.ts';
import { type Place, placeName } from './place.ts';
import { pauseBefore } from './retry.ts';

const mostAttempts = 8;

/** Entries of an index under a referrers tag that are looked at; each costs a request. */
const mostEntries = 1_000;
const entriesAtOnce = 8;

/** The tag under which referrers of `subject` are listed (distribution-spec, "Referrers Tag Schema"). */
export function referrersTag(subject: Digest): string {
  return `${digestAlgorithm(subject)}-${digestHex(subject).slice(0, 64)}`;
}

/**
 * The entries of the referrers tag whose manifests really name `subject`. The index may be anyone's: some registries
 * take the tag for the digest and answer with the subject itself, and anyone who may push may write it. So entries are
 * described by their manifests, not by what the index says of them.
 *
 * @throws SkillsError ERR_REGISTRY where the index lists more than can be looked at.
 */
export async function* readReferrersTag(
  place: Place,
  subject: Descriptor,
  artifactType: string | undefined,
  options: Cancellable,
): AsyncIterable<Descriptor> {
  const found = await getTagIndex(place, subject.digest, options);
  const entries = (found?.index.manifests ?? []).filter(
    (entry) => artifactType === undefined || (entry.artifactType ?? artifactType) === artifactType,
  );
  if (entries.length > mostEntries) {
    throw new SkillsError('ERR_REGISTRY', `${placeName(place)} lists more than ${mostEntries} referrers under a tag`);
  }
  for (let start = 0; start < entries.length; start += entriesAtOnce) {
    const some = entries.slice(start, start + entriesAtOnce);
    const checked = await mapConcurrently(some, entriesAtOnce, (entry) =>
      describeReferrer(place, entry, subject.digest, options),
    );
    yield* checked.filter((entry) => entry !== undefined);
  }
}

/** Adds a manifest to the list of its subject's referrers. */
export function addReferrer(place: Place, subject: Digest, fetched: Fetched, options: Cancellable): Promise<void> {
  const entry = entryFor(fetched);
  return changeTagIndex(place, subject, options, (entries) =>
    entries.some(({ digest }) => digest === entry.digest) ? undefined : [...entries, entry],
  );
}

/** Takes a manifest out of the list of its subject's referrers. */
export function removeReferrer(place: Place, subject: Digest, referrer: Digest, options: Cancellable): Promise<void> {
  return changeTagIndex(place, subject, options, (entries) => {
    const left = entries.filter(({ digest }) => digest !== referrer);
    return left.length === entries.length ? undefined : left;
  });
}

/** The subject of a manifest or index, undefined for other content and where there is none. */
export function subjectOf({ descriptor, bytes }: Fetched): Descriptor | undefined {
  return isIndexType(descriptor.mediaType) ? parseIndex(bytes).subject : parseManifest(bytes).subject;
}

interface TagIndex {
  readonly fetched: Fetched;
  readonly index: ImageIndex;
}

async function getTagIndex(place: Place, subject: Digest, options: Cancellable): Promise<TagIndex | undefined> {
  const fetched = await getManifest(place, referrersTag(subject), options).catch((error: unknown) => {
    if (isSkillsError(error, 'ERR_NOT_FOUND')) return undefined;
    throw error;
  });
  if (!fetched || fetched.descriptor.digest === subject) return undefined;
  if (fetched.descriptor.mediaType !== mediaTypes.imageIndex) {
    throw new SkillsError(
      'ERR_REGISTRY',
      `${placeName(place)}:${referrersTag(subject)} should list referrers, but is of the type ${clean(fetched.descriptor.mediaType)}`,
      { hint: 'something else was pushed under this reserved tag; remove it' },
    );
  }
  return { fetched, index: parseIndex(fetched.bytes) };
}

async function describeReferrer(
  place: Place,
  entry: Descriptor,
  subject: Digest,
  options: Cancellable,
): Promise<Descriptor | undefined> {
  const { logger } = place.client.settings;
  try {
    const fetched = await getManifest(place, entry.digest, options);
    if (subjectOf(fetched)?.digest === subject) return entryFor(fetched);
    logger.warn({ referrer: entry.digest, subject }, 'the referrers tag lists a manifest of another subject: left out');
  } catch (error) {
    if (!isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_ARTIFACT_INVALID')) throw error;
    logger.warn({ referrer: entry.digest, subject }, 'the referrers tag lists a manifest that is not there: left out');
  }
  return undefined;
}

type Change = (entries: readonly Descriptor[]) => readonly Descriptor[] | undefined;

/**
 * Reads, changes and writes the index, and reads it again: another writer may have been at it meanwhile. Where the
 * registry gives ETags the write is conditional; within this process one writes after the other.
 */
function changeTagIndex(place: Place, subject: Digest, options: Cancellable, change: Change): Promise<void> {
  const { client, name } = place;
  return client.memory.inTurn(`${name} ${subject}`, async () => {
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const found = await getTagIndex(place, subject, options);
      const entries = change(found?.index.manifests ?? []);
      if (entries === undefined) return;
      // writers that meet go apart again by waiting for different times
      if (attempt > 1) await pauseBefore(attempt, cannotKeep(place, subject), { ...client.settings, ...options });
      await writeTagIndex(place, subject, entries, found, options);
    }
    throw cannotKeep(place, subject);
  });
}

function cannotKeep(place: Place, subject: Digest): SkillsError {
  return new SkillsError('ERR_REGISTRY', `${placeName(place)}: the list of referrers of ${subject} cannot be kept`, {
    hint: 'others write to it at the same time, or the registry does not keep tags of this form; try again',
  });
}

async function writeTagIndex(
  place: Place,
  subject: Digest,
  manifests: readonly Descriptor[],
  found: TagIndex | undefined,
  options: Cancellable,
): Promise<void> {
  const { schemaVersion, mediaType, ...kept } = found?.index ?? { schemaVersion: 2, mediaType: mediaTypes.imageIndex };
  const index = { schemaVersion, mediaType: mediaType ?? mediaTypes.imageIndex, ...kept, manifests };
  const bytes = Buffer.from(JSON.stringify(index));
  const descriptor = { mediaType: mediaTypes.imageIndex, digest: sha256(bytes), size: bytes.byteLength };
  const etag = found?.fetched.etag;
  const headers: Record<string, string> = etag ? { 'if-match': etag } : {};
  await putManifest(
    place,
    referrersTag(subject),
    { descriptor, bytes },
    { ...options, headers, expect: [200, 201, 412] },
  );
}

function entryFor({ descriptor, bytes }: Fetched): Descriptor {
  const document = isIndexType(descriptor.mediaType) ? parseIndex(bytes) : parseManifest(bytes);
  const config = 'config' in document ? document.config.mediaType : undefined;
  const artifactType = document.artifactType ?? config;
  return {
    ...descriptor,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(document.annotations === undefined ? {} : { annotations: document.annotations }),
  };
}
