import { SkillsError } from '../errors.ts';
import { findJsonError } from './json-error.ts';
import { findJsonPosition } from './json-position.ts';
import { type Located, positionAt, type TextOrigin } from './positions.ts';

/**
 * Parses JSON (RFC 8259); a byte-order mark is passed over.
 *
 * @throws SkillsError ERR_FILE_INVALID with `data: {file, line, column}`.
 */
export function readJson(text: string, origin: TextOrigin): Located {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (cause) {
    throw broken(source, origin.file, cause as Error);
  }
  return { value, positionOf: (path) => positionAt(source, findJsonPosition(source, path)) };
}

function broken(text: string, file: string, cause: Error): SkillsError {
  const offset = findJsonError(text);
  const { line, column } = positionAt(text, offset);
  const reason = cause.message.replace(/ in JSON at position .*$/, '');
  return new SkillsError('ERR_FILE_INVALID', `${file}:${line}:${column}: ${reason}`, {
    cause,
    data: { file, line, column, reason },
  });
}
