import { closeSync, openSync, readSync } from 'node:fs';
import { type Digest, Digester, SkillsError, toSkillsError } from '../../core/index.ts';
import { contentDigestOf, type FileRecord } from './content-digest.ts';
import { digestOf } from './digest-of.ts';
import type { FolderFile } from './folder.types.ts';
import { openFolder } from './open-folder.ts';

/** What was unpacked, or lies in a folder. */
export interface UnpackedTree {
  readonly contentDigest: Digest;
  /** Sorted by the UTF-8 bytes of their paths. */
  readonly files: readonly FileRecord[];
}

const bufferSize = 1 << 20;

/**
 * Hashes every file of a folder; nothing is ignored.
 *
 * @throws SkillsError ERR_NOT_FOUND, ERR_SKILL_INVALID for a link or name that no skill may have, ERR_ARTIFACT_INVALID
 * where it holds no file.
 */
export function hashTree(dir: string): UnpackedTree {
  return hashFiles(openFolder(dir, { ignore: false }).files);
}

/** @throws SkillsError ERR_ARTIFACT_INVALID for no files, ERR_IO where one cannot be read. */
export function hashFiles(files: readonly FolderFile[]): UnpackedTree {
  const buffer = Buffer.allocUnsafe(bufferSize);
  const records = files.map((file) => hashFile(file, buffer));
  return { contentDigest: contentDigestOf(records), files: records };
}

function hashFile({ path, source, executable }: FolderFile, buffer: Buffer): FileRecord {
  try {
    const descriptor = openSync(source, 'r');
    try {
      return { path, ...hashOpenFile(descriptor, buffer), executable };
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw toSkillsError(error);
  }
}

/** A short read is the file's end for regular files: small ones are hashed in one step, which is much cheaper. */
function hashOpenFile(descriptor: number, buffer: Buffer): { digest: Digest; size: number } {
  const first = readSync(descriptor, buffer, 0, buffer.length, null);
  if (first < buffer.length) return { digest: digestOf(buffer.subarray(0, first)), size: first };
  const digester = new Digester();
  for (let read = first; read > 0; read = readSync(descriptor, buffer, 0, buffer.length, null)) {
    digester.update(buffer.subarray(0, read));
  }
  return { size: digester.size, digest: digester.digest() };
}

/** @throws SkillsError ERR_IO: the file changed between two looks at it. */
export function changedWhileRead(path: string): SkillsError {
  return new SkillsError('ERR_IO', `${path} changed while it was being read`, { hint: 'run the command again' });
}
