import { tarBlockSize, tarPadding, tarTypes } from '../../core/index.ts';
import { brokenArchive, unsafeArchive } from '../refusals.ts';
import { type Overrides, readPax } from './pax.ts';
import { decodeHeader, decodePath, isZeroBlock, type RawHeader } from './read-header.ts';

/** What takes the entries of an archive: `file` is followed by its content in pieces, `size` bytes in all. */
export interface EntrySink {
  file(path: string, size: number, executable: boolean): void;
  /** A piece of the last file; valid only during the call. */
  data(bytes: Uint8Array): void;
  folder(path: string): void;
  link(path: string, target: string): void;
}

/** Extended headers hold paths and attributes; more than this is nothing that anybody needs. */
const largestMeta = 1 << 20;

const refusedTypes: ReadonlyMap<string, string> = new Map([
  [tarTypes.characterDevice, 'device'],
  [tarTypes.blockDevice, 'device'],
  [tarTypes.fifo, 'named pipe'],
]);

/**
 * A strict tar reader: ustar, pax and GNU long names, fed with pieces of any length. Hard links, devices, sparse files
 * and unknown types are refused; so is what two readers could read in two ways. Paths are the sink's to check.
 *
 * @throws SkillsError ERR_ARTIFACT_INVALID for a damaged, ERR_ARCHIVE_UNSAFE for a refused archive.
 */
export class TarReader {
  readonly #sink: EntrySink;
  readonly #carry = Buffer.allocUnsafe(tarBlockSize);
  #carried = 0;
  #state: 'header' | 'file' | 'meta' | 'padding' | 'after-zeros' | 'end' = 'header';
  /** Bytes of the body, and of its padding, that are still to come. */
  #left = 0;
  #padding = 0;
  #meta: { readonly type: string; readonly bytes: Buffer; filled: number } | undefined;
  #overrides: Overrides = {};

  constructor(sink: EntrySink) {
    this.#sink = sink;
  }

  push(piece: Buffer): void {
    for (let at = 0; at < piece.length; ) {
      if (this.#state === 'end') {
        checkOnlyZeros(piece, at);
        return;
      }
      at = this.#state === 'header' || this.#state === 'after-zeros' ? this.#header(piece, at) : this.#body(piece, at);
    }
  }

  /** Says that nothing follows. */
  end(): void {
    if (this.#state !== 'end') throw brokenArchive('truncated', 'the tar ends before its end mark: it was cut off');
  }

  #header(piece: Buffer, at: number): number {
    if (this.#carried === 0 && piece.length - at >= tarBlockSize) {
      this.#block(piece.subarray(at, at + tarBlockSize));
      return at + tarBlockSize;
    }
    const taken = piece.copy(this.#carry, this.#carried, at, at + tarBlockSize - this.#carried);
    this.#carried += taken;
    if (this.#carried === tarBlockSize) {
      this.#carried = 0;
      this.#block(this.#carry);
    }
    return at + taken;
  }

  #block(block: Buffer): void {
    if (isZeroBlock(block)) {
      if (this.#state === 'header' && Object.keys(this.#overrides).length > 0) {
        throw brokenArchive('header', 'an extended header of the tar has no entry after it');
      }
      this.#state = this.#state === 'header' ? 'after-zeros' : 'end';
    } else if (this.#state === 'after-zeros') {
      throw brokenArchive('trailing-data', 'the tar goes on after its end mark');
    } else {
      this.#entry(decodeHeader(block));
    }
  }

  #entry(raw: RawHeader): void {
    this.#left = raw.size;
    this.#padding = tarPadding(raw.size);
    if (raw.type === tarTypes.pax || raw.type === tarTypes.paxGlobal || isGnuLong(raw.type)) this.#beginMeta(raw);
    else this.#beginEntry(raw);
    if (this.#left === 0) this.#endBody();
  }

