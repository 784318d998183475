import {
  type Cancellable,
  type Descriptor,
  type Digest,
  Digester,
  digestAlgorithm,
  isDigest,
  isManifestType,
  isSkillsError,
  limits,
  manifestTypeOf,
  mediaTypes,
  SkillsError,
  sha256,
  TrustError,
} from '../../core/index.ts';
import { notJson, readBody } from './body.ts';
import { deleteOnce } from './delete-once.ts';
import { clean } from './failure.ts';
import type { Place } from './place.ts';
import { pull, push, remove } from './scopes.ts';
import { type Answer, type Body, discard } from './transport.ts';

export interface Fetched {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
  /** For a conditional write. */
  readonly etag?: string | undefined;
}

const accepted = [
  mediaTypes.imageManifest,
  mediaTypes.imageIndex,
  mediaTypes.dockerManifest,
  mediaTypes.dockerManifestList,
].join(', ');

type Missing = 'ERR_NOT_FOUND' | 'ERR_BLOB_UNKNOWN';

/**
 * A manifest and its descriptor by one GET; bytes and digest agree with each other, with `reference` where that is a
 * digest, and with the registry's Docker-Content-Digest where it sends one.
 *
 * @throws SkillsError ERR_NOT_FOUND (or `missing`), ERR_REGISTRY; TrustError ERR_DIGEST_MISMATCH
 */
export async function getManifest(
  place: Place,
  reference: string,
  options: Cancellable = {},
  missing: Missing = 'ERR_NOT_FOUND',
): Promise<Fetched> {
  return place.client.repeat(async () => {
    const answer = await place.client.call({
      ...manifestCall(place, reference, options),
      method: 'GET',
      missing,
      repeatable: false,
    });
    const bytes = await readManifestBody(answer, reference);
    const digest = checkDigest(bytes, reference, answer);
    const mediaType = mediaTypeOf(bytes, answer, reference);
    return { descriptor: { mediaType, digest, size: bytes.byteLength }, bytes, etag: answer.headers.etag };
  }, options);
}

/**
 * What a tag or digest stands for, by HEAD; by GET where the registry leaves out a header that is needed.
 *
 * @throws as {@link getManifest}
 */
export async function headManifest(place: Place, reference: string, options: Cancellable = {}): Promise<Descriptor> {
  const answer = await place.client.call({
    ...manifestCall(place, reference, options),
    method: 'HEAD',
    expect: [200, 400, 405, 501],
  });
  discard(answer);
  const digest = isDigest(reference) ? reference : answer.headers['docker-content-digest'];
  const mediaType = contentType(answer);
  const size = Number(answer.headers['content-length'] ?? Number.NaN);
  if (answer.status === 200 && isDigest(digest) && isManifestType(mediaType) && size > 0) {
    checkHeader(digest, reference, answer);
    return { mediaType, digest, size };
  }
  return (await getManifest(place, reference, options)).descriptor;
}

/**
 * Whether a manifest is held, and shown. One that the registry's policy hides is to be sent again: that does no harm, and
 * what is not read back can still be tagged.
 */
export async function hasManifest(place: Place, digest: Digest, options: Cancellable): Promise<boolean> {
  try {
    await headManifest(place, digest, options);
    return true;
  } catch (error) {
    if (isSkillsError(error, 'ERR_NOT_FOUND') || isHidden(error)) return false;
    throw error;
  }
}

/** Whether the registry holds something and shows it to nobody: Harbor before there is a signature. */
function isHidden(error: unknown): boolean {
  return isSkillsError(error, 'ERR_UNTRUSTED') && error.data?.status === 412;
}

/**
 * Stores a manifest under a tag or its digest.
 *
 * @returns the answer, its body thrown away: OCI-Subject is of interest.
 */
export async function putManifest(
  place: Place,
  reference: string,
  { descriptor, bytes }: Fetched,
  options: Cancellable & { headers?: Readonly<Record<string, string>>; expect?: readonly number[] } = {},
): Promise<Answer> {
  const answer = await place.client.call({
    ...manifestCall(place, reference, options),
    method: 'PUT',
    scopes: [push(place.name)],
    expect: options.expect ?? [200, 201, 202, 204],
    headers: { ...options.headers, 'content-type': descriptor.mediaType },
    body: bodyOfBytes(bytes),
    repeatable: true,
  });
  discard(answer);
  if (answer.status < 300) checkHeader(descriptor.digest, reference, answer);
  return answer;
}

