import { closeSync, createReadStream, mkdtempSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SkillsError, toSkillsError } from '../core/index.ts';
import type { SkillFolder } from './files/folder.types.ts';
import { openFolder } from './files/open-folder.ts';
import type { RootedTree, UnpackOptions } from './unpack/unpack-into.ts';
import { unpackTar } from './unpack/unpack-tar.ts';

/** A skill folder that was perhaps unpacked for this: dispose of it. */
export type OpenedPackage = SkillFolder & AsyncDisposable;

const pieceSize = 1 << 20;

/**
 * Opens a skill from a folder, or from a package file: `.spm`, `.tgz`, `.tar.gz` or `.zip` (told by its first bytes), rooted
 * at `<name>/` or bare. A file is unpacked into a temporary folder, under all checks, until it is disposed of.
 *
 * @throws SkillsError ERR_NOT_FOUND, ERR_FILE_INVALID where it is neither, and what unpacking throws.
 */
export async function openPackage(path: string, options: UnpackOptions = {}): Promise<OpenedPackage> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) throw new SkillsError('ERR_NOT_FOUND', `${path}: there is no such file or folder`);
  if (stats.isDirectory()) return { ...openFolder(path), async [Symbol.asyncDispose]() {} };
  const unpack = unpackerOf(path);
  const temporary = makeTemporary();
  const remove = () => rmSync(temporary, { recursive: true, force: true });
  try {
    const destination = join(temporary, 'skill');
    const tree = await unpack(path, destination, options);
    const folder = openFolder(destination, { ignore: false, folder: tree.root === 'named' ? tree.folder : '' });
    return { ...folder, files: withModes(folder, tree), [Symbol.asyncDispose]: async () => remove() };
  } catch (error) {
    remove();
    throw error;
  }
}

type Unpacker = (file: string, destination: string, options: UnpackOptions) => Promise<RootedTree>;

function unpackerOf(file: string): Unpacker {
  const start = readStart(file);
  if (start.startsWith('\x1f\x8b')) return unpackTarFile;
  // An empty zip begins with its end record.
  if (start.startsWith('PK\x03\x04') || start.startsWith('PK\x05\x06')) return unpackZipFile;
  throw new SkillsError('ERR_FILE_INVALID', `${file} is neither a tar.gz (.spm, .tgz) nor a zip`, {
    hint: 'make a package with "skills pack"',
    data: { file },
  });
}

function unpackTarFile(file: string, destination: string, options: UnpackOptions): Promise<RootedTree> {
  return unpackTar(createReadStream(file, { highWaterMark: pieceSize }), destination, options);
}

async function unpackZipFile(file: string, destination: string, options: UnpackOptions): Promise<RootedTree> {
  const { unpackZip } = await import('./zip/read.ts');
  return unpackZip(file, destination, options);
}

function readStart(file: string): string {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const start = Buffer.alloc(4);
      return start.toString('latin1', 0, readSync(descriptor, start, 0, start.length, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw toSkillsError(error);
  }
}

function makeTemporary(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'skills-open-'));
  } catch (error) {
    throw toSkillsError(error);
  }
}

/** The exec bits of the archive: a file system may not keep them. */
function withModes(folder: SkillFolder, tree: RootedTree): SkillFolder['files'] {
  const executables = new Set(tree.files.filter(({ executable }) => executable).map(({ path }) => path));
  return folder.files.map((file) => ({ ...file, executable: executables.has(file.path) }));
}
