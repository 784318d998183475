import { formatSpec, isOciEntry, type LockEntry, lockedPackage, parseSpec } from '../../resolve/index.ts';

/** A spec that installs exactly what an entry pins; undefined where only its source's present state can be had. */
export function exactSpec(entry: LockEntry): string | undefined {
  const { version } = entry;
  if (isOciEntry(entry)) return version === undefined ? undefined : `${lockedPackage(entry)}@${version}`;
  const spec = parseSpec(entry.source.spec);
  const { commit } = entry.source;
  return spec.kind === 'git' && commit ? formatSpec({ ...spec, ref: commit }) : undefined;
}
