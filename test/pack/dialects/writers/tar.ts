import { constants, gzipSync } from 'node:zlib';

// The tars of other tools, field by field: what Go's archive/tar and Apache Commons Compress write.

export interface Entry {
  readonly path: string;
  readonly content?: string | Uint8Array;
  /** `0` file, `2` link, `5` folder. */
  readonly type?: '0' | '2' | '5';
  readonly target?: string;
  readonly mode?: number;
  readonly mtime?: number;
  readonly uid?: number;
  readonly uname?: string;
}

/** How a library ends its numbers. */
type Style = 'go' | 'java';

export function tarOf(entries: readonly Entry[], style: Style = 'go'): Buffer {
  return Buffer.concat([...entries.map((entry) => encode(entry, style)), Buffer.alloc(1024)]);
}

function encode(entry: Entry, style: Style): Buffer {
  const { path, type = '0', target = '', mode = 0o644, mtime = 0, uid = 0, uname = '' } = entry;
  const content = Buffer.from(entry.content ?? '');
  const header = Buffer.alloc(512);
  const number = (value: number, at: number, width: number) =>
    header.write(value.toString(8).padStart(width - 1, '0') + (style === 'go' ? '\0' : ' '), at, 'latin1');
  header.write(path, 0, 100);
  number(mode, 100, 8);
  number(uid, 108, 8);
  number(uid, 116, 8);
  number(content.length, 124, 12);
  number(mtime, 136, 12);
  header.write(type, 156);
  header.write(target, 157);
  header.write('ustar\x0000', 257, 'latin1');
  header.write(uname, 265);
  header.write(uname === '' ? '' : 'staff', 297);
  number(0, 329, 8);
  number(0, 337, 8);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

/** gzip as Go's and Java's libraries frame it: no time, no name, operating system 255; XFL 2 for level 9 (RFC 1952). */
export function gzipOf(bytes: Uint8Array, level: number = constants.Z_DEFAULT_COMPRESSION): Buffer {
  const packed = gzipSync(bytes, { level });
  packed[8] = level === 9 ? 2 : 0;
  packed[9] = 255;
  return packed;
}
