import { noCapabilities } from '../capabilities.ts';
import { defaults } from '../complete.ts';
import type { SkillManifest } from '../manifest.types.ts';

/** Objects whose members are left out one by one where they are the default. */
const nested: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  contents: defaults.contents,
  capabilities: { ...noCapabilities },
  exec: noCapabilities.exec,
  fs: noCapabilities.fs,
};

/**
 * The manifest as JSON for an artifact's config: defaults are left out, keys are sorted, so that the same skill gives
 * the same bytes and a new field with a default changes none.
 */
export function embedManifest(manifest: SkillManifest): Record<string, unknown> {
  return withoutDefaults({ ...manifest }, defaults);
}

function withoutDefaults(
  value: Readonly<Record<string, unknown>>,
  usual: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const entries = Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
    const standard = nested[key];
    const kept = standard ? withoutDefaults(item as Record<string, unknown>, standard) : item;
    return kept === undefined || isDefault(kept, usual[key], standard !== undefined) ? [] : [[key, kept]];
  });
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function isDefault(value: unknown, usual: unknown, reduced: boolean): boolean {
  if (reduced || (isEmpty(value) && isEmpty(usual))) return isEmpty(value);
  return value === usual;
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
