import { Buffer } from 'node:buffer';
import { encodeTarHeader, tarBlockSize, tarPadding, tarTypes } from '../../core/index.ts';
import { sortByPath } from '../paths.ts';

/** A file to be packed. */
export interface TarSource {
  /** Relative to the skill's folder. */
  readonly path: string;
  readonly size: number;
  readonly executable: boolean;
  /** A file of this machine, or the content itself. */
  readonly source: string | Uint8Array;
}

export interface PlannedEntry {
  readonly header: Buffer;
  /** Absent for folders. */
  readonly file?: TarSource;
}

/** All that is known of a tar before a file is read. */
export interface TarPlan {
  readonly entries: readonly PlannedEntry[];
  /** Bytes of the whole tar. */
  readonly length: number;
}

/** Two blocks of zeros. */
export const endOfArchive = Buffer.alloc(2 * tarBlockSize);

/**
 * Plans the tar of a skill: everything below `root/`, each folder before what is in it, sorted by the UTF-8 bytes of the
 * paths, 0644 or 0755, owner 0.
 *
 * @param root '' for a bare tar, whose files lie at its root.
 * @param mtime seconds since 1970, of every entry.
 */
export function planTar(root: string, files: readonly TarSource[], mtime = 0): TarPlan {
  const rooted = files.map((file) => ({ path: root === '' ? file.path : `${root}/${file.path}`, file }));
  const folders = [...foldersOf(rooted.map(({ path }) => path))].map((path) => ({ path, file: undefined }));
  const entries = sortByPath<{ path: string; file: TarSource | undefined }>([...folders, ...rooted]).map((entry) =>
    planEntry(entry.path, entry.file, mtime),
  );
  const length = entries.reduce((sum, entry) => sum + entryLength(entry), endOfArchive.length);
  return { entries, length };
}

function planEntry(path: string, file: TarSource | undefined, mtime: number): PlannedEntry {
  if (!file)
    return { header: encodeTarHeader({ path: `${path}/`, type: tarTypes.folder, mode: 0o755, size: 0, mtime }) };
  const mode = file.executable ? 0o755 : 0o644;
  return { header: encodeTarHeader({ path, type: tarTypes.file, mode, size: file.size, mtime }), file };
}

function entryLength({ header, file }: PlannedEntry): number {
  return header.length + (file ? file.size + tarPadding(file.size) : 0);
}

function foldersOf(paths: readonly string[]): Set<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return folders;
}
