// APPNOTE.TXT 6.3.10, sections 4.3.7 (local file header), 4.3.12 (central directory), 4.3.16 (its end).

/** An entry of a zip that is written. */
export interface ZipEntry {
  /** UTF-8. */
  readonly path: Buffer;
  /** Compressed, not stored. */
  readonly deflated: boolean;
  /** CRC-32 of the content. */
  readonly checksum: number;
  /** Bytes in the zip, and of the content. */
  readonly packed: number;
  readonly size: number;
  readonly executable: boolean;
  /** Where its local header begins. */
  readonly offset: number;
}

const versionNeeded = 20;
const madeByUnix = (3 << 8) | versionNeeded;
const utf8Names = 1 << 11;
/** 1 January 1980, the first day that the format knows; 00:00. */
const firstDay = (1 << 5) | 1;
const regularFile = 0o100000;

export function localHeader(entry: ZipEntry): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  writeCommon(header, 4, entry);
  return Buffer.concat([header, entry.path]);
}

export function centralHeader(entry: ZipEntry): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(madeByUnix, 4);
  writeCommon(header, 6, entry);
  header.writeUInt32LE(((regularFile | (entry.executable ? 0o755 : 0o644)) << 16) >>> 0, 38);
  header.writeUInt32LE(entry.offset, 42);
  return Buffer.concat([header, entry.path]);
}

/** From "version needed to extract" to "extra field length", the same in both headers. */
function writeCommon(header: Buffer, at: number, { deflated, checksum, packed, size, path }: ZipEntry): void {
  header.writeUInt16LE(versionNeeded, at);
  header.writeUInt16LE(utf8Names, at + 2);
  header.writeUInt16LE(deflated ? 8 : 0, at + 4);
  header.writeUInt16LE(0, at + 6);
  header.writeUInt16LE(firstDay, at + 8);
  header.writeUInt32LE(checksum, at + 10);
  header.writeUInt32LE(packed, at + 14);
  header.writeUInt32LE(size, at + 18);
  header.writeUInt16LE(path.length, at + 22);
}

export function endRecord(entries: number, start: number, length: number): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(entries, 8);
  record.writeUInt16LE(entries, 10);
  record.writeUInt32LE(length, 12);
  record.writeUInt32LE(start, 16);
  return record;
}
