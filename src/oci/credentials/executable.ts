import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, posix, win32 } from 'node:path';
import type { Environment } from './places.ts';

/** Kinds of program that Windows knows without an installation of anything; the first found wins. */
const windowsEndings = ['.exe', '.com', '.cmd', '.bat'];

/**
 * The program of this name on the PATH. Relative entries of the PATH are passed over: a folder that one happens to stand in
 * must not be able to say who gets to see passwords.
 */
export function findExecutable(
  name: string,
  env: Environment,
  platform: string = process.platform,
): string | undefined {
  const { delimiter, join } = platform === 'win32' ? win32 : posix;
  const path = env.PATH ?? env.Path ?? '';
  const folders = path.split(delimiter).filter((folder) => isAbsolute(folder));
  return folders.flatMap((folder) => namesOf(name, platform).map((file) => join(folder, file))).find(isProgram);
}

/**
 * How a program is started with one plain word. Windows runs a `.cmd` file by its command processor only; the word and the
 * name of the program are checked, and of the path only what cannot be quoted is refused.
 */
export function commandOf(
  file: string,
  word: string,
  env: Environment,
): { readonly file: string; readonly words: readonly string[]; readonly verbatim: boolean } | undefined {
  if (!/\.(?:cmd|bat)$/i.test(file)) return { file, words: [word], verbatim: false };
  if (/["%!^\r\n]/.test(file)) return undefined;
  const processor = env.ComSpec ?? env.COMSPEC ?? 'cmd.exe';
  return { file: processor, words: ['/d', '/s', '/c', `""${file}" ${word}"`], verbatim: true };
}

function namesOf(name: string, platform: string): readonly string[] {
  if (platform !== 'win32' || windowsEndings.some((ending) => name.toLowerCase().endsWith(ending))) return [name];
  return windowsEndings.map((ending) => name + ending);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
