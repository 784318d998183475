import { readFileSync } from 'node:fs';
import { decodeText, readJson } from '../core/index.ts';
import { errnoOf, guardIo } from './io.ts';

/** The text of a file; undefined where there is none. @throws SkillsError ERR_IO */
export function readTextIfThere(path: string): string | undefined {
  return guardIo(`cannot read ${path}`, () => {
    try {
      return decodeText(readFileSync(path), path);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
      throw error;
    }
  });
}

/** @throws SkillsError ERR_FILE_INVALID, ERR_IO */
export function readJsonIfThere(path: string): unknown {
  const text = readTextIfThere(path);
  return text === undefined ? undefined : readJson(text, { file: path }).value;
}

/**
 * JSON that the store wrote for itself and can do without: undefined where it is missing, broken or of another format.
 */
export function readOwnJson<T extends { readonly format: number }>(path: string, format: number): T | undefined {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as T;
    return value?.format === format ? value : undefined;
  } catch {
    return undefined;
  }
}
