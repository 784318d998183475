import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { encodeTarHeader, tarPadding, tarTypes } from '../../../src/core/index.ts';

/** A tar of texts, entry by entry. */
export function tarOf(entries: readonly (readonly [path: string, content: string | Uint8Array])[]): Buffer {
  const pieces = entries.flatMap(([path, content]) => {
    const bytes = Buffer.from(content);
    const header = encodeTarHeader({ path, type: tarTypes.file, mode: 0o644, size: bytes.length, mtime: 0 });
    return [header, bytes, Buffer.alloc(tarPadding(bytes.length))];
  });
  return Buffer.concat([...pieces, Buffer.alloc(1024)]);
}

export function writeTar(file: string, ...entries: Parameters<typeof tarOf>[0]): string {
  writeFileSync(file, tarOf(entries));
  return file;
}

/** Packs a folder as the `tar` of this machine does. */
export function tarFolder(folder: string, file: string, ...options: string[]): string {
  execFileSync('tar', [...options, '-cf', file, '-C', folder, '.']);
  return file;
}
