import clean from 'semver/functions/valid.js';
import validRange from 'semver/ranges/valid.js';
import type { FileReport, Path } from '../reading/file-report.ts';

const short = /^v?(\d+)(?:\.(\d+))?$/;

/**
 * The exact version that a file states: `v1.2.0` is 1.2.0, and `1.0` is read as 1.0.0 with a warning.
 *
 * Anything else is an error where versions are the format's own, and a warning (and no version) in SKILL.md.
 */
export function readVersion(written: string | undefined, report: FileReport, path: Path, strict: boolean) {
  if (written === undefined) return undefined;
  const version = clean(written);
  if (version !== null) return written.includes('+') ? written.trim().replace(/^[v=\s]+/, '') : version;
  const parts = short.exec(written.trim());
  if (parts) {
    const padded = `${Number(parts[1])}.${Number(parts[2] ?? 0)}.0`;
    report.warn('skill/version', path, `"${written}" is not a full version; it is read as ${padded}`, {
      mend: `write "${padded}"`,
    });
    return padded;
  }
  report.add(strict ? 'error' : 'warning', 'skill/version', path, `"${written}" is not a semantic version`, {
    mend: 'write it as MAJOR.MINOR.PATCH, such as 1.0.0',
  });
  return undefined;
}

/** Whether npm's semver reads `text` as a range. */
export function isRange(text: string): boolean {
  return validRange(text) !== null;
}
