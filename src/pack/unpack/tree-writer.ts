import { closeSync, constants, copyFileSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { Digester } from '../../core/index.ts';
import type { FileRecord } from '../files/content-digest.ts';
import { digestOf } from '../files/digest-of.ts';
import { quotePath, unsafeArchive } from '../refusals.ts';
import type { EntrySink } from '../tar/reader.ts';
import { EntryGate } from './entry-gate.ts';
import type { ArchiveLimits } from './limits.ts';

interface OpenFile {
  readonly path: string;
  readonly size: number;
  readonly executable: boolean;
  readonly descriptor: number;
  readonly digester: Digester;
}

interface PendingLink {
  readonly path: string;
  readonly target: string;
}

/** More links than this in a chain are a loop (as Linux counts). */
const longestChain = 40;

/**
 * Writes the entries of an archive below a private folder, synchronously: for many small files that is several times
 * faster than promises. Links never reach the disk: one to a file of the archive becomes a copy of it, any other is
 * refused, so that no entry can be written through a link.
 */
export class TreeWriter implements EntrySink {
  readonly #root: string;
  readonly #gate: EntryGate;
  readonly #made = new Set<string>();
  readonly #files = new Map<string, FileRecord>();
  readonly #links = new Map<string, PendingLink>();
  #open: OpenFile | undefined;
  #next: Omit<OpenFile, 'descriptor' | 'digester'> | undefined;

  constructor(root: string, limits: ArchiveLimits) {
    this.#root = root;
    this.#gate = new EntryGate(limits);
  }

  folder(path: string): void {
    // Made when a file needs it: a folder without files is no part of a skill.
    this.#gate.admitFolder(path);
  }

  file(raw: string, size: number, executable: boolean): void {
    const path = this.#gate.admitFile(raw, size);
    this.#makeParents(path);
    this.#next = { path, size, executable };
    if (size === 0) this.data(Buffer.alloc(0));
  }

  data(bytes: Uint8Array): void {
    const next = this.#next;
    this.#next = undefined;
    if (next && bytes.length === next.size) this.#writeWhole(next, bytes);
    else this.#writePart(next, bytes);
  }

  link(raw: string, rawTarget: string): void {
    const { path, target } = this.#gate.admitLink(raw, rawTarget);
    this.#links.set(path, { path, target });
  }

  /** Ends the tree: links become copies. @returns the files, by their paths in the archive. */
  finish(): FileRecord[] {
    for (const link of this.#links.values()) this.#materialise(link);
    return [...this.#files.values()];
  }

  /** Lets go of a file that is half-written, after a failure. */
  close(): void {
    if (this.#open) closeSync(this.#open.descriptor);
    this.#open = undefined;
  }

  #makeParents(path: string): void {
    const end = path.lastIndexOf('/');
    const parent = path.slice(0, Math.max(end, 0));
    if (end < 0 || this.#made.has(parent)) return;
    mkdirSync(`${this.#root}/${parent}`, { recursive: true });
    this.#made.add(parent);
  }

  #create(path: string, executable: boolean): number {
    return openSync(`${this.#root}/${path}`, 'wx', executable ? 0o755 : 0o644);
  }

  #writeWhole({ path, size, executable }: Omit<OpenFile, 'descriptor' | 'digester'>, bytes: Uint8Array): void {
    const descriptor = this.#create(path, executable);
    try {
      writeFully(descriptor, bytes);
    } finally {
      closeSync(descriptor);
    }
    this.#files.set(path, { path, digest: digestOf(bytes), size, executable });
  }

  #writePart(next: Omit<OpenFile, 'descriptor' | 'digester'> | undefined, bytes: Uint8Array): void {
    if (next) {
      this.#open = { ...next, descriptor: this.#create(next.path, next.executable), digester: new Digester() };
    }
    const open = this.#open;
    if (!open) return;
    open.digester.update(bytes);
    writeFully(open.descriptor, bytes);
    if (open.digester.size < open.size) return;
    this.close();
    const { path, size, executable } = open;
    this.#files.set(path, { path, digest: open.digester.digest(), size, executable });
  }

  #materialise(link: PendingLink): void {
    const source = this.#follow(link);
    this.#gate.addBytes(source.size);
    this.#makeParents(link.path);
    const flags = constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE;
    copyFileSync(`${this.#root}/${source.path}`, `${this.#root}/${link.path}`, flags);
    this.#files.set(link.path, { ...source, path: link.path });
  }

  #follow(link: PendingLink): FileRecord {
    let { target } = link;
    for (let hops = 0; hops < longestChain; hops++) {
      const file = this.#files.get(target);
      if (file) return file;
      const next = this.#links.get(target);
      if (!next) throw this.#leadsNowhere(link, target);
      target = next.target;
    }
    throw unsafeArchive('link-loop', `the link ${quotePath(link.path)} leads to itself`, link.path);
  }

  #leadsNowhere({ path }: PendingLink, target: string) {
    const below = `${target.replace(/\/$/, '')}/`;
    const isFolder = target === '.' || [...this.#files.keys()].some((file) => file.startsWith(below));
    return isFolder
      ? unsafeArchive('link-folder', `the link ${quotePath(path)} leads to a folder`, path)
      : unsafeArchive('link-dangling', `the link ${quotePath(path)} leads to nothing in the archive`, path);
  }
}

function writeFully(descriptor: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
}
