import { globSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { builtins } from './builtins.ts';
import { lazyRequires } from './lazy-requires.ts';

/** What is loaded on its own: the command line, each of its commands and oclif's hooks, and the two libraries. */
export function entryPoints(root: string): string[] {
  return globSync(
    ['src/index.ts', 'src/service/index.ts', 'src/cli/{main,help,not-found}.ts', 'src/cli/commands/**/*.ts'],
    { cwd: root },
  ).sort();
}

/** Packages written for CommonJS ask for these by name. */
const commonJsNames = `const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);
const __filename = import.meta.filename, __dirname = import.meta.dirname;`;

/** Packages that oclif asks for and that this program has no use for: together a third of its code. */
function standIns(root: string): Record<string, string> {
  const notNeeded = ['tinyglobby', 'minimatch', 'lilconfig', 'cli-spinners'].map((name) => [name, 'not-needed.cjs']);
  const files = [['debug', 'no-debug.cjs'], ['wsl-utils', 'no-wsl.cjs'], ...notNeeded];
  return Object.fromEntries(files.map(([name = '', file = '']) => [name, join(root, 'tools/build', file)]));
}

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
    // oclif asks for the first three only where plugins are run from TypeScript sources.
    external: ['typescript', 'ts-node', 'tsx', 'pg-native'],
    alias: standIns(root),
    // oclif compares Node's version with its own package.json, which is not there; bin/start.js has done it.
    define: { 'process.env.OCLIF_DISABLE_ENGINE_WARNING': '"true"' },
    plugins: [lazyRequires, builtins],
    metafile: true,
    logLevel: 'warning',
  });
  writeFileSync(join(root, 'dist/meta.json'), JSON.stringify(metafile));
  removeStale(root, new Set(Object.keys(metafile.outputs)));
}

/** After and not before the build: what fails leaves the last good one, and what runs meanwhile keeps its files. */
function removeStale(root: string, built: ReadonlySet<string>): void {
  for (const file of globSync('dist/**/*.{js,map}', { cwd: root })) {
    if (!built.has(file.replaceAll('\\', '/'))) rmSync(join(root, file));
  }
}
