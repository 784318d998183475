import { tarBlockSize, tarChecksum, tarFields, tarMagic, tarPadding, tarTypes } from './header.ts';

/** An entry as it is written. */
export interface TarHeader {
  /** '/'-separated; a folder's ends in '/'. */
  readonly path: string;
  readonly type: string;
  readonly mode: number;
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
}

const ascii = /^[\x20-\x7e]+$/;

/**
 * The header blocks of an entry: ustar, and a pax header before it where the path has other than ASCII characters or is
 * too long. Owner, group and their names are always empty; nothing else goes into pax, so that the bytes stay the same.
 */
export function encodeTarHeader(entry: TarHeader): Buffer {
  const split = splitPath(entry.path);
  if (split) return encodeUstar(entry, split);
  const record = encodePaxRecord('path', entry.path);
  const pax = { path: 'PaxHeader', type: tarTypes.pax, mode: 0o644, size: record.length, mtime: entry.mtime };
  // Readers that do not know pax get the nearest name that fits.
  const plain = entry.path.replace(/[^\x20-\x7e]/g, '_').slice(-tarFields.name[1]);
  return Buffer.concat([
    encodeUstar(pax, { name: pax.path, prefix: '' }),
    record,
    Buffer.alloc(tarPadding(record.length)),
    encodeUstar(entry, { name: plain, prefix: '' }),
  ]);
}

interface SplitPath {
  readonly name: string;
  readonly prefix: string;
}

/** The path in the two fields of ustar, the prefix as short as possible; undefined where it does not fit. */
function splitPath(path: string): SplitPath | undefined {
  const [, nameLength] = tarFields.name;
  if (!ascii.test(path)) return undefined;
  if (path.length <= nameLength) return { name: path, prefix: '' };
  const slash = path.indexOf('/', path.length - nameLength - 1);
  if (slash <= 0 || slash > tarFields.prefix[1] || slash === path.length - 1) return undefined;
  return { name: path.slice(slash + 1), prefix: path.slice(0, slash) };
}

/** `<length> <key>=<value>\n`, where the length counts itself. */
function encodePaxRecord(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  let length = bytes + String(bytes).length;
  if (bytes + String(length).length > length) length++;
  return Buffer.from(`${length}${rest}`);
}

function encodeUstar({ type, mode, size, mtime }: TarHeader, { name, prefix }: SplitPath): Buffer {
  const block = Buffer.alloc(tarBlockSize);
  block.write(name, tarFields.name[0], 'latin1');
  block.write(
    `${octal(mode, 8)}${octal(0, 8)}${octal(0, 8)}${octal(size, 12)}${octal(mtime, 12)}`,
    tarFields.mode[0],
    'latin1',
  );
  block.write(type, tarFields.type[0], 'latin1');
  block.write(tarMagic.posix, tarFields.magic[0], 'latin1');
  block.write(prefix, tarFields.prefix[0], 'latin1');
  block.write(`${octal(tarChecksum(block), 7)} `, tarFields.checksum[0], 'latin1');
  return block;
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}
