import { join } from 'node:path';
import type { OutputChunk, RolldownOutput } from 'rolldown';

/** Files that are made of what a start of their own needs; a module stands in the first that needs it. */
export const groups: Readonly<Record<string, readonly string[]>> = {
  // Every command.
  start: ['src/cli/main.ts', 'src/cli/command.ts'],
  // `list`, and an `install` from a registry.
  everyday: [
    'src/cli/commands/install.ts',
    'src/cli/commands/list.ts',
    'src/manager/index.ts',
    'src/manager/install/install.ts',
    'src/manager/installed/list.ts',
    'src/oci/index.ts',
    'src/sources/index.ts',
    'src/store/index.ts',
  ],
};

/** The modules that some start needs in a build, besides what it imports when needed. */
export function modulesNeeded(
  root: string,
  starts: readonly string[],
  { output }: RolldownOutput,
): ReadonlySet<string> {
  const chunks = new Map(
    output.filter((file): file is OutputChunk => file.type === 'chunk').map((chunk) => [chunk.fileName, chunk]),
  );
  const wanted = new Set(starts.map((file) => join(root, file)));
  const todo = [...chunks.values()].filter(({ moduleIds }) => moduleIds.some((id) => wanted.has(id)));
  const needed = new Set(todo);
  for (const { imports } of todo) {
    for (const imported of imports.flatMap((file) => chunks.get(file) ?? [])) {
      if (!needed.has(imported)) todo.push(imported);
      needed.add(imported);
    }
  }
  return new Set([...needed].flatMap(({ moduleIds }) => moduleIds));
}
