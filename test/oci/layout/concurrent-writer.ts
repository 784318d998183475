// Pushes and tags images in a process of its own: <folder> <name> <count>.
import { openLayout } from '../../../src/oci/layout/index.ts';
import { config, manifest, push } from './content.ts';

const [dir = '', name = '', count = '0'] = process.argv.slice(2);
const layout = openLayout(dir);
await push(layout, config);
await Promise.all(
  Array.from({ length: Number(count) }, async (_, at) => {
    const image = manifest([], { annotations: { name: at % 2 === 0 ? name : 'the same', at: String(at) } });
    await push(layout, image);
    await layout.tag(image.descriptor, `${name}-${at}`);
  }),
);
