import { globSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type InputOptions, type OutputOptions, type RolldownOutput, rolldown } from 'rolldown';
import { builtins } from './builtins.ts';
import { groups, modulesNeeded } from './groups.ts';
import { lazyRequires } from './lazy-requires.ts';

/** What is loaded on its own: the command line, each of its commands and oclif's hooks, and the two libraries. */
export function entryPoints(root: string): string[] {
  return globSync(
    ['src/index.ts', 'src/service/index.ts', 'src/cli/{main,help,not-found}.ts', 'src/cli/commands/**/*.ts'],
    { cwd: root },
  )
    .map(posix)
    .sort();
}

/** Packages written for CommonJS ask for these by name. */
const commonJsNames = `const __filename = import.meta.filename, __dirname = import.meta.dirname;`;

const output: OutputOptions = {
  dir: 'dist',
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
  sourcemap: true,
  sourcemapExcludeSources: true,
  banner: commonJsNames,
  comments: { jsdoc: false },
};

/** Packages that oclif asks for and that this program has no use for: together a third of its code. */
function standIns(root: string): Record<string, string> {
  const notNeeded = ['tinyglobby', 'minimatch', 'lilconfig', 'cli-spinners'].map((name) => [name, 'not-needed.cjs']);
  const files = [['debug', 'no-debug.cjs'], ['wsl-utils', 'no-wsl.cjs'], ...notNeeded];
  return Object.fromEntries(files.map(([name = '', file = '']) => [name, join(root, 'tools/build', file)]));
}

function inputOptions(root: string): InputOptions {
  return {
    cwd: root,
    input: Object.fromEntries(entryPoints(root).map((file) => [file.replace(/^src\/|\.ts$/g, ''), file])),
    platform: 'node',
    // oclif asks for the first three only where plugins are run from TypeScript sources.
    external: ['typescript', 'ts-node', 'tsx', 'pg-native'],
    resolve: { alias: standIns(root) },
    transform: {
      target: 'node22',
      // oclif compares Node's version with its own package.json, which is not there; bin/start.js has done it.
      define: { 'process.env.OCLIF_DISABLE_ENGINE_WARNING': '"true"' },
    },
    plugins: [lazyRequires, builtins],
    // Many of our imports are late for the sources, where each module is a file; in the bundle some of them cost nothing.
    checks: { ineffectiveDynamicImport: false },
  };
}

/**
 * Bundles into `dist/`, and into `dist/meta.json` which sources each file is made of, which tests read.
 *
 * Twice: the first time tells what everyday commands load, the second puts that into a file or two. Modules that several
 * entries share would otherwise stand in fifty small files, and linking those takes Node a tenth of such a command.
 */
export async function bundleCode(root: string): Promise<void> {
  await using bundle = await rolldown(inputOptions(root));
  const apart = await bundle.generate(output);
  const together = Object.entries(groups).map(([name, starts]) => {
    const needed = modulesNeeded(root, starts, apart);
    return { name, test: (id: string) => needed.has(id) };
  });
  const built = await bundle.write({ ...output, codeSplitting: { groups: together } });
  writeFileSync(join(root, 'dist/meta.json'), JSON.stringify({ outputs: describeOutputs(root, built) }));
  removeStale(root, new Set(built.output.map(({ fileName }) => `dist/${fileName}`)));
}

/** The sources of each file, with how many bytes each became: the part of esbuild's metafile that we read. */
function describeOutputs(root: string, { output: files }: RolldownOutput): Record<string, unknown> {
  const chunks = files.filter((file) => file.type === 'chunk');
  return Object.fromEntries(
    chunks.map(({ fileName, modules }) => {
      const inputs = Object.entries(modules).map(([id, { renderedLength }]) => [
        posix(relative(root, id)),
        { bytesInOutput: renderedLength },
      ]);
      return [`dist/${fileName}`, { inputs: Object.fromEntries(inputs) }];
    }),
  );
}

/** After and not before the build: what fails leaves the last good one, and what runs meanwhile keeps its files. */
function removeStale(root: string, built: ReadonlySet<string>): void {
  for (const file of globSync('dist/**/*.{js,map}', { cwd: root })) {
    if (!built.has(posix(file))) rmSync(join(root, file));
  }
}

function posix(path: string): string {
  return path.replaceAll('\\', '/');
}
