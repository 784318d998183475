import { digestAlgorithm, isDigest, limits, SkillsError } from '../../core/index.ts';
import type { FileRecord } from '../files/content-digest.ts';
import { findPathProblem, PathBook, sortByPath } from '../paths.ts';
import { isRecord } from './json-record.ts';

/**
 * Reads the list of files that an artifact states of itself, sorted by path.
 *
 * @throws SkillsError ERR_ARTIFACT_INVALID for what is no list of files that one folder could hold.
 */
export function readFileRecords(value: unknown): FileRecord[] {
  if (!Array.isArray(value) || value.length === 0) throw invalid('it is empty');
  const book = new PathBook();
  return sortByPath(value.map((item, index) => readRecord(item, index, book)));
}

function readRecord(item: unknown, index: number, book: PathBook): FileRecord {
  if (!isRecord(item)) throw invalid(`entry ${index} is no object`);
  const { path, digest, size, executable = false } = item;
  if (typeof path !== 'string' || path !== path.normalize('NFC') || findPathProblem(path) || book.add(path, 'file')) {
    throw invalid(`entry ${index} has the path ${JSON.stringify(path)}`);
  }
  // as for an archive: deep paths stand for many more folders than there are files
  if (book.size > limits.archiveEntries) throw invalid(`it has more than ${limits.archiveEntries} files and folders`);
  if (!isDigest(digest) || digestAlgorithm(digest) !== 'sha256') throw invalid(`"${path}" has no sha256 digest`);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw invalid(`"${path}" has no size`);
  if (typeof executable !== 'boolean') throw invalid(`"${path}" is executable neither true nor false`);
  return { path, digest, size, executable };
}

function invalid(why: string): SkillsError {
  return new SkillsError('ERR_ARTIFACT_INVALID', `The artifact's list of files cannot be read: ${why}`);
}
