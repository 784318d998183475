import { formatSpec, isOciEntry, type LockEntry, lockedPackage, parseSpec } from '../../resolve/index.ts';

/** A spec that installs exactly what an entry pins; undefined where only its source's present state can be had. */
export function exactSpec(entry: LockEntry): string | undefined {
  const { version } = entry;
  if (isOciEntry(entry)) return version === undefined ? undefined : `${lockedPackage(entry)}@${version}`;
  const spec = parseSpec(entry.source.spec);
  const { commit } = entry.source;
  return spec.kind === 'git' && commit ? formatSpec({ ...spec, ref: commit }) : undefined;
}

/** A spec that writes the range back which skills.json had of an entry; within it the newest version is installed. */
export function declaredSpec(entry: LockEntry): string {
  const { range } = entry;
  if (!isOciEntry(entry) || range === undefined) return exactSpec(entry) ?? lockedPackage(entry);
  return range === '' ? lockedPackage(entry) : `${lockedPackage(entry)}@${range}`;
}

/** The command that installs specs, for a POSIX shell: ranges such as `>=1 <3` are quoted. */
export function installCommand(specs: readonly string[], global: boolean): string {
  const words = specs.map((spec) => (/^[\w@^~+=:,./#%-]+$/.test(spec) ? spec : `'${spec.replaceAll("'", "'\\''")}'`));
  return words.length ? `skills install${global ? ' -g' : ''} ${words.join(' ')}` : '';
}
