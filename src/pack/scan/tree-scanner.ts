import { Digester, limits as sizes } from '../../core/index.ts';
import type { FileRecord } from '../files/content-digest.ts';
import { digestOf } from '../files/digest-of.ts';
import { unsafeArchive } from '../refusals.ts';
import type { EntrySink } from '../tar/reader.ts';
import { EntryGate } from '../unpack/entry-gate.ts';
import type { LayerView } from '../unpack/layer-view.ts';
import type { ArchiveLimits } from '../unpack/limits.ts';
import { followLink, type PendingLink } from '../unpack/links.ts';

/** What some archives hold, without their being unpacked. */
export interface ScannedTree {
  readonly files: readonly FileRecord[];
  /** The files that say what a skill is, by their paths. */
  readonly texts: ReadonlyMap<string, Uint8Array>;
}

/** At the root, or in a folder there. */
const describing = /^(?:[^/]+\/)?(?:SKILL\.md|skill\.(?:yaml|yml|toml|json)|config\.json)$/i;
/** Bytes of all of them together. */
const largestTexts = 32 * 1024 * 1024;

export function isDescribing(path: string): boolean {
  return describing.test(path);
}

interface OpenEntry {
  readonly path: string;
  readonly size: number;
  readonly executable: boolean;
  readonly digester: Digester;
  readonly pieces: Uint8Array[] | undefined;
}

/** Lists and hashes the entries of archives under the checks of unpacking, and keeps the texts that describe skills. */
export class TreeScanner implements EntrySink {
  readonly #gate: EntryGate;
  readonly #files = new Map<string, FileRecord>();
  readonly #links = new Map<string, PendingLink>();
  readonly #texts = new Map<string, Uint8Array>();
  #kept = 0;
  #open: OpenEntry | undefined;

  constructor(limits: ArchiveLimits, view?: LayerView) {
    this.#gate = new EntryGate(limits, view);
  }

  folder(path: string): void {
    this.#gate.admitFolder(path);
  }

  file(raw: string, size: number, executable: boolean): void {
    const path = this.#gate.admitFile(raw, size);
    this.#open = path === undefined ? undefined : this.#begin(path, size, executable);
    if (size === 0) this.data(Buffer.alloc(0));
  }

  data(bytes: Uint8Array): void {
    const open = this.#open;
    if (!open) return;
    const whole = bytes.length === open.size;
    if (!whole) open.digester.update(bytes);
    open.pieces?.push(Buffer.from(bytes));
    if (!whole && open.digester.size < open.size) return;
    const { path, size, executable, pieces } = open;
    this.#files.set(path, { path, digest: whole ? digestOf(bytes) : open.digester.digest(), size, executable });
    if (pieces) this.#texts.set(path, Buffer.concat(pieces));
    this.#open = undefined;
  }

  link(raw: string, rawTarget: string): void {
    const link = this.#gate.admitLink(raw, rawTarget);
    if (link) this.#links.set(link.path, link);
  }

  finish(): ScannedTree {
    for (const link of this.#links.values()) {
      const source = followLink(link, this.#files, this.#links);
      this.#gate.addBytes(source.size);
      this.#files.set(link.path, { ...source, path: link.path });
      const text = this.#texts.get(source.path);
      if (text && isDescribing(link.path)) this.#texts.set(link.path, text);
    }
    return { files: [...this.#files.values()], texts: this.#texts };
  }

  #begin(path: string, size: number, executable: boolean): OpenEntry {
    const keep = isDescribing(path) && size <= sizes.textBytes;
    if (keep) this.#kept += size;
    if (this.#kept > largestTexts)
      throw unsafeArchive('too-large', `it has more than ${largestTexts} bytes of manifests`);
    return { path, size, executable, digester: new Digester(), pieces: keep ? [] : undefined };
  }
}
