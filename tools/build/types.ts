import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';

/** The libraries that are published, and what they are in `dist/`. */
const libraries = { 'src/index.ts': 'dist/index.d.ts', 'src/service/index.ts': 'dist/service/index.d.ts' };

/**
 * Writes one declaration file a library, with the types of bundled packages in it: a program that imports the library
 * type-checks with nothing else installed.
 */
export async function bundleTypes(): Promise<void> {
  const sources = new Set<string>();
  for (const [input, file] of Object.entries(libraries)) {
    const bundle = await rollup({
      input,
      // semver's declarations are of CommonJS, which cannot be bundled; nothing public speaks of its types.
      external: [/^node:/, /^semver\//],
      plugins: [dts({ respectExternal: true, tsconfig: 'tsconfig.json', compilerOptions: { stripInternal: true } })],
    });
    const { output } = await bundle.generate({ format: 'es' });
    await bundle.close();
    writeFileSync(file, `${disposables}\n${withoutNode(output[0].code)}`);
    for (const path of Object.keys(output[0].modules)) sources.add(relative('.', path).replaceAll('\\', '/'));
  }
  // For the third-party notices, as dist/meta.json is.
  writeFileSync('dist/meta-types.json', JSON.stringify([...sources].sort()));
}

/** `AsyncDisposable` is in no standard library file that a program has by default. */
const disposables = '/// <reference lib="esnext.disposable" />';

/** Says what Node's types are, for programs that do not have them. */
function withoutNode(code: string): string {
  return code.replaceAll('NodeJS.ProcessEnv', 'Readonly<Record<string, string | undefined>>');
}
