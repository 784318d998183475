import { isUtf8 } from 'node:buffer';
import { tarBlockSize, tarChecksum, tarFields, tarMagic } from '../../core/index.ts';
import { brokenArchive, unsafeArchive } from '../refusals.ts';

/** A header block as it stands. */
export interface RawHeader {
  readonly path: string;
  /** The type flag, one character. */
  readonly type: string;
  /** Bytes of the body. */
  readonly size: number;
  readonly mode: number;
  readonly linkName: string;
}

/** @throws SkillsError ERR_ARTIFACT_INVALID or ERR_ARCHIVE_UNSAFE for a block that is no tar header. */
export function decodeHeader(block: Buffer): RawHeader {
  if (readOctal(block, tarFields.checksum) !== tarChecksum(block)) {
    throw brokenArchive('checksum', 'a header of the tar has a wrong checksum');
  }
  return {
    path: readPath(block),
    type: String.fromCharCode(block[tarFields.type[0]] ?? 0),
    size: readOctal(block, tarFields.size),
    mode: readOctal(block, tarFields.mode),
    linkName: readText(block, tarFields.linkName),
  };
}

/** A path that is longer than its field stands in two in ustar; GNU's older format has other things there. */
function readPath(block: Buffer): string {
  const name = readText(block, tarFields.name);
  const [start, length] = tarFields.magic;
  if (block.toString('latin1', start, start + length) !== tarMagic.posix) return name;
  const prefix = readText(block, tarFields.prefix);
  return prefix === '' ? name : `${prefix}/${name}`;
}

type Field = readonly [start: number, length: number];

function readText(block: Buffer, [start, length]: Field): string {
  const zero = block.indexOf(0, start);
  return decodePath(block.subarray(start, zero < 0 ? start + length : Math.min(zero, start + length)));
}

/** @throws SkillsError ERR_ARCHIVE_UNSAFE where the bytes are not UTF-8: each system would read another name. */
export function decodePath(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8', 0, bytes.length);
  const shown = bytes.toString('latin1', 0, bytes.length);
  throw unsafeArchive('not-utf8', `a path is not UTF-8 text (${JSON.stringify(shown)} read as Latin-1)`, shown);
}

/** Octal digits between spaces, ended by NUL or space. GNU's binary numbers are for sizes that are refused anyway. */
function readOctal(block: Buffer, [start, length]: Field): number {
  const match = /^ *([0-7]*)[ \0]*$/.exec(block.toString('latin1', start, start + length));
  if (!match) throw brokenArchive('header', 'a number in a header of the tar is not octal');
  return match[1] ? Number.parseInt(match[1], 8) : 0;
}

export function isZeroBlock(block: Buffer): boolean {
  if (block[0] !== 0) return false;
  for (let index = 1; index < tarBlockSize; index++) if (block[index] !== 0) return false;
  return true;
}
