import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/**
 * Bundles a job as the command line is bundled, what it does not need in files of their own, so that loading hundreds of
 * source files is not what is measured.
 */
export async function bundleJob(name: string, room: string): Promise<string> {
  const outdir = join(room, 'jobs', name);
  await using bundle = await rolldown({
    input: join(dirname(fileURLToPath(import.meta.url)), 'jobs', `${name}.ts`),
    platform: 'node',
    transform: { target: 'node22' },
  });
  await bundle.write({ dir: outdir, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' });
  return join(outdir, `${name}.mjs`);
}
