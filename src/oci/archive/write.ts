import { closeSync, openSync, readSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import {
  type Cancellable,
  checkAborted,
  type Descriptor,
  type Digest,
  digestAlgorithm,
  encodeTarHeader,
  isManifestType,
  linksOf,
  SkillsError,
  syncFolder,
  tarBlockSize,
  tarPadding,
  tarTypes,
  temporaryName,
} from '../../core/index.ts';
import { BatchedFile } from '../layout/batched-file.ts';
import { batchBytes, blobsFolder, indexFile, layoutFile, layoutText } from '../layout/constants.ts';
import type { IndexState } from '../layout/index-state.ts';
import { blobPath } from './blobs.ts';

/** What a tar is written from. */
export interface WritableLayout {
  readonly state: IndexState;
  /** The file of a blob. @throws SkillsError ERR_BLOB_UNKNOWN */
  pathOf(digest: Digest): string;
  /** Content of a manifest. @throws SkillsError ERR_BLOB_UNKNOWN */
  read(digest: Digest): Uint8Array;
  /** Bytes; undefined where it is not held. */
  sizeOf(digest: Digest): number | undefined;
}

/** What octal digits in a tar's header can say. */
const mostBytes = 8 * 1024 ** 3;
const endOfArchive = Buffer.alloc(2 * tarBlockSize);

/**
 * Writes a layout as a tar: `oci-layout`, `index.json`, then the blobs that it lists, sorted. The same content gives the same
 * bytes. The file takes its name when it is complete and on disk; until then, and after a failure, what was there stays.
 *
 * @returns the blobs that are in it
 */
export async function writeArchive(
  file: string,
  layout: WritableLayout,
  { signal }: Cancellable = {},
): Promise<readonly Digest[]> {
  const temporary = temporaryName(file);
  const out = new BatchedFile(temporary, 'wx');
  try {
    const digests = await writeLayout(out, layout, signal);
    out.flush();
    await out.sync();
    out.close();
    renameSync(temporary, file);
    syncFolder(dirname(file));
    return digests;
  } catch (error) {
    out.close();
    rmSync(temporary, { force: true });
    throw error;
  }
}

async function writeLayout(out: BatchedFile, layout: WritableLayout, signal: AbortSignal | undefined) {
  writeText(out, layoutFile, layoutText);
  writeText(out, indexFile, layout.state.sorted().format());
  writeFolder(out, blobsFolder);
  const digests = [...reachable(layout)].sort();
  let algorithm = '';
  for (const digest of digests) {
    checkAborted(signal);
    if (digestAlgorithm(digest) !== algorithm) {
      algorithm = digestAlgorithm(digest);
      writeFolder(out, `${blobsFolder}/${algorithm}`);
    }
    await writeBlob(out, layout, digest);
  }
  out.write(endOfArchive);
  return digests;
}

function writeFolder(out: BatchedFile, path: string): void {
  out.write(encodeTarHeader({ path: `${path}/`, type: tarTypes.folder, mode: 0o755, size: 0, mtime: 0 }));
}

function writeText(out: BatchedFile, path: string, text: string): void {
  const bytes = Buffer.from(text);
  out.write(encodeTarHeader({ path, type: tarTypes.file, mode: 0o644, size: bytes.byteLength, mtime: 0 }));
  out.write(bytes);
  out.write(Buffer.alloc(tarPadding(bytes.byteLength)));
}

async function writeBlob(out: BatchedFile, layout: WritableLayout, digest: Digest): Promise<void> {
  const size = layout.sizeOf(digest) ?? 0;
  if (size >= mostBytes) {
    throw new SkillsError('ERR_ARTIFACT_INVALID', `${digest} has ${size} bytes, more than a file in a tar may have`, {
      hint: 'use a layout folder: oci-layout:DIR',
    });
  }
  out.write(encodeTarHeader({ path: blobPath(digest), type: tarTypes.file, mode: 0o644, size, mtime: 0 }));
  const copied = await writeContent(out, layout.pathOf(digest));
  if (copied !== size) throw new SkillsError('ERR_IO', `${layout.pathOf(digest)} changed while it was read`);
  out.write(Buffer.alloc(tarPadding(size)));
}

/** With one buffer of 1 MiB; other work gets its turn after each. Tells how many bytes there were. */
async function writeContent(out: BatchedFile, path: string): Promise<number> {
  out.flush();
  const buffer = Buffer.allocUnsafe(batchBytes);
  const descriptor = openSync(path, 'r');
  let size = 0;
  try {
    for (let read = readSync(descriptor, buffer); read > 0; read = readSync(descriptor, buffer)) {
      out.write(buffer.subarray(0, read));
      out.flush();
      size += read;
      if (read === batchBytes) await turn();
    }
  } finally {
    closeSync(descriptor);
  }
  return size;
}

/** What is listed, and what that names; what lies elsewhere, or was left out by its writer, is passed over. */
function reachable(layout: WritableLayout): ReadonlySet<Digest> {
  const found = new Set<Digest>();
  const queue: Descriptor[] = [...layout.state.manifests()];
  for (const descriptor of queue) {
    const { digest, mediaType } = descriptor;
    if (found.has(digest) || layout.sizeOf(digest) === undefined) continue;
    found.add(digest);
    if (isManifestType(mediaType)) queue.push(...linksOf(descriptor, layout.read(digest)).content);
  }
  return found;
}
