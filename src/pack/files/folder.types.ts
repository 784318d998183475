import type { SkillFiles } from '../../manifest/index.ts';

/** A file of a skill folder. */
export interface FolderFile {
  /** Relative to the folder, '/'-separated, NFC. */
  readonly path: string;
  /** Bytes, when the folder was walked. */
  readonly size: number;
  readonly executable: boolean;
  /** The file on this machine that holds the content; for a link, what it leads to. */
  readonly source: string;
}

/** A skill folder on this machine: its files sorted by the UTF-8 bytes of their paths. */
export interface SkillFolder extends SkillFiles {
  /** Absolute, links resolved. */
  readonly root: string;
  readonly files: readonly FolderFile[];
}
