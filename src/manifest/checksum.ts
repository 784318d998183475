import type { Digest } from '../core/index.ts';
import type { SkillManifest } from './manifest.types.ts';
import type { Problem } from './problem.ts';

/**
 * Compares the checksum that a package states about itself with the contentDigest of its files taken without
 * `manifest.checksumFile`: a file cannot hold its own digest. A mismatch is a warning, and a match is never trust.
 */
export function checkChecksum(
  manifest: Pick<SkillManifest, 'checksum' | 'checksumFile'>,
  digestWithoutThatFile: Digest,
): Problem | undefined {
  const { checksum, checksumFile = 'skill.yaml' } = manifest;
  if (checksum === undefined || checksum === digestWithoutThatFile) return undefined;
  return {
    grade: 'warning',
    file: checksumFile,
    rule: 'checksum/mismatch',
    message: `the checksum is not that of the other files: ${digestWithoutThatFile}`,
    mend: `write checksum: ${digestWithoutThatFile}, or take it out: the registry keeps digests of its own`,
  };
}
