// Packs the folder that is named and prints what must be the same on every machine.
import { openFolder, pack } from '../../../src/pack/index.ts';

const [dir = '', umask = '022'] = process.argv.slice(2);
process.umask(Number.parseInt(umask, 8));
await using packed = await pack(openFolder(dir), { version: '1.2.3' });
const { descriptor, layer, config, contentDigest } = packed;
console.log([descriptor.digest, layer.digest, config.digest, contentDigest].join('\n'));
