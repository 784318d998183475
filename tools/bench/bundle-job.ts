import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Bundles a job as the command line is bundled, what it does not need in files of their own, so that loading hundreds of
 * source files is not what is measured.
 */
export async function bundleJob(name: string, room: string): Promise<string> {
  const outdir = join(room, 'jobs', name);
  await build({
    entryPoints: [join(dirname(fileURLToPath(import.meta.url)), 'jobs', `${name}.ts`)],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    logLevel: 'error',
    banner: { js: "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);" },
  });
  return join(outdir, `${name}.mjs`);
}
