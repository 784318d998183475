import { type Digest, digestAlgorithm, digestHex, SkillsError } from '../../core/index.ts';
import { sortByPath } from '../paths.ts';
import { digestOf } from './digest-of.ts';

/** One regular file of a skill. `path` is relative to the skill's folder, '/'-separated, NFC. */
export interface FileRecord {
  readonly path: string;
  /** sha256 of its content. */
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly executable: boolean;
}

/** Besides the path: NUL, 32 bytes, LF. */
const fixedBytes = 34;
const lineFeed = 10;

/**
 * Identifies the content of a skill, however it is packed: sha256 over, for each file in the order of the UTF-8 bytes of
 * its path: path, NUL, the 32 bytes of its sha256, LF (ToolHive's rule). Modes are not in it.
 *
 * @throws SkillsError ERR_ARTIFACT_INVALID for no files, a control character in a path, or a digest that is no sha256.
 */
export function contentDigestOf(files: readonly { readonly path: string; readonly digest: Digest }[]): Digest {
  if (files.length === 0) throw invalid('it has no files');
  const length = files.reduce((sum, { path }) => sum + Buffer.byteLength(path) + fixedBytes, 0);
  const bytes = Buffer.alloc(length);
  let at = 0;
  for (const { path, digest } of sortByPath(files)) {
    if (/\p{Cc}/u.test(path)) throw invalid(`the path ${JSON.stringify(path)} has a control character`);
    if (digestAlgorithm(digest) !== 'sha256') throw invalid(`"${path}" has no sha256 digest`);
    at += bytes.write(path, at) + 1;
    at += bytes.write(digestHex(digest), at, 'hex');
    at = bytes.writeUInt8(lineFeed, at);
  }
  return digestOf(bytes);
}

function invalid(why: string): SkillsError {
  return new SkillsError('ERR_ARTIFACT_INVALID', `The skill has no content digest: ${why}`);
}
