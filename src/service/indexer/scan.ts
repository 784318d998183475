import type { Announcement } from '../../api/index.ts';
import type { Catalogue, IndexableRecord } from '../../catalogue/index.ts';
import { type Digest, isSkillsError, mapConcurrently, SkillsError } from '../../core/index.ts';
import type { ArtifactReader } from './artifact-reader.ts';
import { selectVersionTags } from './version-tags.ts';

export interface ScanContext {
  readonly catalogue: Catalogue;
  readonly refused: RefusedTags;
  readonly signal: AbortSignal;
}

/** Tags that were read and are no skill: not read again while they stand for the same digest. */
export type RefusedTags = Map<string, { readonly digest: Digest; readonly reason: string }>;

type Looked =
  | { readonly kind: 'same'; readonly version: string; readonly digest: Digest }
  | { readonly kind: 'read'; readonly record: IndexableRecord }
  | { readonly kind: 'skipped'; readonly tag: string; readonly reason: string };

/** What is wrong with a version, and not with its registry. */
const unreadable = [
  'ERR_ARTIFACT_INVALID',
  'ERR_SKILL_INVALID',
  'ERR_FILE_INVALID',
  'ERR_ARCHIVE_UNSAFE',
  'ERR_DIGEST_MISMATCH',
  'ERR_BLOB_UNKNOWN',
] as const;
const parallelReads = 6;
const mostRefused = 20_000;

/**
 * Brings the index up to date with one repository: reads the versions whose digest changed, drops those that are gone.
 *
 * @param only looks at this tag alone.
 */
export async function scanRepository(
  reader: ArtifactReader,
  repository: string,
  context: ScanContext,
  only?: string,
): Promise<Announcement> {
  const name = `${reader.host}/${repository}`;
  const known = await context.catalogue.knownTags(name);
  const tags = only === undefined ? await listTags(reader, repository, context) : [only];
  const versions = selectVersionTags(tags);
  const looked = await mapConcurrently([...versions], parallelReads, ([version, tag]) =>
    lookAt(reader, repository, { version, tag, known: known.get(tag) }, context),
  );
  const gone = [...selectVersionTags(known.keys())].filter(([version]) => !versions.has(version));
  const removed = only === undefined ? gone.map(([version]) => version) : [];
  for (const version of removed) await context.catalogue.remove(name, version);
  return summarise(name, looked, removed, context.catalogue);
}

/** A repository that is gone has no tags. */
async function listTags(reader: ArtifactReader, repository: string, { signal }: ScanContext): Promise<string[]> {
  try {
    return await Array.fromAsync(reader.tags(repository, { signal }));
  } catch (error) {
    if (isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN')) return [];
    throw error;
  }
}

interface TagToLookAt {
  readonly version: string;
  readonly tag: string;
  readonly known: Digest | undefined;
}

async function lookAt(
  reader: ArtifactReader,
  repository: string,
  { version, tag, known }: TagToLookAt,
  { refused, signal }: ScanContext,
): Promise<Looked> {
  const digest = await reader.resolve(repository, tag, { signal });
  if (digest === known) return { kind: 'same', version, digest };
  const key = `${reader.host}/${repository}:${tag}`;
  const before = refused.get(key);
  if (before?.digest === digest) return { kind: 'skipped', tag, reason: before.reason };
  try {
    return { kind: 'read', record: await reader.read(repository, tag, digest, { signal }) };
  } catch (error) {
    if (!isSkillsError(error, ...unreadable)) throw error;
    if (refused.size >= mostRefused) refused.clear();
    refused.set(key, { digest, reason: error.message });
    return { kind: 'skipped', tag, reason: error.message };
  }
}

async function summarise(
  repository: string,
  looked: readonly Looked[],
  removed: readonly string[],
  catalogue: Catalogue,
): Promise<Announcement> {
  const records = looked.flatMap((item) => (item.kind === 'read' ? [item.record] : []));
  const outcomes = await catalogue.upsert(records);
  const read = records.map(({ version, digest }, index) => ({ version, digest, outcome: outcomes[index] ?? 'same' }));
  const same = looked.flatMap((item) =>
    item.kind === 'same' ? [{ version: item.version, digest: item.digest, outcome: 'same' as const }] : [],
  );
  const skipped = looked.flatMap((item) => (item.kind === 'skipped' ? [{ tag: item.tag, reason: item.reason }] : []));
  return { repository, indexed: [...read, ...same], removed: [...removed], skipped };
}

/** @throws SkillsError ERR_ARTIFACT_INVALID where a reference that was announced holds nothing that can be indexed. */
export function requireSomething(found: Announcement, tag: string | undefined): Announcement {
  if (found.indexed.length > 0 || found.removed.length > 0) return found;
  const [skipped] = found.skipped;
  if (skipped) {
    throw new SkillsError(
      'ERR_ARTIFACT_INVALID',
      `${found.repository}:${skipped.tag} is not indexed: ${skipped.reason}`,
    );
  }
  throw new SkillsError(
    'ERR_NOT_FOUND',
    tag === undefined ? `${found.repository} has no versions` : `${found.repository}:${tag} is no version`,
    { hint: 'a version is a tag that is an exact semantic version, like 1.2.0' },
  );
}
