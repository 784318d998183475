import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '@oclif/core';
import { isJsonWanted, reportError } from './render/error.ts';

/**
 * Runs one command line to its end and sets the exit code; never throws.
 *
 * @param words what stands after `skills`.
 * @param root the package's folder, where `package.json` and `oclif.manifest.json` lie.
 */
export async function main(words: readonly string[], root: URL): Promise<void> {
  try {
    const folder = fileURLToPath(root);
    const pjson = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    // Plugins of the user are no part of this command line; looking for them costs time.
    await run(normalise(words), { root: folder, pjson, userPlugins: false, devPlugins: false });
  } catch (error) {
    process.exitCode = reportError(error, { json: isJsonWanted(words), verbose: words.includes('--verbose') });
  }
}

/** `skills help install` means `skills install --help`, and `skills --json list` means `skills list --json`. */
function normalise([first, ...rest]: readonly string[]): string[] {
  if (first === undefined) return [];
  if (isCommonFlag(first)) return rest.every(isCommonFlag) ? [] : normalise([...rest, first]);
  return first === 'help' ? [...rest, '--help'] : [first, ...rest];
}

function isCommonFlag(word: string): boolean {
  return ['--json', '--quiet', '-q', '--verbose'].includes(word);
}
