import { isSkillsError, type ReadOnlyTarget, toSkillsError } from '../../../core/index.ts';
import { copy, type NamedLayout } from '../../../oci/index.ts';
import { readArtifact } from '../../../pack/index.ts';
import type { Store } from '../../../store/index.ts';
import type { Context } from '../../context.ts';
import { remember } from '../../discovery/pull.ts';
import { bringIn } from '../../install/bring.ts';
import { scopeOf, versionOf } from '../../naming.ts';
import { verifyBeforeTag } from '../../verification.ts';
import { kindOfTag } from '../tag-names.ts';
import { localRegistry } from './bundle-items.ts';
import { tagChooser } from './choose-tags.ts';
import type { CopyFailure, RepositoryReport } from './repositories.ts';
import { Tally } from './tally.ts';

/** Brings all that a bundle holds into the store, as `pull` does, so that installing it asks no network. */
export async function loadIntoStore(
  context: Context,
  bundle: NamedLayout,
  dryRun: boolean,
): Promise<readonly [home: string, readonly RepositoryReport[]]> {
  const store = await context.store();
  const reports: RepositoryReport[] = [];
  for (const name of bundle.repositoryNames()) {
    const source = bundle.repository(name);
    const tags = tagChooser({ allTags: true })(await Array.fromAsync(source.tags()));
    const tally = new Tally(context, name);
    const copied: string[] = [];
    const unchanged: string[] = [];
    const failed: CopyFailure[] = [];
    for (const tag of tags) {
      try {
        const isNew = await loadOne(context, store, { name, tag, source, tally, dryRun });
        (isNew ? copied : unchanged).push(tag);
      } catch (error) {
        if (context.signal?.aborted) throw error;
        const { code, message } = toSkillsError(error);
        failed.push({ tag, code, message });
      }
    }
    reports.push({ from: name, to: store.home, copied, unchanged, failed, counts: tally.counts });
  }
  return [store.home, reports];
}

interface Load {
  readonly name: string;
  readonly tag: string;
  readonly source: ReadOnlyTarget;
  readonly tally: Tally;
  readonly dryRun: boolean;
}

/** False where it was there. */
async function loadOne(context: Context, store: Store, { name, tag, source, tally, dryRun }: Load): Promise<boolean> {
  const { digest } = await source.resolve(tag);
  const held = store.content.find(digest) !== undefined;
  if (dryRun) return !held;
  await copy(source, digest, store.content, undefined, {
    referrers: true,
    beforeTag: verifyBeforeTag(context),
    onProgress: tally.add,
    signal: context.signal,
  });
  if (kindOfTag(tag) !== 'moving') await unpack(context, store, { id: name, tag, source });
  return !held;
}

/** What is no skill, or several, stays as it came: installing unpacks it then. */
async function unpack(
  context: Context,
  store: Store,
  { id, tag, source }: { readonly id: string; readonly tag: string; readonly source: ReadOnlyTarget },
): Promise<void> {
  try {
    const artifact = await readArtifact(source, tag, { signal: context.signal });
    const opened = { artifact, target: store.content };
    const { name } = artifact.manifest;
    const version = versionOf(id, tag, opened);
    const tree = await bringIn(context, store, { name, scope: scopeOf(context, id, name), version, opened });
    // What came from no registry is found by its content alone.
    if (!id.startsWith(`${localRegistry}/`)) await remember(store, { id, key: tag, version, opened }, tree);
  } catch (error) {
    if (!isSkillsError(error, 'ERR_ARTIFACT_INVALID')) throw error;
    context.logger.debug({ reference: `${id}:${tag}`, error }, 'not unpacked');
  }
}
