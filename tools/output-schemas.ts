/**
 * Writes `schemas/output/*.json`, the schema of every `--json` document, from `src/cli/output`.
 *
 *     node tools/output-schemas.ts
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { jsonSchemaOf, type OutputName, outputSchemas, schemaFile } from '../src/cli/output/schemas.ts';
import { prettyJson } from '../src/core/index.ts';

const folder = resolve(import.meta.dirname, '..', 'schemas', 'output');

/** File name → text. */
export function writeSchemas(): Map<string, string> {
  const names = Object.keys(outputSchemas) as OutputName[];
  return new Map(names.map((name) => [schemaFile(name), prettyJson(jsonSchemaOf(name))]));
}

if (import.meta.main) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of writeSchemas()) writeFileSync(join(folder, file), text);
}
