import { posix } from 'node:path';
import { findPathProblem, PathBook } from '../paths.ts';
import { quotePath, unsafeArchive } from '../refusals.ts';
import type { LayerView } from './layer-view.ts';
import { type ArchiveLimits, tooLarge } from './limits.ts';

/**
 * The door that every entry of every kind of archive comes through: a path that it lets in is relative, NFC, writable on
 * every system, and unlike all before it. With a view, what is not part of the tree is checked and not let in.
 */
export class EntryGate {
  readonly #limits: ArchiveLimits;
  readonly #view: LayerView | undefined;
  readonly #book = new PathBook();
  #entries = 0;
  #bytes = 0;

  constructor(limits: ArchiveLimits, view?: LayerView) {
    this.#limits = limits;
    this.#view = view;
  }

  /** @returns the path to use, NFC; undefined for what is not wanted. @throws SkillsError ERR_ARCHIVE_UNSAFE */
  admitFile(raw: string, size: number): string | undefined {
    this.#count();
    this.addBytes(size);
    return this.#admit(raw, 'file');
  }

  admitFolder(raw: string): void {
    this.#count();
    const path = raw.replace(/\/$/, '');
    // The archive's own folder, which many writers put first; builders of images call it "/".
    if (path !== '.' && raw !== '/') this.#admit(path, 'folder');
  }

  /** @returns the link's path, and the path in the tree that it leads to; undefined for what is not wanted. */
  admitLink(raw: string, rawTarget: string): { path: string; target: string } | undefined {
    this.#count();
    const path = this.#admit(raw, 'file');
    if (path === undefined) return undefined;
    const target = posix.join(posix.dirname(path), rawTarget.normalize('NFC'));
    if (rawTarget === '' || /^(?:[\\/]|[A-Za-z]:)/.test(rawTarget) || rawTarget.includes('\\')) {
      throw leadsOut(path, rawTarget);
    }
    if (target === '..' || target.startsWith('../')) throw leadsOut(path, rawTarget);
    return { path, target };
  }

  addBytes(size: number): void {
    this.#bytes += size;
    if (this.#bytes > this.#limits.bytes) throw tooLarge(this.#limits.bytes);
  }

  #count(): void {
    this.#entries += 1;
    this.#checkCount(this.#entries);
  }

  #checkCount(entries: number): void {
    if (entries > this.#limits.entries) {
      throw unsafeArchive('too-many-entries', `it has more than ${this.#limits.entries} entries`);
    }
  }

  #admit(raw: string, kind: 'file' | 'folder'): string | undefined {
    const clean = raw.startsWith('./') ? raw.slice(2) : raw;
    const whole = clean.normalize('NFC');
    const problem = findPathProblem(whole);
    if (problem) throw unsafeArchive(problem.reason, `${quotePath(raw)} ${problem.text}`, raw);
    const path = this.#view ? this.#place(whole, kind) : whole;
    if (path === undefined) return undefined;
    const clash = this.#book.add(path, kind, clean);
    if (clash) throw unsafeArchive(clash.reason, `${quotePath(raw)} and ${quotePath(clash.other)} are one path`, raw);
    // Folders cost as much as files do, also those that no entry is for.
    this.#checkCount(this.#book.size);
    return path;
  }

  #place(path: string, kind: 'file' | 'folder'): string | undefined {
    return kind === 'file' ? this.#view?.placeFile(path) : this.#view?.placeFolder(path);
  }
}

function leadsOut(path: string, target: string) {
  return unsafeArchive(
    'link-escape',
    `the link ${quotePath(path)} leads out of the archive to ${quotePath(target)}`,
    path,
  );
}
