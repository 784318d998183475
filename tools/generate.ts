/**
 * Writes every generated file that is tracked, in the order in which they depend on each other.
 *
 *     npm run generate
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const generators = ['build.ts', 'manifest.ts', 'output-schemas.ts', 'cli-reference.ts', 'schemas.ts', 'library.ts'];

for (const name of generators) {
  const file = join(import.meta.dirname, name);
  if (existsSync(file)) execFileSync(process.execPath, [file], { stdio: 'inherit' });
}
