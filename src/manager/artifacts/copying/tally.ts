import { type Digest, isManifestType } from '../../../core/index.ts';
import type { CopyProgress } from '../../../oci/index.ts';
import type { Context } from '../../context.ts';

/** What a copy moved, and what it did not need to. */
export interface CopyCounts {
  /** Manifests that were sent: artifacts, signatures and whatever else refers to them. */
  readonly manifests: number;
  /** Blobs that were sent. */
  readonly blobs: number;
  /** Of what was sent. */
  readonly bytes: number;
  /** Manifests and blobs that the destination had already. */
  readonly held: number;
  /** Blobs that the destination took over from another of its repositories. */
  readonly mounted: number;
}

/** All of them together. */
export function sumCounts(all: readonly CopyCounts[]): CopyCounts {
  const sum = { manifests: 0, blobs: 0, bytes: 0, held: 0, mounted: 0 };
  for (const counts of all) for (const key of Object.keys(sum) as (keyof CopyCounts)[]) sum[key] += counts[key];
  return sum;
}

/** Counts what copies do, and tells of it while they are at it. */
export class Tally {
  readonly #context: Context;
  readonly #name: string;
  readonly #under = new Map<Digest, number>();
  #counts = { manifests: 0, blobs: 0, bytes: 0, held: 0, mounted: 0 };
  #bytes = 0;

  /** @param name what is being copied, for those who watch. */
  constructor(context: Context, name: string) {
    this.#context = context;
    this.#name = name;
  }

  get counts(): CopyCounts {
    return { ...this.#counts };
  }

  /** For `onProgress` of any number of copies. */
  readonly add = ({ descriptor, bytes, done, way }: CopyProgress): void => {
    if (way === 'sent' || !done) {
      this.#bytes += bytes - (this.#under.get(descriptor.digest) ?? 0);
      this.#under.set(descriptor.digest, bytes);
    }
    if (done) this.#count(descriptor.digest, descriptor.mediaType, bytes, way);
    this.#context.report({ phase: 'copy', name: this.#name, bytes: this.#bytes });
  };

  #count(digest: Digest, mediaType: string, bytes: number, way: CopyProgress['way']): void {
    this.#under.delete(digest);
    const counts = this.#counts;
    if (way === 'held') counts.held++;
    else if (way === 'mounted') counts.mounted++;
    else {
      counts.bytes += bytes;
      if (isManifestType(mediaType)) counts.manifests++;
      else counts.blobs++;
    }
  }
}
