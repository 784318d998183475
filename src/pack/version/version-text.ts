import { valid } from 'semver';

/** An exact version out of what people write: a leading `v` is dropped. Undefined where it is no semver. */
export function readVersionText(text: string): string | undefined {
  const trimmed = text.trim().replace(/^v/, '');
  // semver's own `valid` drops build metadata, which is part of a version here.
  return valid(trimmed) === null ? undefined : trimmed;
}
