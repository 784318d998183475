import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const made: string[] = [];

/** A new folder under the system's temporary one; `removeTemporaries` takes it away. */
export function makeTemporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'skills-test-pack-'));
  made.push(folder);
  return folder;
}

export function removeTemporaries(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Writes files into a folder; a path that ends in `.sh` is made executable. */
export function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, path.endsWith('.sh') ? 0o755 : 0o644);
  }
  return folder;
}

/** Paths of all files and folders below `folder`. */
export function listAll(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[]).sort();
}
