import { lstatSync, readlinkSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { ioError } from '../io.ts';
import { looksUntouched, observe } from './observe.ts';
import type { PlaceRecords } from './records.ts';
import type { Observation, PlaceExpectation, PlaceRecord, PlaceState } from './types.ts';

export interface CheckContext {
  readonly home: string;
  readonly records: PlaceRecords;
  /** Reads every file, whatever the stamps say. */
  readonly hash: boolean;
}

/** Compares a place with what should be there, and remembers what was seen. */
export function checkPlace(expected: PlaceExpectation, context: CheckContext): PlaceState {
  try {
    const stat = lstatSync(expected.path, { throwIfNoEntry: false });
    if (!stat) return 'missing';
    if (stat.isSymbolicLink()) return checkLink(expected, context);
    if (stat.isDirectory()) return checkFolder(expected, context);
    return 'foreign';
  } catch (error) {
    throw ioError(`cannot look at ${expected.path}`, error);
  }
}

function checkLink(expected: PlaceExpectation, { home, records }: CheckContext): PlaceState {
  const target = readlinkSync(expected.path);
  const record = records.get(expected.path);
  if (
    expected.kind === 'link' &&
    expected.target !== undefined &&
    isSameTarget(expected.path, target, expected.target)
  ) {
    return 'same';
  }
  const recorded = record?.kind === 'link' && isSameTarget(expected.path, target, record.target);
  const intoStore = resolve(dirname(expected.path), target).startsWith(home + sep);
  return recorded || intoStore || expected.ours ? 'outdated' : 'foreign';
}

/** Junctions come back absolute, with a separator at the end. */
function isSameTarget(path: string, one: string, other: string): boolean {
  return resolve(dirname(path), one) === resolve(dirname(path), other);
}

function checkFolder(expected: PlaceExpectation, context: CheckContext): PlaceState {
  const record = context.records.get(expected.path);
  const copied = record?.kind === 'copy' ? record : undefined;
  const seen = look(expected, context, copied?.seen);
  const content = seen.contentDigest;
  const state = judge(expected, copied, seen);
  const learned = state === 'same' && copied?.installed !== expected.contentDigest;
  if (seen !== copied?.seen && (copied || learned)) {
    const installed = state === 'same' ? content : copied?.installed;
    if (installed) context.records.set(expected.path, { kind: 'copy', installed, seen });
  }
  return state;
}

function look(expected: PlaceExpectation, { hash }: CheckContext, seen: Observation | undefined): Observation {
  if (seen && !hash && looksUntouched(expected.path, seen)) return seen;
  const known = new Set(expected.files?.map((file) => file.path));
  return observe(expected.path, known, hash ? undefined : seen);
}

function judge(
  expected: PlaceExpectation,
  record: Extract<PlaceRecord, { kind: 'copy' }> | undefined,
  { contentDigest, files }: Observation,
): PlaceState {
  if (expected.kind !== 'link' && contentDigest === expected.contentDigest) {
    return hasModes(expected, files) ? 'same' : 'outdated';
  }
  if (contentDigest === record?.installed || contentDigest === expected.was) return 'outdated';
  return record || expected.ours ? 'changed' : 'foreign';
}

/** Windows and some mounted folders keep no exec bit; nothing of the content is lost by writing it anew. */
function hasModes({ files }: PlaceExpectation, seen: Observation['files']): boolean {
  if (process.platform === 'win32' || !files) return true;
  return files.every((file) => (seen[file.path]?.[4] === 1) === file.executable);
}
