import type { SkillDependency, SkillInclude } from '../manifest.types.ts';
import { dependencyName } from '../names.ts';
import type { Draft } from '../reading/draft.ts';
import type { FileReport, Path } from '../reading/file-report.ts';
import { isMap } from '../reading/prepare.ts';
import { isRange } from './version.ts';

/** Names of hosts known without configuration: requirements on them are never fetched. */
export const knownHosts: readonly string[] = ['roundtable', 'caro'];

interface Entry {
  readonly key: string;
  readonly value: unknown;
  readonly path: Path;
}

/**
 * Sorts what a file says it needs (DESIGN, "Words"): a known host's name is a host requirement, a map of packages is
 * another ecosystem's, all else is a skill.
 */
export function setRequirements(draft: Draft, value: unknown, path: Path, hosts: readonly string[]): void {
  if (value === undefined) return;
  const { report } = draft;
  const entries = entriesOf(value, report, path);
  const isHost = ({ key }: Entry) => hosts.includes(key);
  const isForeign = (entry: Entry) => !isHost(entry) && isMap(entry.value) && !isDetailed(entry.value);
  const hostEntries = entries.filter(isHost);
  const foreignEntries = entries.filter(isForeign);
  const skills = entries.filter((entry) => !isHost(entry) && !isForeign(entry));
  draft.set('dependencies', skills.map((entry) => readDependency(entry, report)).filter(isDefined), path);
  if (hostEntries.length > 0) draft.set('hosts', Object.fromEntries(hostEntries.map(readHost(report))), path);
  if (foreignEntries.length > 0) draft.set('foreign', Object.fromEntries(foreignEntries.map(readForeign)), path);
}

export function readIncludes(value: unknown, report: FileReport, path: Path): readonly SkillInclude[] | undefined {
  if (value === undefined) return undefined;
  return entriesOf(value, report, path)
    .map((entry) => readDependency(entry, report))
    .filter(isDefined)
    .map(({ name, range }) => ({ name, range }));
}

/** The entries of a map, or of a list of one-key maps and of names (`git-utils`, `git-utils@^1.0`). */
function entriesOf(value: unknown, report: FileReport, path: Path): Entry[] {
  if (!Array.isArray(value)) return entriesOfMap(value, path);
  const entries = value.flatMap((item: unknown, index) =>
    typeof item === 'string' ? [entryOfText(item, [...path, index])] : entriesOfMap(item, [...path, index]),
  );
  const seen = new Set<string>();
  return entries.filter(({ key, path: place }) => {
    if (!seen.has(key)) return seen.add(key);
    report.error('dependencies/twice', place, `${key} stands there twice`, { mend: 'keep one of them' });
    return false;
  });
}

function entriesOfMap(value: unknown, path: Path): Entry[] {
  return isMap(value) ? Object.entries(value).map(([key, item]) => ({ key, value: item, path: [...path, key] })) : [];
}

function entryOfText(text: string, path: Path): Entry {
  const at = text.indexOf('@', 1);
  return at < 0 ? { key: text, value: '', path } : { key: text.slice(0, at), value: text.slice(at + 1), path };
}

function readDependency({ key, value, path }: Entry, report: FileReport): SkillDependency | undefined {
  const name = dependencyName(key);
  if (name === undefined) {
    report.error('dependencies/name', path, `"${key}" is not the name of a skill`, {
      mend: 'write name, @scope/name or registry.example.com/path/name',
    });
    return undefined;
  }
  const { version, optional, features } = detailsOf(value);
  return { name, range: readRange(version, key, report, path), optional: optional === true, features: features ?? [] };
}

function detailsOf(value: unknown): { version?: string; optional?: boolean; features?: readonly string[] } {
  return isMap(value) ? value : { version: String(value) };
}

function readRange(written: string | undefined, key: string, report: FileReport, path: Path): string {
  const range = written?.trim() ?? '';
  if (['', '*', 'latest'].includes(range)) return '*';
  if (isRange(range)) return range;
  report.error('dependencies/range', path, `"${range}" is not a version range of ${key}`, {
    mend: 'write it as npm does: ^1.2, >=1.0 <3, 1.4.2',
  });
  return '*';
}

function readHost(report: FileReport) {
  return ({ key, value, path }: Entry): [string, string] => [
    key,
    readRange(detailsOf(value).version, key, report, path),
  ];
}

function readForeign({ key, value }: Entry): [string, Readonly<Record<string, string>>] {
  return [key, Object.fromEntries(Object.entries(value as object).map(([name, range]) => [name, String(range)]))];
}

function isDetailed(value: object): boolean {
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => ['version', 'optional', 'features'].includes(key));
}

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}
