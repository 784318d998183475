import { basename } from 'node:path';
import { isSkillsError, type Located, positionAt, readJson, SkillsError } from '../../core/index.ts';

/** A JSON file of a project that is read by hand checks; zod would cost every command its start-up time. */
export interface JsonDocument extends Located {
  readonly file: string;
}

/** @throws SkillsError ERR_LOCK_INVALID for conflict markers and broken JSON, with `data: {file, line, column}`. */
export function readDocument(text: string, file: string): JsonDocument {
  try {
    const { value, positionOf } = readJson(text, { file });
    return { file, value, positionOf };
  } catch (cause) {
    if (!isSkillsError(cause, 'ERR_FILE_INVALID')) throw cause;
    const hint = isLock(file) ? lockHint : 'mend the JSON at this place, or take the file back from git';
    throw (
      conflictMarker(text, file) ??
      new SkillsError('ERR_LOCK_INVALID', cause.message, { cause, hint, data: cause.data })
    );
  }
}

const lockHint = 'take the file back from git, or delete it and run: skills install (it may then lock newer versions)';

const entryHints: Readonly<Record<string, string>> = {
  skills: 'an entry of "skills" looks like { "name": "pdf", "version": "^1.2.0" }',
  registries: '"registries" looks like { "acme": "ghcr.io/acme/skills" }',
  scopes: '"scopes" looks like { "@acme": "ghcr.io/acme/skills" }',
};
const projectHint = 'the file looks like { "skills": [{ "name": "pdf", "version": "^1.2.0" }] }';

/** A project's path may hold the word as well. */
function isLock(file: string): boolean {
  return basename(file).includes('lock');
}

function hintAt(file: string, path: readonly PropertyKey[]): string {
  return isLock(file) ? lockHint : (entryHints[String(path[0])] ?? projectHint);
}

/** What is wrong at `path` of a file, with its line and column; without a hint of its own, how it should look. */
export function broken(
  document: JsonDocument,
  path: readonly PropertyKey[],
  message: string,
  hint: string = hintAt(document.file, path),
): SkillsError {
  const { line, column } = document.positionOf(path) ?? { line: 1, column: 1 };
  const { file } = document;
  return new SkillsError('ERR_LOCK_INVALID', `${file}:${line}:${column}: ${message}`, {
    hint,
    data: { file, line, column, path: path.map(String), reason: message },
  });
}

// No JSON text has a line that begins so: a string cannot hold a line break.
const markerPattern = /^(?:<{7}|={7}|>{7}|\|{7})(?: .*)?\r?$/m;

function conflictMarker(text: string, file: string): SkillsError | undefined {
  const found = markerPattern.exec(text);
  if (!found) return undefined;
  const { line, column } = positionAt(text, found.index);
  const reason = `a merge conflict is not resolved (${found[0].trim()})`;
  return new SkillsError('ERR_LOCK_INVALID', `${file}:${line}:${column}: ${reason}`, {
    hint: isLock(file)
      ? 'resolve skills.json first, take either side of the lock, and run: skills install'
      : 'keep the entries that you want, remove the markers, and run: skills install',
    data: { file, line, column, reason, mergeConflict: true },
  });
}
