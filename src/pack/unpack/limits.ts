import { limits } from '../../core/index.ts';
import { unsafeArchive } from '../refusals.ts';

/** What an archive may hold. Sizes in bytes. */
export interface ArchiveLimits {
  readonly entries: number;
  /** Of all files together, and of the archive without its compression. */
  readonly bytes: number;
  /** Unpacked to packed size, looked at above `ratioFloor` unpacked bytes. */
  readonly ratio: number;
  readonly ratioFloor: number;
}

export const defaultLimits: ArchiveLimits = {
  entries: limits.archiveEntries,
  bytes: limits.archiveBytes,
  ratio: limits.archiveRatio,
  ratioFloor: limits.archiveRatioFloor,
};

/** @throws SkillsError ERR_ARCHIVE_UNSAFE as soon as an archive has grown beyond what it may. */
export function checkGrowth(packed: number, unpacked: number, { bytes, ratio, ratioFloor }: ArchiveLimits): void {
  if (unpacked > bytes) throw tooLarge(bytes);
  if (unpacked > ratioFloor && unpacked > packed * ratio) {
    throw unsafeArchive('ratio', `it unpacks to more than ${ratio} times its size`);
  }
}

/** How far an archive has grown: one budget, also for one that comes in several layers. */
export class Growth {
  readonly #limits: ArchiveLimits;
  #packed = 0;
  #unpacked = 0;

  constructor(limits: ArchiveLimits) {
    this.#limits = limits;
  }

  /** Bytes that came. */
  take(packed: number): void {
    this.#packed += packed;
  }

  /** Bytes that they became. @throws SkillsError ERR_ARCHIVE_UNSAFE */
  give(unpacked: number): void {
    this.#unpacked += unpacked;
    checkGrowth(this.#packed, this.#unpacked, this.#limits);
  }
}

export function tooLarge(bytes: number) {
  return unsafeArchive('too-large', `it unpacks to more than ${bytes} bytes`);
}
