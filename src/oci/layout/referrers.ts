import {
  type Descriptor,
  type Digest,
  digestAlgorithm,
  digestHex,
  isIndexType,
  isManifestType,
  limits,
  parseIndex,
  parseManifest,
} from '../../core/index.ts';
import type { IndexState } from './index-state.ts';
import type { LayoutBlobs } from './layout-blobs.types.ts';

/** The subject of a manifest and the descriptor that stands for the manifest in a list of referrers. */
interface Referrer {
  readonly subject: Digest;
  readonly descriptor: Descriptor;
}

/**
 * Knows which listed manifests have which subject.
 *
 * A manifest never changes, so each is read once in the life of a process; a change of index.json costs only what is new in it.
 */
export class ReferrerIndex {
  readonly #blobs: LayoutBlobs;
  readonly #known = new Map<Digest, Referrer | undefined>();

  constructor(blobs: LayoutBlobs) {
    this.#blobs = blobs;
  }

  /** Referrers in the order in which they are listed (distribution-spec, "Listing Referrers"). */
  find(state: IndexState, subject: Digest, artifactType?: string): Descriptor[] {
    const found = new Map<Digest, Descriptor>();
    for (const candidate of this.#candidates(state, subject)) {
      const referrer = this.#referrer(candidate);
      if (referrer?.subject === subject) found.set(candidate.digest, referrer.descriptor);
    }
    return [...found.values()].filter((item) => artifactType === undefined || item.artifactType === artifactType);
  }

  /** What is listed, and what an index under the referrers tag names ("Enabling the Referrers API"). */
  *#candidates(state: IndexState, subject: Digest): Generator<Descriptor> {
    yield* state.manifests();
    const fallback = state.find(`${digestAlgorithm(subject)}-${digestHex(subject).slice(0, 64)}`);
    const bytes = fallback && isIndexType(fallback.mediaType) ? this.#read(fallback) : undefined;
    if (bytes) yield* tryParse(() => parseIndex(bytes).manifests) ?? [];
  }

  #referrer(descriptor: Descriptor): Referrer | undefined {
    if (this.#known.has(descriptor.digest)) return this.#known.get(descriptor.digest);
    const bytes = isManifestType(descriptor.mediaType) ? this.#read(descriptor) : undefined;
    const referrer = bytes && tryParse(() => referrerOf(descriptor, bytes));
    // A child that is missing now may come later; what is held never changes.
    if (bytes) this.#known.set(descriptor.digest, referrer);
    return referrer;
  }

  #read(descriptor: Descriptor): Uint8Array | undefined {
    const size = this.#blobs.sizeOf(descriptor.digest);
    return size === undefined || size > limits.manifestBytes ? undefined : this.#blobs.read(descriptor.digest);
  }
}

function referrerOf({ mediaType, digest }: Descriptor, bytes: Uint8Array): Referrer | undefined {
  const { subject, annotations, artifactType } = isIndexType(mediaType) ? parseIndex(bytes) : withType(bytes);
  if (!subject) return undefined;
  return {
    subject: subject.digest,
    descriptor: {
      mediaType,
      digest,
      size: bytes.byteLength,
      ...(artifactType ? { artifactType } : {}),
      ...(annotations ? { annotations } : {}),
    },
  };
}

/** An image manifest without an artifactType has the media type of its config as one. */
function withType(bytes: Uint8Array) {
  const manifest = parseManifest(bytes);
  return { ...manifest, artifactType: manifest.artifactType || manifest.config.mediaType };
}

/** What cannot be read refers to nothing: one broken manifest must not hide the others. */
function tryParse<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
