import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { makeFolder, temporaryName, toSkillsError } from '../core/index.ts';
import type { PackedSkill } from './pack.ts';

/** A file that appears under its name only when it is complete. */
export interface GrowingFile {
  /** Bytes written so far. */
  readonly size: number;
  write(bytes: Uint8Array): void;
}

/** The usual name of a package file: `<name>-<version>.spm`. */
export function packageFileName({ name, version }: Pick<PackedSkill, 'name' | 'version'>): string {
  return `${name}-${version}.spm`;
}

/** Writes a packed skill to a file: the bytes of its layer. An existing file is replaced. @throws SkillsError ERR_IO */
export async function writePackage(packed: Pick<PackedSkill, 'layer' | 'target'>, file: string): Promise<void> {
  await writeWhole(file, async (output) => {
    for await (const piece of await packed.target.fetch(packed.layer)) output.write(piece);
  });
}

/** Runs `fill` on a new file beside `path`, and renames it; removes it when something fails. */
export async function writeWhole(path: string, fill: (output: GrowingFile) => Promise<void>): Promise<void> {
  const target = resolve(path);
  const temporary = temporaryName(target);
  try {
    makeFolder(dirname(target));
    await fillFile(temporary, fill);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw toSkillsError(error);
  }
}

async function fillFile(path: string, fill: (output: GrowingFile) => Promise<void>): Promise<void> {
  const descriptor = openSync(path, 'wx', 0o644);
  let size = 0;
  try {
    await fill({
      get size() {
        return size;
      },
      write(bytes) {
        for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
        size += bytes.length;
      },
    });
  } finally {
    closeSync(descriptor);
  }
}
