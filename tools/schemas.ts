import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prettyJson } from '../src/core/index.ts';
import { jsonSchemas } from '../src/manifest/index.ts';

// Writes schemas/*.schema.json from the zod schemas; a test holds the folder equal to what this writes.
const folder = join(import.meta.dirname, '..', 'schemas');
mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries(jsonSchemas())) {
  writeFileSync(join(folder, `${name}.schema.json`), prettyJson(schema));
}
