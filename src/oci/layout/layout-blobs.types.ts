import type { ByteStream, Descriptor, Digest } from '../../core/index.ts';

/** The blobs of a layout, wherever they lie. */
export interface LayoutBlobs {
  /** Bytes of a blob; undefined where it is not held. */
  sizeOf(digest: Digest): number | undefined;
  /** Content of another size than promised is not that content. Descriptors of foreign writers may say 0. */
  holds(descriptor: Descriptor): boolean;
  /** A small blob, whole and unchecked. @throws SkillsError ERR_BLOB_UNKNOWN */
  read(digest: Digest): Uint8Array;
  /** @throws SkillsError ERR_BLOB_UNKNOWN */
  open(descriptor: Descriptor): ByteStream;
  /** The bytes from `start` to `end`, inclusive. @throws SkillsError ERR_BLOB_UNKNOWN */
  openRange(descriptor: Descriptor, start: number, end: number): ByteStream;
}
