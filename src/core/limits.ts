const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

/** What is accepted from outside. All sizes in bytes. */
export const limits = {
  /** distribution-spec, "Pushing Manifests": registries must accept 4 MiB, and clients need not read more. */
  manifestBytes: 4 * MiB,
  /** Any JSON answer that is no manifest: tag lists, errors, tokens. */
  answerBytes: 8 * MiB,
  /** All pages of one list together: over a million tags. */
  listBytes: 64 * MiB,
  /** Text files that are parsed: SKILL.md, skill.yaml, skill.toml, skill.json, lockfiles. */
  textBytes: 4 * MiB,
  /** Characters of a YAML text: parsing one costs thousands of times its reading. */
  yamlLength: 512 * KiB,
  /** Lists and maps inside each other, in any format. */
  nesting: 200,
  /** Entries of an archive. */
  archiveEntries: 100_000,
  /** Unpacked size of an archive. */
  archiveBytes: 4 * GiB,
  /** Unpacked to packed size; counts only above 64 MiB unpacked. */
  archiveRatio: 1_000,
  archiveRatioFloor: 64 * MiB,
  /** UTF-8 bytes of a path in an archive, and of one of its segments (what ext4, APFS and NTFS can hold). */
  pathBytes: 4_096,
  segmentBytes: 255,
  /** Folders inside each other, and the file in them. */
  pathSegments: 128,
} as const;