  #beginMeta({ type, size }: RawHeader): void {
    if (size > largestMeta) throw unsafeArchive('too-large', `an extended header has ${size} bytes`);
    this.#meta = { type, bytes: Buffer.allocUnsafe(size), filled: 0 };
    this.#state = 'meta';
  }

  #beginEntry(raw: RawHeader): void {
    const { path = raw.path, linkName = raw.linkName, size = raw.size } = this.#overrides;
    this.#overrides = {};
    if (size !== raw.size) throw brokenArchive('unsupported', `"${path}" has two sizes in the tar`);
    this.#state = 'file';
    this.#announce(raw, path, linkName);
  }

  #announce({ type, size, mode }: RawHeader, path: string, linkName: string): void {
    if (isFolder(type, path)) {
      checkNoBody(size, path);
      this.#sink.folder(path);
    } else if (type === tarTypes.file || type === tarTypes.oldFile || type === tarTypes.contiguous) {
      this.#sink.file(path, size, (mode & 0o111) !== 0);
    } else if (type === tarTypes.link) {
      checkNoBody(size, path);
      this.#sink.link(path, linkName);
    } else {
      throw refusedType(type, path);
    }
  }

  #body(piece: Buffer, at: number): number {
    if (this.#state === 'padding') {
      const skipped = Math.min(this.#padding, piece.length - at);
      this.#padding -= skipped;
      if (this.#padding === 0) this.#state = 'header';
      return at + skipped;
    }
    const bytes = piece.subarray(at, at + this.#left);
    this.#left -= bytes.length;
    if (this.#state === 'file') this.#sink.data(bytes);
    else this.#takeMeta(bytes);
    if (this.#left === 0) this.#endBody();
    return at + bytes.length;
  }

  #takeMeta(bytes: Buffer): void {
    if (this.#meta) this.#meta.filled += bytes.copy(this.#meta.bytes, this.#meta.filled);
  }

  #endBody(): void {
    const meta = this.#meta;
    this.#meta = undefined;
    if (meta) this.#override(meta.type, meta.bytes);
    this.#state = this.#padding > 0 ? 'padding' : 'header';
  }

  #override(type: string, bytes: Buffer): void {
    const overrides = isGnuLong(type) ? readGnuLong(type, bytes) : readPax(bytes, type === tarTypes.paxGlobal);
    for (const key of Object.keys(overrides)) {
      if (key in this.#overrides) throw brokenArchive('unsupported', `an entry of the tar has two values for "${key}"`);
    }
    Object.assign(this.#overrides, overrides);
  }
}

/** Before POSIX a folder was a file whose name ends in a slash. */
function isFolder(type: string, path: string): boolean {
  return type === tarTypes.folder || (type === tarTypes.oldFile && path.endsWith('/'));
}

function isGnuLong(type: string): boolean {
  return type === tarTypes.gnuLongName || type === tarTypes.gnuLongLink;
}

function readGnuLong(type: string, bytes: Buffer): Overrides {
  const zero = bytes.indexOf(0);
  const path = decodePath(zero < 0 ? bytes : bytes.subarray(0, zero));
  return type === tarTypes.gnuLongName ? { path } : { linkName: path };
}

function checkNoBody(size: number, path: string): void {
  if (size > 0) throw brokenArchive('header', `"${path}" is no file and has content in the tar`);
}

function checkOnlyZeros(piece: Buffer, at: number): void {
  for (let index = at; index < piece.length; index++) {
    if (piece[index] !== 0) throw brokenArchive('trailing-data', 'something follows the end mark of the tar');
  }
}

function refusedType(type: string, path: string) {
  const shown = JSON.stringify(path);
  if (type === tarTypes.hardLink) return unsafeArchive('hard-link', `${shown} is a hard link`, path);
  const special = refusedTypes.get(type);
  if (special) return unsafeArchive('device', `${shown} is a ${special}`, path);
  if (type === 'S') return unsafeArchive('sparse', `${shown} is a sparse file`, path);
  return brokenArchive('unsupported', `${shown} has the unknown type ${JSON.stringify(type)}`);
}
