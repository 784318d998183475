import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { limits, SkillsError, tarBlockSize, tarChecksum, tarFields, tarPadding, tarTypes } from '../../core/index.ts';

/** Where the content of a file lies in a tar. */
export interface TarPlace {
  /** Bytes from the start of the tar. */
  readonly offset: number;
  readonly size: number;
}

/** Long names and pax records that matter here are shorter. */
const longestMeta = 64 * 1024;
const dataTypes: ReadonlySet<string> = new Set([tarTypes.file, tarTypes.oldFile, tarTypes.contiguous]);
const metaTypes: ReadonlySet<string> = new Set([tarTypes.pax, tarTypes.paxGlobal, tarTypes.gnuLongName]);
const packed: readonly (readonly [hex: string, name: string, command: string])[] = [
  ['1f8b', 'gzip', 'gunzip'],
  ['28b52ffd', 'zstd', 'unzstd'],
  ['fd377a58', 'xz', 'unxz'],
  ['425a68', 'bzip2', 'bunzip2'],
];

/**
 * Finds the regular files of a tar without reading their content: ustar, pax (paths and sizes) and GNU's long names and
 * sizes. Links and everything else are passed over; of two files of one path the last counts, as for `tar -x`.
 *
 * @throws SkillsError ERR_FILE_INVALID for what is no tar, a compressed one or a part of one
 */
export function scanTar(file: string): ReadonlyMap<string, TarPlace> {
  const descriptor = openSync(file, 'r');
  try {
    return new Scanner(file, descriptor).run();
  } finally {
    closeSync(descriptor);
  }
}

class Scanner {
  readonly #file: string;
  readonly #descriptor: number;
  readonly #length: number;
  readonly #block = Buffer.alloc(tarBlockSize);
  readonly #found = new Map<string, TarPlace>();
  #at = 0;
  #long: { path?: string; size?: number } = {};

  constructor(file: string, descriptor: number) {
    this.#file = file;
    this.#descriptor = descriptor;
    this.#length = fstatSync(descriptor).size;
  }

  run(): ReadonlyMap<string, TarPlace> {
    for (let count = 0; this.#next(); count++) {
      if (count > limits.archiveEntries) throw this.#broken(`it has more than ${limits.archiveEntries} entries`);
      this.#entry();
    }
    return this.#found;
  }

  /** Reads the next header; false at the end mark. */
  #next(): boolean {
    const read = readSync(this.#descriptor, this.#block, 0, tarBlockSize, this.#at);
    if (this.#at === 0) this.#refusePacked(read);
    if (read < tarBlockSize) throw this.#broken('it ends without an end mark: it was cut off, or is no tar');
    this.#at += tarBlockSize;
    if (this.#block.every((byte) => byte === 0)) return false;
    if (readOctal(this.#block, tarFields.checksum) === tarChecksum(this.#block)) return true;
    throw this.#broken(`the header at byte ${this.#at - tarBlockSize} has a wrong checksum`);
  }

  #entry(): void {
    const type = String.fromCharCode(this.#block[tarFields.type[0]] ?? 0);
    const isMeta = metaTypes.has(type);
    const size = (isMeta ? undefined : this.#long.size) ?? readSize(this.#block);
    const end = this.#at + size;
    if (!Number.isSafeInteger(size) || end > this.#length) throw this.#broken('its last file was cut off');
    if (isMeta) this.#meta(type, size);
    else {
      const path = cleanPath(this.#long.path ?? readPath(this.#block));
      if (dataTypes.has(type)) this.#found.set(path, { offset: this.#at, size });
      this.#long = {};
    }
    this.#at = end + tarPadding(size);
  }

  #meta(type: string, size: number): void {
    if (type === tarTypes.paxGlobal) return;
    if (size > longestMeta) throw this.#broken(`an extended header has ${size} bytes`);
    const bytes = Buffer.alloc(size);
    readSync(this.#descriptor, bytes, 0, size, this.#at);
    if (type === tarTypes.gnuLongName) this.#long.path = textOf(bytes);
    else Object.assign(this.#long, readRecords(bytes));
  }

  #refusePacked(read: number): void {
    const start = this.#block.toString('hex', 0, Math.min(read, 4));
    const match = packed.find(([hex]) => start.startsWith(hex));
    if (!match) return;
    throw new SkillsError(
      'ERR_FILE_INVALID',
      `${this.#file}: is compressed with ${match[1]}; layouts are read from plain tars`,
      {
        hint: `unpack it first: ${match[2]} ${this.#file}`,
        data: { file: this.#file },
      },
    );
  }

  #broken(why: string): SkillsError {
    return new SkillsError('ERR_FILE_INVALID', `${this.#file}: cannot be read as a tar: ${why}`, {
      hint: 'fetch or write it again',
      data: { file: this.#file },
    });
  }
}

type Field = readonly [start: number, length: number];

/** Octal digits, or GNU's binary number for what is larger than 8 GiB. */
function readSize(block: Buffer): number {
  const [start, length] = tarFields.size;
  if (((block[start] ?? 0) & 0x80) === 0) return readOctal(block, tarFields.size);
  return block.subarray(start + 1, start + length).reduce((sum, byte) => sum * 256 + byte, 0);
}

/** NaN for what is no number: it equals no checksum, and is no size. */
function readOctal(block: Buffer, [start, length]: Field): number {
  const match = /^ *([0-7]*)[ \0]*$/.exec(block.toString('latin1', start, start + length));
  return match ? Number.parseInt(match[1] || '0', 8) : Number.NaN;
}

function readPath(block: Buffer): string {
  const text = ([start, length]: Field) => textOf(block.subarray(start, start + length));
  const prefix = text(tarFields.magic).startsWith('ustar') && block[262] === 0 ? text(tarFields.prefix) : '';
  return prefix === '' ? text(tarFields.name) : `${prefix}/${text(tarFields.name)}`;
}

function textOf(bytes: Buffer): string {
  const zero = bytes.indexOf(0);
  return bytes.toString('utf8', 0, zero < 0 ? bytes.length : zero);
}

/** `<length> <key>=<value>\n` (POSIX.1-2017, "pax Extended Header"); what cannot be read is passed over. */
function readRecords(bytes: Buffer): { path?: string; size?: number } {
  const found: { path?: string; size?: number } = {};
  for (let at = 0; at < bytes.length; ) {
    const length = Number.parseInt(bytes.toString('latin1', at, at + 10), 10);
    if (!(length > 0)) break;
    const [, key, value = ''] = /^\d+ ([^=]+)=(.*)\n$/s.exec(bytes.toString('utf8', at, at + length)) ?? [];
    if (key === 'path') found.path = value;
    if (key === 'size') found.size = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    at += length;
  }
  return found;
}

/** Some writers put `./` before every path. */
function cleanPath(path: string): string {
  return path.replace(/^(?:\.?\/)+/, '');
}
