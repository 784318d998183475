import { compare, prerelease } from 'semver';

import type { SkillEntry, SkillRecord, VersionEntry } from '../record.ts';
import type { Tables } from './schema.ts';

type VersionRow = Pick<Tables['versions'], 'record' | 'first_seen' | 'last_changed'>;

export function readVersion(row: VersionRow): VersionEntry {
  const record = JSON.parse(row.record) as SkillRecord;
  return { ...record, firstSeen: row.first_seen, lastChanged: row.last_changed };
}

/** The entry of a skill with these listed versions; undefined where there are none. */
export function buildEntry(versions: readonly VersionEntry[]): SkillEntry | undefined {
  const sorted = versions.toSorted((a, b) => compare(b.version, a.version) || (a.version < b.version ? 1 : -1));
  const newest = sorted.find(({ version }) => prerelease(version) === null) ?? sorted[0];
  if (!newest) return undefined;
  return {
    ...newest,
    firstSeen: sorted.map(({ firstSeen }) => firstSeen).toSorted()[0] ?? newest.firstSeen,
    lastChanged:
      sorted
        .map(({ lastChanged }) => lastChanged)
        .toSorted()
        .at(-1) ?? newest.lastChanged,
    versions: sorted.map(({ version, tag, digest, layer, firstSeen }) => ({ version, tag, digest, layer, firstSeen })),
  };
}
