import type { Deflater, EmitBytes } from './deflater.types.ts';
import { Recutter } from './recut.ts';

/** fflate's output depends on how its input is cut; this length is part of the format. */
const cutSize = 65_536;
const level = 6;

/** Compresses with fflate, which gives the same bytes on every machine. */
export async function createDeflater(emit: EmitBytes): Promise<Deflater> {
  const { Deflate } = await import('fflate');
  const deflate = new Deflate({ level }, (bytes) => emit(bytes));
  return new Recutter(cutSize, (piece, last) => deflate.push(piece, last));
}
