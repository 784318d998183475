import { crc32 } from 'node:zlib';
import { createDeflater } from './deflate.ts';
import type { Deflater, EmitBytes } from './deflater.types.ts';
import { createStorer } from './stored.ts';

/** Above this many bytes a tar is stored and not compressed: fflate makes 20 MiB/s, stored blocks go at disk speed. */
export const largestCompressed = 8 * 1024 * 1024;

// RFC 1952 section 2.3: deflate, no flags, mtime 0, no extra flags, operating system 255 ("unknown").
const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);

/**
 * Writes one gzip member whose bytes depend on the content alone: not on how it is cut, on the clock, or on the build of
 * zlib.
 *
 * @param length bytes that will come: it decides whether they are compressed (fflate, level 6) or stored.
 */
export async function createGzipWriter(length: number, emit: EmitBytes): Promise<Deflater> {
  const body = length <= largestCompressed ? await createDeflater(emit) : createStorer(emit);
  let checksum = 0;
  let size = 0;
  emit(header);
  return {
    push(bytes) {
      checksum = crc32(bytes, checksum);
      size += bytes.length;
      body.push(bytes);
    },
    end() {
      body.end();
      const trailer = Buffer.alloc(8);
      trailer.writeUInt32LE(checksum, 0);
      trailer.writeUInt32LE(size % 2 ** 32, 4);
      emit(trailer);
    },
  };
}
