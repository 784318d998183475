// Tars a folder and hashes the tar, without compression: what packing costs beside reading.
import { createHash } from 'node:crypto';
import { openFolder, tarOf } from '../../../src/pack/index.ts';

const hash = createHash('sha256');
for await (const chunk of tarOf(openFolder(process.argv[2] ?? '.'), 'bench')) hash.update(chunk);
hash.digest('hex');
