import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files of an unpacked skill. */
export interface Tree {
  readonly paths: readonly string[];
  read(path: string): Uint8Array | undefined;
}

/** Lists a folder; its files are read when asked for. @throws NodeJS.ErrnoException ENOENT */
export function readTree(root: string): Tree {
  const paths = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
  const known = new Set(paths);
  return { paths, read: (path) => (known.has(path) ? readFileSync(join(root, path)) : undefined) };
}
