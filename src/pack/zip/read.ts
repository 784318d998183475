import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { isSkillsError } from '../../core/index.ts';
import { brokenArchive, quotePath, unsafeArchive } from '../refusals.ts';
import type { EntrySink } from '../tar/reader.ts';
import { type ArchiveLimits, checkGrowth } from '../unpack/limits.ts';
import { type RootedTree, type UnpackOptions, unpackInto } from '../unpack/unpack-into.ts';

/** What macOS puts beside the files of a zip. */
const appleFolder = '__MACOSX/';
const longestLink = 4_096;

/** Unpacks a zip file under the same checks as a tar.gz; see `unpackStream`. */
export function unpackZip(file: string, destination: string, options: UnpackOptions = {}): Promise<RootedTree> {
  return unpackInto(destination, options, {
    fill: async (tree, limits) => {
      const zip = await openZip(file);
      try {
        await readEntries(zip, tree, limits, options.signal);
      } catch (error) {
        throw asBroken(error);
      } finally {
        zip.close();
      }
    },
  });
}

async function openZip(file: string): Promise<ZipFile> {
  // Names are decoded and checked here, so that every kind of archive goes through one gate.
  const options = { autoClose: false, lazyEntries: true, decodeStrings: false, validateEntrySizes: true };
  const { default: yauzl } = await import('yauzl');
  try {
    return await yauzl.openPromise(file, options);
  } catch (cause) {
    throw asBroken(cause);
  }
}

async function readEntries(
  zip: ZipFile,
  sink: EntrySink,
  limits: ArchiveLimits,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { default: yauzl } = await import('yauzl');
  let unpacked = 0;
  for await (const entry of zip.eachEntry()) {
    signal?.throwIfAborted();
    const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry;
    const path = yauzl.getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, true);
    if (path.startsWith(appleFolder)) continue;
    unpacked += entry.uncompressedSize;
    checkGrowth(zip.fileSize, unpacked, limits);
    await readEntry(zip, entry, path, sink);
  }
}

async function readEntry(zip: ZipFile, entry: Entry, path: string, sink: EntrySink): Promise<void> {
  checkReadable(entry, path);
  const { kind, executable } = modeOf(entry, path);
  if (kind === 'folder') sink.folder(path);
  else if (kind === 'link') sink.link(path, await readLink(zip, entry, path));
  else await readFile(zip, entry, path, sink, executable);
}

async function readFile(zip: ZipFile, entry: Entry, path: string, sink: EntrySink, executable: boolean): Promise<void> {
  sink.file(path, entry.uncompressedSize, executable);
  let checksum = 0;
  for await (const piece of await contentOf(zip, entry)) {
    checksum = crc32(piece, checksum);
    sink.data(piece);
  }
  checkChecksum(checksum, entry, path);
}

function checkReadable(entry: Entry, path: string): void {
  if (entry.isEncrypted()) throw unsafeArchive('encrypted', `${quotePath(path)} is encrypted`, path);
  if (entry.canDecodeFileData()) return;
  throw brokenArchive('unsupported', `${quotePath(path)} has the compression method ${entry.compressionMethod}`);
}

// APPNOTE.TXT 4.4.2: "version made by"; 3 is Unix and 19 macOS, which keep the mode in the upper half of the attributes.
const unixSystems = new Set([3, 19]);
const fileTypeMask = 0o170000;
const fileTypes: ReadonlyMap<number, 'file' | 'folder' | 'link'> = new Map([
  [0, 'file'],
  [0o100000, 'file'],
  [0o040000, 'folder'],
  [0o120000, 'link'],
]);

function modeOf(entry: Entry, path: string): { kind: 'file' | 'folder' | 'link'; executable: boolean } {
  const mode = unixSystems.has(entry.versionMadeBy >> 8) ? entry.externalFileAttributes >>> 16 : 0;
  const kind = path.endsWith('/') ? 'folder' : fileTypes.get(mode & fileTypeMask);
  if (!kind) throw unsafeArchive('device', `${quotePath(path)} is no file, folder or link`, path);
  return { kind, executable: (mode & 0o111) !== 0 };
}

async function readLink(zip: ZipFile, entry: Entry, path: string): Promise<string> {
  if (entry.uncompressedSize > longestLink)
    throw unsafeArchive('too-long', `the link ${quotePath(path)} is too long`, path);
  const pieces: Uint8Array[] = [];
  for await (const piece of await contentOf(zip, entry)) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  checkChecksum(crc32(bytes), entry, path);
  return bytes.toString('utf8');
}

async function contentOf(zip: ZipFile, entry: Entry): Promise<AsyncIterable<Buffer>> {
  const stream: Readable = await zip.openReadStreamPromise(entry);
  return stream;
}

function checkChecksum(actual: number, entry: Entry, path: string): void {
  if (actual !== entry.crc32) throw brokenArchive('checksum', `${quotePath(path)} has a wrong checksum in the zip`);
}

/** yauzl throws plain errors for what is wrong with a zip; errors of the file system have a code. */
function asBroken(error: unknown): unknown {
  const { code, message, name } = error as NodeJS.ErrnoException;
  if (isSkillsError(error) || name === 'AbortError') return error;
  if (code !== undefined && !code.startsWith('Z_')) return error;
  return brokenArchive('corrupt', `the zip is damaged (${message})`, error);
}
