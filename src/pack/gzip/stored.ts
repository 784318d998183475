import type { Deflater, EmitBytes } from './deflater.types.ts';
import { Recutter } from './recut.ts';

/** RFC 1951 section 3.2.4: the length of a stored block has 16 bits. */
const blockSize = 65_535;
const headerSize = 5;

/** Writes stored (uncompressed) deflate blocks, all full but the last. */
export function createStorer(emit: EmitBytes): Deflater {
  const block = Buffer.allocUnsafe(headerSize + blockSize);
  return new Recutter(blockSize, (piece, last) => {
    block.writeUInt8(last ? 1 : 0, 0);
    block.writeUInt16LE(piece.length, 1);
    block.writeUInt16LE(~piece.length & 0xffff, 3);
    block.set(piece, headerSize);
    emit(block.subarray(0, headerSize + piece.length));
  });
}
