import { gzipSync } from 'node:zlib';

// Written apart from the code that it tests: a tar with whatever in it, right or wrong.

export interface TestEntry {
  readonly path: string;
  readonly type?: string;
  readonly content?: string | Uint8Array;
  readonly target?: string;
  readonly mode?: number;
  /** Bytes that the header states, if not those of the content. */
  readonly size?: number;
  /** Changes the header after its checksum was computed. */
  readonly damage?: (header: Buffer) => void;
  /** Changes the header before. */
  readonly alter?: (header: Buffer) => void;
  readonly prefix?: string;
}

export const end = Buffer.alloc(1024);

export function file(path: string, content: string | Uint8Array = 'content', more: Partial<TestEntry> = {}): TestEntry {
  return { path, content, ...more };
}

export function link(path: string, target: string): TestEntry {
  return { path, type: '2', target };
}

/** A pax header with records as given. */
export function pax(records: Readonly<Record<string, string>>, type = 'x'): TestEntry {
  return { path: 'PaxHeaders/x', type, content: Object.entries(records).map(paxRecord).join('') };
}

/** GNU's way to give the next entry a long name (`L`) or link (`K`). */
export function gnuLong(name: string, type: 'L' | 'K' = 'L'): TestEntry {
  return { path: '././@LongLink', type, content: `${name}\0` };
}

export function tar(...entries: readonly TestEntry[]): Buffer {
  return Buffer.concat([...entries.map(encodeEntry), end]);
}

export function tgz(...entries: readonly TestEntry[]): Buffer {
  return gzipSync(tar(...entries));
}

export function encodeEntry(entry: TestEntry): Buffer {
  const content = Buffer.from(entry.content ?? '');
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([encodeHeader(entry, content.length), content, padding]);
}

function encodeHeader(entry: TestEntry, length: number): Buffer {
  const header = Buffer.alloc(512);
  header.write(entry.path, 0, 100);
  header.write(octal(entry.mode ?? 0o644, 7), 100);
  header.write(octal(1000, 7), 108);
  header.write(octal(1000, 7), 116);
  header.write(octal(entry.size ?? length, 11), 124);
  header.write(octal(1_700_000_000, 11), 136);
  header.write(entry.type ?? '0', 156);
  header.write(entry.target ?? '', 157, 100);
  header.write('ustar\x0000', 257, 'latin1');
  header.write('somebody', 265);
  header.write(entry.prefix ?? '', 345, 155);
  entry.alter?.(header);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  entry.damage?.(header);
  return header;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

function paxRecord([key, value]: [string, string]): string {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest) + 1;
  while (Buffer.byteLength(`${length}${rest}`) !== length) length++;
  return `${length}${rest}`;
}
