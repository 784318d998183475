import type { Descriptor } from '../../core/index.ts';
import { type Collection, type CollectionFacts, writeCollection } from '../../pack/index.ts';
import { newestMatching } from '../../resolve/index.ts';

/** The first version of a collection that states none. */
const first = '0.1.0';

/** What a collection is to be, before its version is known. */
export interface Versionless {
  readonly facts: CollectionFacts;
  readonly entries: readonly Descriptor[];
  /** Of the versions that are published. */
  readonly newest: string | undefined;
  /** Whether a skill is taken away. */
  readonly removed?: boolean;
}

/** What is the same again, word for word, is the version that it was. No version is used twice, also where an older one is changed. */
export function chooseVersion(
  before: Collection | undefined,
  { facts, entries, newest, removed = false }: Versionless,
): string {
  const { version } = before ?? {};
  const again = version !== undefined && writeCollection({ ...facts, version }, entries).descriptor.digest;
  if (version !== undefined && again === before?.descriptor.digest) return version;
  return versionAfter(newest ?? version, removed);
}

/** A skill more, or a newer one, is a feature; one that is taken away breaks whoever counts on it. */
function versionAfter(version: string | undefined, removed: boolean): string {
  const [, major, minor] = /^(\d+)\.(\d+)\.\d+/.exec(version ?? '') ?? [];
  if (major === undefined || minor === undefined) return first;
  return removed && major !== '0' ? `${Number(major) + 1}.0.0` : `${major}.${Number(minor) + 1}.0`;
}

/** The newest of the versions that are published. */
export function newestOf(versions: readonly string[]): string | undefined {
  return newestMatching('', versions);
}
