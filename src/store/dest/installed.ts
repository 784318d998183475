import { join } from 'node:path';
import { type Digest, isSkillName, prettyJson, SkillsError } from '../../core/index.ts';
import { readJsonIfThere } from '../json-file.ts';
import { writeStaged } from '../staging.ts';

/** A skill in a folder that we filled. */
export interface DestEntry {
  /** Also the folder's name. */
  readonly name: string;
  readonly scope?: string;
  readonly version: string;
  readonly contentDigest: Digest;
}

interface DestFile {
  readonly lockfileVersion: 1;
  readonly skills: readonly DestEntry[];
}

/** Our own folder in a destination. */
export function destState(dir: string): string {
  return join(dir, '.skills');
}

export function destStaging(dir: string): string {
  return join(destState(dir), 'staging');
}

/** What in the folder is ours. @throws SkillsError ERR_FILE_INVALID where the list is broken: then nothing may be replaced. */
export function readDest(dir: string): readonly DestEntry[] {
  const file = listPath(dir);
  const value = readJsonIfThere(file);
  if (value === undefined) return [];
  const skills = (value as Partial<DestFile> | null)?.skills;
  // A name that is none could lead out of the folder, to something that a fill would then remove.
  if (Array.isArray(skills) && skills.every(isDestEntry)) return skills;
  throw new SkillsError('ERR_FILE_INVALID', `${file}: this is not a list of installed skills`, {
    hint: `fill an empty folder, or remove ${file} and the skills beside it`,
    data: { file, line: 1, column: 1 },
  });
}

export function writeDest(dir: string, skills: readonly DestEntry[]): void {
  const sorted = [...skills].sort((one, other) => (one.name < other.name ? -1 : 1));
  const file: DestFile = { lockfileVersion: 1, skills: sorted };
  writeStaged(destStaging(dir), listPath(dir), prettyJson(file), { durable: true });
}

function listPath(dir: string): string {
  return join(destState(dir), 'installed.json');
}

function isDestEntry(entry: Partial<DestEntry> | null): entry is DestEntry {
  return typeof entry?.name === 'string' && isSkillName(entry.name);
}
