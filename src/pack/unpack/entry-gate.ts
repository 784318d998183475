import { posix } from 'node:path';
import { findPathProblem, PathBook } from '../paths.ts';
import { quotePath, unsafeArchive } from '../refusals.ts';
import { type ArchiveLimits, tooLarge } from './limits.ts';

/**
 * The door that every entry of every kind of archive comes through: a path that it lets in is relative, NFC, writable on
 * every system, and unlike all before it.
 */
export class EntryGate {
  readonly #limits: ArchiveLimits;
  readonly #book = new PathBook();
  #entries = 0;
  #bytes = 0;

  constructor(limits: ArchiveLimits) {
    this.#limits = limits;
  }

  /** @returns the path to use, NFC. @throws SkillsError ERR_ARCHIVE_UNSAFE */
  admitFile(raw: string, size: number): string {
    this.#count();
    this.addBytes(size);
    return this.#admit(raw, 'file');
  }

  admitFolder(raw: string): void {
    this.#count();
    const path = raw.replace(/\/$/, '');
    // The archive's own folder, which many writers put first.
    if (path !== '.') this.#admit(path, 'folder');
  }

  /** @returns the link's path, and the path in the archive that it leads to. */
  admitLink(raw: string, rawTarget: string): { path: string; target: string } {
    this.#count();
    const path = this.#admit(raw, 'file');
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
    if (this.#entries > this.#limits.entries) {
      throw unsafeArchive('too-many-entries', `it has more than ${this.#limits.entries} entries`);
    }
  }

  #admit(raw: string, kind: 'file' | 'folder'): string {
    const clean = raw.startsWith('./') ? raw.slice(2) : raw;
    const path = clean.normalize('NFC');
    const problem = findPathProblem(path);
    if (problem) throw unsafeArchive(problem.reason, `${quotePath(raw)} ${problem.text}`, raw);
    const clash = this.#book.add(path, kind, clean);
    if (clash) throw unsafeArchive(clash.reason, `${quotePath(raw)} and ${quotePath(clash.other)} are one path`, raw);
    return path;
  }
}

function leadsOut(path: string, target: string) {
  return unsafeArchive(
    'link-escape',
    `the link ${quotePath(path)} leads out of the archive to ${quotePath(target)}`,
    path,
  );
}
