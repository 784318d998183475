import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import {
  type ByteStream,
  type Descriptor,
  type Digest,
  digestAlgorithm,
  digestHex,
  SkillsError,
  streamOf,
  verified,
} from '../../core/index.ts';
import { batchBytes, blobsFolder, smallBlobBytes } from '../layout/constants.ts';
import type { LayoutBlobs } from '../layout/layout-blobs.types.ts';
import type { TarPlace } from './scan.ts';

/** The blobs of a layout in a tar, read where they lie. */
export class TarBlobs implements LayoutBlobs {
  readonly #file: string;
  readonly #places: () => ReadonlyMap<string, TarPlace>;

  /** @param places the files of the tar as it is now. */
  constructor(file: string, places: () => ReadonlyMap<string, TarPlace>) {
    this.#file = file;
    this.#places = places;
  }

  sizeOf(digest: Digest): number | undefined {
    return this.#places().get(blobPath(digest))?.size;
  }

  holds({ digest, size }: Descriptor): boolean {
    const held = this.sizeOf(digest);
    return held !== undefined && (held === size || size === 0);
  }

  read(digest: Digest): Uint8Array {
    return readPlace(this.#file, this.#require(digest));
  }

  open(descriptor: Descriptor): ByteStream {
    const place = this.#require(descriptor.digest);
    const small = place.size <= smallBlobBytes;
    const stream = small ? readSmall(this.#file, place) : this.#stream(place, 0, place.size - 1);
    return verified(stream, descriptor, `${this.#file}, ${blobPath(descriptor.digest)}`);
  }

  openRange({ digest }: Descriptor, start: number, end: number): ByteStream {
    const place = this.#require(digest);
    return this.#stream(place, start, Math.min(end, place.size - 1));
  }

  async *#stream({ offset }: TarPlace, start: number, end: number): ByteStream {
    if (end < start) return;
    yield* createReadStream(this.#file, { highWaterMark: batchBytes, start: offset + start, end: offset + end });
  }

  #require(digest: Digest): TarPlace {
    const place = this.#places().get(blobPath(digest));
    if (place) return place;
    throw new SkillsError('ERR_BLOB_UNKNOWN', `${this.#file} does not hold ${digest}`);
  }
}

/** Where a blob stands in a layout (image-layout.md, "Blobs"). */
export function blobPath(digest: Digest): string {
  return `${blobsFolder}/${digestAlgorithm(digest)}/${digestHex(digest)}`;
}

/** A small file of a tar, whole. */
export function readPlace(file: string, { offset, size }: TarPlace): Uint8Array {
  const bytes = Buffer.allocUnsafe(size);
  const descriptor = openSync(file, 'r');
  try {
    const read = readSync(descriptor, bytes, 0, size, offset);
    return bytes.subarray(0, read);
  } finally {
    closeSync(descriptor);
  }
}

async function* readSmall(file: string, place: TarPlace): ByteStream {
  yield* streamOf(readPlace(file, place));
}
