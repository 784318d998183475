import { brokenArchive, unsafeArchive } from '../refusals.ts';
import { decodePath } from './read-header.ts';

/** What an extended header says of the entry after it. */
export interface Overrides {
  path?: string;
  linkName?: string;
  /** Bytes of the body. */
  size?: number;
}

/**
 * Reads the records of a pax extended header (POSIX.1-2017, "pax Extended Header").
 *
 * @param global for all entries after it: then nothing may be in it that changes how they are read.
 * @throws SkillsError ERR_ARTIFACT_INVALID for broken records, ERR_ARCHIVE_UNSAFE for sparse files.
 */
export function readPax(bytes: Buffer, global: boolean): Overrides {
  const overrides: Overrides = {};
  for (let at = 0; at < bytes.length; ) {
    const record = readRecord(bytes, at);
    applyRecord(overrides, record.key, record.value, global);
    at = record.end;
  }
  return overrides;
}

function readRecord(bytes: Buffer, start: number): { key: string; value: Buffer; end: number } {
  const space = bytes.indexOf(0x20, start);
  const digits = space < 0 ? '' : bytes.toString('latin1', start, space);
  const end = start + (/^[1-9]\d{0,8}$/.test(digits) ? Number(digits) : 0);
  const equals = bytes.indexOf(0x3d, space);
  if (end <= space || end > bytes.length || bytes[end - 1] !== 0x0a || equals < 0 || equals >= end) {
    throw brokenArchive('header', 'an extended header of the tar has a broken record');
  }
  return { key: bytes.toString('utf8', space + 1, equals), value: bytes.subarray(equals + 1, end - 1), end };
}

function applyRecord(overrides: Overrides, key: string, value: Buffer, global: boolean): void {
  if (key.startsWith('GNU.sparse.')) throw unsafeArchive('sparse', 'it holds a sparse file');
  if (key !== 'path' && key !== 'linkpath' && key !== 'size') return;
  if (global) throw brokenArchive('unsupported', `a global header of the tar sets "${key}"`);
  if (key === 'path') overrides.path = decodePath(value);
  if (key === 'linkpath') overrides.linkName = decodePath(value);
  if (key === 'size') overrides.size = readSize(value);
}

function readSize(value: Buffer): number {
  const text = value.toString('latin1', 0, value.length);
  if (!/^\d{1,15}$/.test(text)) throw brokenArchive('header', 'an extended header of the tar has a size that is none');
  return Number(text);
}
