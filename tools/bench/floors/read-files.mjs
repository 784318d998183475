// The floor of packing: readFileSync of every file in a folder.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = process.argv[2];
for (const name of readdirSync(root)) readFileSync(join(root, name));
