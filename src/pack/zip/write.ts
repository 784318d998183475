import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { SkillsError } from '../../core/index.ts';
import type { FolderFile, SkillFolder } from '../files/folder.types.ts';
import { changedWhileRead } from '../files/hash-tree.ts';
import { largestCompressed } from '../gzip/gzip-writer.ts';
import { writeWhole } from '../write-package.ts';
import { centralHeader, endRecord, localHeader, type ZipEntry } from './headers.ts';

/** What a zip without its 64-bit extension can hold (APPNOTE.TXT 4.4). */
const mostEntries = 65_535;
const mostBytes = 2 ** 32 - 1;
/** One file is in memory at a time; larger ones belong into a `.spm`. */
const largestFile = 64 * 1024 * 1024;

/**
 * Writes a folder as a zip rooted at `<name>/`, for uploads that take no tar.gz. The same folder gives the same bytes;
 * exec bits are kept. An existing file is replaced.
 *
 * @param name the folder in the zip; the folder's own name where it is not given.
 * @throws SkillsError ERR_USAGE where the skill is too large for a zip, ERR_IO.
 */
export async function writeZip(folder: SkillFolder, file: string, name: string = folder.folder): Promise<void> {
  checkSize(folder);
  const { deflateSync } = await import('fflate');
  await writeWhole(file, async (output) => {
    const entries: ZipEntry[] = [];
    for (const source of folder.files) {
      const content = readWhole(source);
      const deflated = content.length <= largestCompressed ? deflateSync(content, { level: 6 }) : content;
      const body = deflated.length < content.length ? deflated : content;
      const entry: ZipEntry = {
        path: Buffer.from(name === '' ? source.path : `${name}/${source.path}`),
        deflated: body !== content,
        checksum: crc32(content),
        packed: body.length,
        size: content.length,
        executable: source.executable,
        offset: output.size,
      };
      output.write(localHeader(entry));
      output.write(body);
      entries.push(entry);
      await setImmediate();
    }
    const start = output.size;
    for (const entry of entries) output.write(centralHeader(entry));
    output.write(endRecord(entries.length, start, output.size - start));
  });
}

function readWhole({ source, size, path }: FolderFile): Buffer {
  const content = readFileSync(source);
  if (content.length !== size) throw changedWhileRead(path);
  return content;
}

function checkSize({ files }: SkillFolder): void {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const large = files.find(({ size }) => size > largestFile);
  if (files.length <= mostEntries && bytes <= mostBytes && !large) return;
  throw new SkillsError(
    'ERR_USAGE',
    large ? `"${large.path}" is too large for a zip` : 'The skill is too large for a zip',
    {
      hint: 'pack it as .spm',
    },
  );
}
