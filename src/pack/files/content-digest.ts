import { createHash } from 'node:crypto';
import { type Digest, digestAlgorithm, digestHex, SkillsError } from '../../core/index.ts';
import { sortByPath } from '../paths.ts';

/** One regular file of a skill. `path` is relative to the skill's folder, '/'-separated, NFC. */
export interface FileRecord {
  readonly path: string;
  /** sha256 of its content. */
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly executable: boolean;
}

const separators = { afterPath: Buffer.from([0]), afterFile: Buffer.from('\n') };

/**
 * Identifies the content of a skill, however it is packed: sha256 over, for each file in the order of the UTF-8 bytes of
 * its path: path, NUL, the 32 bytes of its sha256, LF (ToolHive's rule). Modes are not in it.
 *
 * @throws SkillsError ERR_ARTIFACT_INVALID for no files, a control character in a path, or a digest that is no sha256.
 */
export function contentDigestOf(files: readonly { readonly path: string; readonly digest: Digest }[]): Digest {
  if (files.length === 0) throw invalid('it has no files');
  const pieces = sortByPath(files).flatMap(({ path, digest }) => {
    if (/\p{Cc}/u.test(path)) throw invalid(`the path ${JSON.stringify(path)} has a control character`);
    if (digestAlgorithm(digest) !== 'sha256') throw invalid(`"${path}" has no sha256 digest`);
    return [Buffer.from(path), separators.afterPath, Buffer.from(digestHex(digest), 'hex'), separators.afterFile];
  });
  return `sha256:${createHash('sha256').update(Buffer.concat(pieces)).digest('hex')}` as Digest;
}

function invalid(why: string): SkillsError {
  return new SkillsError('ERR_ARTIFACT_INVALID', `The skill has no content digest: ${why}`);
}
