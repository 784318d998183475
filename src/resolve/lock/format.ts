import { prettyJson, SkillsError } from '../../core/index.ts';
import type { JsonObject } from '../json/fields.ts';
import type { LockEntry, LockedDependency, Lockfile } from './model.ts';
import { isOciEntry, lockfileVersion, lockTime, ociSource } from './model.ts';

/**
 * The text of skills.lock.json: the bytes depend on what is locked alone, not on the order or the time of the installs.
 *
 * Entries are sorted by name, known keys have one order, and unknown keys follow, sorted. Reading it gives the same lock.
 */
export function formatLock(lock: Lockfile): string {
  const others = byName(lock.otherSkills).map(formatEntry);
  return prettyJson({
    lockfileVersion,
    generatedAt: lockTime,
    skills: byName(lock.skills).map(formatEntry),
    ...(others.length > 0 ? { otherSkills: others } : {}),
    ...sortKeys(lock.unknown),
  });
}

function formatEntry(entry: LockEntry): JsonObject {
  const { name, path, version, range, contentDigest, manifestSize, layer, signer, capabilities } = entry;
  const paths = [...new Set(entry.additionalPaths)].sort();
  return {
    name,
    path,
    version,
    source: formatSource(entry),
    installedAt: lockTime,
    ...(paths.length > 0 ? { additionalPaths: paths, additionalInstalledPaths: paths } : {}),
    range,
    contentDigest,
    manifestSize,
    layer: layer && { mediaType: layer.mediaType, digest: layer.digest, size: layer.size },
    signer: sortDeep(signer),
    requiredBy: nonEmpty([...new Set(entry.requiredBy)].sort()),
    dependencies: nonEmpty(byName(entry.dependencies).map(formatDependency)),
    capabilities: sortDeep(capabilities),
    ...sortKeys(entry.unknown),
  };
}

function formatSource(entry: LockEntry): JsonObject {
  if (isOciEntry(entry)) {
    const { unknown: _, ...source } = ociSource(entry.source);
    if (Object.values(source).includes('')) {
      throw new SkillsError(
        'ERR_INTERNAL',
        `${entry.name}: a field of its source is empty, and would make the lock unreadable`,
      );
    }
    return { ...source, ...sortKeys(entry.source.unknown) };
  }
  const { type, spec, ref, commit, tag, digest, platform, unknown } = entry.source;
  return { type, spec, ref, commit, tag, digest, platform, ...sortKeys(unknown) };
}

function formatDependency({ name, range, source, optional, providedBy }: LockedDependency): JsonObject {
  return { name, range, source, ...(optional ? { optional } : {}), providedBy };
}

function nonEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}

function byName<T extends { readonly name: string }>(list: readonly T[]): readonly T[] {
  return [...list].sort((a, b) => compare(a.name, b.name));
}

function sortKeys(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object)
      .sort(([a], [b]) => compare(a, b))
      .map(([key, value]) => [key, sortDeep(value)]),
  );
}

function sortDeep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortDeep);
  return typeof value === 'object' && value !== null ? sortKeys(value as JsonObject) : value;
}

// By code units, never by locale: every machine writes the same file.
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
