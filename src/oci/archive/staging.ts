import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  type Cancellable,
  checkAborted,
  type Digest,
  isDigest,
  makeFolder,
  mediaTypes,
  temporaryName,
  writeFileAtomic,
} from '../../core/index.ts';
import { blobsFolder, indexFile, layoutFile, layoutText } from '../layout/constants.ts';
import type { IndexState } from '../layout/index-state.ts';
import { LayoutTarget } from '../layout/layout.ts';
import type { TarBlobs } from './blobs.ts';
import type { TarContents } from './contents.ts';
import type { WritableLayout } from './write.ts';

/** A layout folder beside a tar, with what is in the tar and what is to go into it. */
export class Staging extends LayoutTarget implements WritableLayout {
  /** The state of the tar that it agrees with. */
  stamp: string | undefined;

  private constructor(folder: string, stamp: string | undefined) {
    super(folder, { durable: false });
    this.stamp = stamp;
  }

  /**
   * Makes the folder and unpacks what the tar holds, checked.
   *
   * @param blobs of the tar; without them the folder is empty.
   */
  static async begin(
    file: string,
    contents: TarContents,
    blobs: TarBlobs | undefined,
    options: Cancellable,
  ): Promise<Staging> {
    makeFolder(dirname(file));
    sweep(file);
    const staging = new Staging(temporaryName(file), contents.stamp);
    makeFolder(staging.root);
    try {
      if (blobs && contents.present) await staging.#unpack(contents, blobs, options);
      return staging;
    } catch (error) {
      staging.remove();
      throw error;
    }
  }

  /** What the tar is to list. */
  get state(): IndexState {
    return this.list.read();
  }

  read(digest: Digest): Uint8Array {
    return this.blobs.read(digest);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  async #unpack(contents: TarContents, blobs: TarBlobs, { signal }: Cancellable): Promise<void> {
    const places = contents.places();
    writeFileAtomic(join(this.root, layoutFile), layoutText);
    writeFileAtomic(join(this.root, indexFile), contents.indexText());
    for (const [path, { size }] of places) {
      checkAborted(signal);
      const [folder, algorithm, hex, ...more] = path.split('/');
      const digest = `${algorithm}:${hex}`;
      if (folder !== blobsFolder || more.length > 0 || !isDigest(digest)) continue;
      const descriptor = { mediaType: mediaTypes.octetStream, digest, size };
      await this.push(descriptor, () => blobs.open(descriptor), { signal });
    }
  }
}

/** Removes what writers left behind that were killed. */
function sweep(file: string): void {
  const folder = dirname(file);
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${basename(file)}.`)) continue;
    const pid = /^\.(\d+)-[0-9a-f]{12}\.tmp$/.exec(name.slice(basename(file).length))?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