/** Removes a manifest by digest, or a tag alone. */
export async function deleteManifest(
  place: Place,
  reference: string,
  missing: Missing,
  options: Cancellable = {},
): Promise<void> {
  await deleteOnce(place.client, {
    ...manifestCall(place, reference, options),
    method: 'DELETE',
    scopes: [remove(place.name)],
    expect: [200, 202, 204],
    missing,
  });
}

export function bodyOfBytes(bytes: Uint8Array): Body {
  return {
    size: bytes.byteLength,
    async *open() {
      yield bytes;
    },
  };
}

function manifestCall(place: Place, reference: string, { signal }: Cancellable) {
  const separator = isDigest(reference) ? '@' : ':';
  return {
    url: place.client.url(place.name, `manifests/${reference}`),
    repository: place.name,
    scopes: [pull(place.name)],
    expect: [200],
    what: `${place.name}${separator}${reference}`,
    headers: { accept: accepted },
    signal,
  } as const;
}

async function readManifestBody(answer: Answer, reference: string): Promise<Uint8Array> {
  const promised = Number(answer.headers['content-length'] ?? 0);
  if (promised > limits.manifestBytes) {
    answer.message.destroy();
    throw new SkillsError(
      'ERR_ARTIFACT_INVALID',
      `the manifest ${reference} has ${promised} bytes; ${limits.manifestBytes} are accepted`,
    );
  }
  return readBody(answer, limits.manifestBytes);
}

function checkDigest(bytes: Uint8Array, reference: string, answer: Answer): Digest {
  const header = answer.headers['docker-content-digest'];
  const expected = isDigest(reference) ? reference : header;
  if (!isDigest(expected)) return sha256(bytes);
  const actual = new Digester(digestAlgorithm(expected)).update(bytes).digest();
  if (actual !== expected) {
    const text = Buffer.from(bytes).toString('utf8');
    if (!isDigest(header) && !isJson(text)) throw notJson(answer, text, `the manifest ${reference}`);
    throw mismatch(expected, actual, reference, answer);
  }
  checkHeader(actual, reference, answer);
  return actual;
}

/** A registry that names another digest than the one that was asked for is not to be believed. */
function checkHeader(digest: Digest, reference: string, answer: Answer): void {
  const header = answer.headers['docker-content-digest'];
  if (isDigest(header) && digestAlgorithm(header) === digestAlgorithm(digest) && header !== digest) {
    throw mismatch(digest, header, reference, answer);
  }
}

function mismatch(expected: Digest, actual: string, reference: string, answer: Answer): TrustError {
  const message = `${answer.url.host}: the manifest ${reference} has the digest ${actual}, not ${expected}`;
  return new TrustError('ERR_DIGEST_MISMATCH', message, {
    hint: 'the manifest was altered or damaged on its way or in the registry; nothing of it was kept',
    data: { expected, actual },
  });
}

/**
 * Header and document must agree: content that two readers take for two types is an attack (CVE-2021-41190). A header
 * that names no manifest type says nothing.
 */
function mediaTypeOf(bytes: Uint8Array, answer: Answer, reference: string): string {
  const stated = contentType(answer);
  const own = statedType(bytes, answer, reference);
  if (isManifestType(stated) && stated !== own) {
    throw new SkillsError(
      'ERR_ARTIFACT_INVALID',
      `the manifest ${reference} is sent as ${stated}, but its content is of the type ${clean(own)}`,
    );
  }
  return own;
}

function statedType(bytes: Uint8Array, answer: Answer, reference: string): string {
  try {
    return manifestTypeOf(bytes);
  } catch (error) {
    const text = Buffer.from(bytes).toString('utf8');
    throw isJson(text) ? error : notJson(answer, text, `the manifest ${reference}`);
  }
}

function contentType(answer: Answer): string {
  return (answer.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
