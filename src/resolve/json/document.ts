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
    throw conflictMarker(text, file) ?? new SkillsError('ERR_LOCK_INVALID', cause.message, { cause, data: cause.data });
  }
}

/** What is wrong at `path` of a file, with its line and column. */
export function broken(
  document: JsonDocument,
  path: readonly PropertyKey[],
  message: string,
  hint?: string,
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
    hint: file.includes('lock')
      ? 'resolve skills.json first, take either side of the lock, and run: skills install'
      : 'keep the entries that you want, remove the markers, and run: skills install',
    data: { file, line, column, reason, mergeConflict: true },
  });
}
