// The floor of unpacking: writeFileSync of as many files of the same size into a new folder.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [root, count, size] = process.argv.slice(2);
const bytes = Buffer.alloc(Number(size), 'x');
mkdirSync(root, { recursive: true });
for (let index = 0; index < Number(count); index++) writeFileSync(join(root, `file-${index}.txt`), bytes);
