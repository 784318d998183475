import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';

/** A packed npm package. */
export interface Tarball {
  /** Absolute path. */
  readonly file: string;
  /** Bytes, compressed. */
  readonly size: number;
  /** Path without the leading `package/` → content. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/** Packs what lies in `root` as it is (nothing is built) into `folder`. */
export async function packTarball(root: string, folder: string): Promise<Tarball> {
  const words = ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder];
  const stdout = execFileSync('npm', words, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  return readTarball(join(folder, filename));
}

export async function readTarball(file: string): Promise<Tarball> {
  const packed = readFileSync(file);
  const entries = extract();
  entries.end(gunzipSync(packed));
  const files = new Map<string, Buffer>();
  for await (const entry of entries) {
    const pieces: Buffer[] = [];
    for await (const piece of entry as AsyncIterable<Buffer>) pieces.push(piece);
    files.set(entry.header.name.replace(/^package\//, ''), Buffer.concat(pieces));
  }
  return { file, size: packed.length, files };
}
