import { newestMatching } from '../../resolve/index.ts';

/** The first version of a collection that states none. */
const first = '0.1.0';

/**
 * The version after one: a skill more, or a newer one, is a feature; one that is taken away breaks whoever counts on it.
 */
export function versionAfter(version: string | undefined, removed: boolean): string {
  const [, major, minor] = /^(\d+)\.(\d+)\.\d+/.exec(version ?? '') ?? [];
  if (major === undefined || minor === undefined) return first;
  return removed && major !== '0' ? `${Number(major) + 1}.0.0` : `${major}.${Number(minor) + 1}.0`;
}

/** The newest of the versions that are published. */
export function newestOf(versions: readonly string[]): string | undefined {
  return newestMatching('', versions);
}
