import { type ByteStream, isSkillsError } from '../../core/index.ts';
import type { UnpackedTree } from '../files/hash-tree.ts';
import { type EntrySink, TarReader } from '../tar/reader.ts';
import { decompressStream } from './decompress.ts';
import { Growth } from './limits.ts';
import { type RootedTree, type UnpackOptions, unpackInto } from './unpack-into.ts';

/**
 * Unpacks a tar, as it is or compressed by gzip or zstd, whatever it is rooted at (`<name>/`, `payload/`, or nothing), and hashes it on the way. Never more
 * than a few MiB of it are in memory.
 *
 * @param destination a folder that does not exist yet; it appears when everything is there.
 * @throws SkillsError ERR_ARCHIVE_UNSAFE, ERR_ARTIFACT_INVALID (both with `data.reason`), ERR_CONFLICT, ERR_IO,
 * ERR_INTERRUPTED, and what the stream throws. Nothing is left behind then.
 */
export async function unpackStream(
  stream: ByteStream,
  destination: string,
  options: UnpackOptions = {},
): Promise<UnpackedTree> {
  const { files, contentDigest } = await unpackTar(stream, destination, options);
  return { files, contentDigest };
}

/** As {@link unpackStream}; says too how the archive was rooted. @param check looks at the whole before it appears. */
export function unpackTar(
  stream: ByteStream,
  destination: string,
  options: UnpackOptions,
  check?: (tree: RootedTree) => void,
): Promise<RootedTree> {
  return unpackInto(destination, options, {
    check,
    fill: (tree, limits) => readTar(stream, tree, new Growth(limits), options.signal),
  });
}

/** Reads a tar, compressed or not, to its end and past it, so that the stream's own checks have been made. */
export async function readTar(
  stream: ByteStream,
  sink: EntrySink,
  growth: Growth,
  signal: AbortSignal | undefined,
): Promise<void> {
  const source = stream[Symbol.asyncIterator]();
  const reader = new TarReader(sink);
  try {
    for await (const piece of decompressStream(source, growth)) {
      signal?.throwIfAborted();
      reader.push(piece);
    }
    reader.end();
  } catch (error) {
    if (isSkillsError(error, 'ERR_ARTIFACT_INVALID')) await readRest(source);
    throw error;
  } finally {
    await source.return?.();
  }
}

/** A verifying source fails at its end when the bytes were altered on their way: that is then the true error. */
async function readRest(source: AsyncIterator<Uint8Array>): Promise<void> {
  for (let next = await source.next(); !next.done; next = await source.next());
}
