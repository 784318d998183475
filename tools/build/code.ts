import { existsSync, globSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

/** What is loaded on its own: the command line, each of its commands and oclif's hooks, and the two libraries. */
export function entryPoints(root: string): string[] {
  return globSync(
    ['src/index.ts', 'src/service/index.ts', 'src/cli/{main,help,not-found}.ts', 'src/cli/commands/**/*.ts'],
    { cwd: root },
  ).sort();
}

/** Packages written for CommonJS ask for these by name. */
const commonJsNames = `import { createRequire as __createRequire } from 'node:module';
import { fileURLToPath as __toPath } from 'node:url';
import { dirname as __dirnameOf } from 'node:path';
const require = __createRequire(import.meta.url);
const __filename = __toPath(import.meta.url);
const __dirname = __dirnameOf(__filename);`;

/** Bundles into `dist/`; `dist/meta.json` is esbuild's metafile, which tests read. */
export async function bundleCode(root: string): Promise<void> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: entryPoints(root),
    outbase: 'src',
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    sourcemap: 'linked',
    sourcesContent: false,
    banner: { js: commonJsNames },
    // oclif asks for these three only where plugins are run from TypeScript sources.
    external: ['typescript', 'ts-node', 'tsx', 'pg-native'],
    plugins: [unfinished],
    metafile: true,
    logLevel: 'warning',
  });
  writeFileSync(join(root, 'dist/meta.json'), JSON.stringify(metafile));
}

const unfinished = {
  name: 'unfinished',
  setup(build: { onResolve: Function }) {
    build.onResolve({ filter: /\.ts$/ }, (args: { path: string; kind: string; resolveDir: string }) =>
      args.kind === 'entry-point' || existsSync(resolve(args.resolveDir, args.path))
        ? undefined
        : { path: args.path, external: true },
    );
  },
};
