import type { Fields } from '../json/fields.ts';
import { isSelector } from '../versions/ranges.ts';
import type { LockEntry, LockedBlob, LockedDependency } from './model.ts';

type Facts = Omit<LockEntry, 'source'>;

const entryKeys = [
  'name',
  'path',
  'source',
  'installedAt',
  'additionalPaths',
  'additionalInstalledPaths',
  'version',
  'range',
  'contentDigest',
  'manifestSize',
  'layer',
  'signer',
  'requiredBy',
  'dependencies',
  'capabilities',
];

/** Reads all of an entry but its source. */
export function readEntryFacts(entry: Fields, name: string): Facts {
  return {
    name,
    path: readPath(entry, 'path', entry.optionalText('path') ?? `.agents/skills/${name}`),
    additionalPaths: readAdditionalPaths(entry),
    ...present('version', entry.optionalText('version')),
    ...present('range', entry.optionalText('range')),
    ...present('contentDigest', entry.optionalDigest('contentDigest')),
    ...present('manifestSize', entry.optionalSize('manifestSize')),
    ...present('layer', readBlob(entry.optionalObject('layer'))),
    ...present('signer', entry.values.signer),
    requiredBy: [...entry.texts('requiredBy')].sort(),
    dependencies: entry.objects('dependencies').map(readDependency),
    ...present('capabilities', entry.values.capabilities),
    unknown: entry.unknown(entryKeys),
  };
}

function present<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}

/** Arconia writes `additionalPaths`, skills-oci `additionalInstalledPaths`. */
function readAdditionalPaths(entry: Fields): readonly string[] {
  const paths = ['additionalPaths', 'additionalInstalledPaths'].flatMap((key) =>
    entry.texts(key).map((path) => readPath(entry, key, path)),
  );
  return [...new Set(paths)].sort();
}

function readPath(entry: Fields, key: string, path: string): string {
  const parts = path
    .replaceAll('\\', '/')
    .replace(/(?<!\/)\/+$/, '')
    .split('/');
  const inside = parts.every((part) => part !== '' && part !== '..') && !/^[A-Za-z]:/.test(path);
  if (inside && parts.some((part) => part !== '.')) return parts.filter((part) => part !== '.').join('/');
  return entry.fail(key, `"${path}" leads out of the project`, 'paths in the lock are relative, and without ".."');
}

function readBlob(fields: Fields | undefined): LockedBlob | undefined {
  if (!fields) return undefined;
  return {
    mediaType: fields.text('mediaType'),
    digest: fields.optionalDigest('digest') ?? fields.fail('digest', '"digest" is missing'),
    size: fields.optionalSize('size') ?? fields.fail('size', '"size" is missing'),
  };
}

function readDependency(fields: Fields): LockedDependency {
  const range = fields.optionalText('range') ?? '*';
  if (!isSelector(range)) fields.fail('range', `"${range}" is not a range`);
  return {
    name: fields.text('name'),
    range,
    ...present('source', fields.optionalText('source')),
    optional: fields.flag('optional'),
    ...present('providedBy', fields.optionalText('providedBy')),
  };
}
