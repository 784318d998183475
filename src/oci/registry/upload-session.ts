import {
  type ByteStream,
  type Cancellable,
  type ContentSource,
  type Descriptor,
  SkillsError,
  verified,
} from '../../core/index.ts';
import type { Call } from './client.ts';
import { type Place, placeName } from './place.ts';
import { resolveLocation } from './redirect.ts';
import { push } from './scopes.ts';
import type { Answer } from './transport.ts';

/** An upload session: where it goes on, and what the registry said of chunks. */
export interface Session {
  readonly location: URL;
  /** Bytes that a chunk must have at least (OCI-Chunk-Min-Length). */
  readonly leastChunk: number;
}

export function uploadCall(
  place: Place,
  method: Call['method'],
  url: URL,
  descriptor: Descriptor,
  { signal }: Cancellable,
): Omit<Call, 'expect'> {
  const what = `the upload of ${descriptor.digest} to ${place.name}`;
  return { method, url, repository: place.name, scopes: [push(place.name)], what, signal };
}

/** The content, checked, its last piece held back until the digest is known: a wrong upload must not look complete. */
export async function* checkedContent(place: Place, descriptor: Descriptor, content: ContentSource): ByteStream {
  let held: Uint8Array | undefined;
  for await (const piece of verified(await content(), descriptor, `content for ${placeName(place)}`)) {
    if (held) yield held;
    held = piece;
  }
  if (held) yield held;
}

/** Where the next step of a session goes. @throws SkillsError ERR_REGISTRY, ERR_INSECURE */
export function sessionOf(place: Place, answer: Answer): Session {
  const location = answer.headers.location;
  if (location === undefined) {
    throw new SkillsError('ERR_REGISTRY', `${answer.url.host} began an upload without saying where it goes on`);
  }
  const least = Number(answer.headers['oci-chunk-min-length'] ?? 0);
  return { location: uploadUrl(location, answer.url, place), leastChunk: Number.isSafeInteger(least) ? least : 0 };
}

/** The closing URL: the session's, with the digest appended to whatever it holds. */
export function closingUrl({ location }: Session, descriptor: Descriptor): URL {
  const url = new URL(location);
  url.searchParams.set('digest', descriptor.digest);
  return url;
}

function uploadUrl(location: string, from: URL, place: Place): URL {
  const { base } = place.client.settings;
  const url = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  // Registries behind a proxy that ends TLS often think that they are spoken to over plain http.
  if (url && base.protocol === 'https:' && url.protocol === 'http:' && url.hostname === base.hostname) {
    return new URL(`${url.pathname}${url.search}`, base);
  }
  return resolveLocation(location, from, place.client.settings);
}
