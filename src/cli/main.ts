import { fileURLToPath } from 'node:url';
import { Config, run } from '@oclif/core';
import { isJsonWanted, reportError } from './render/error.ts';

/**
 * Runs one command line to its end and sets the exit code; never throws.
 *
 * @param words what stands after `skills`.
 * @param root the package's folder, where `package.json` and `oclif.manifest.json` lie.
 */
export async function main(words: readonly string[], root: URL): Promise<void> {
  try {
    // Plugins of the user are no part of this command line; looking for them costs time.
    const config = await Config.load({ root: fileURLToPath(root), userPlugins: false, devPlugins: false });
    await run(normalise(words), config);
  } catch (error) {
    process.exitCode = reportError(error, { json: isJsonWanted(words), verbose: words.includes('--verbose') });
  }
}

/** `skills help install` means `skills install --help`. */
function normalise([first, ...rest]: readonly string[]): string[] {
  if (first === undefined) return [];
  return first === 'help' ? [...rest, '--help'] : [first, ...rest];
}
