// Unpacks a package file into a new folder.
import { createReadStream } from 'node:fs';
import { unpackStream } from '../../../src/pack/index.ts';

const [file = '', folder = ''] = process.argv.slice(2);
await unpackStream(createReadStream(file, { highWaterMark: 1 << 20 }), folder);
