import { SkillsError, TrustError } from '../../core/index.ts';
import { isOciEntry, type LockEntry } from '../../resolve/index.ts';
import type { SourcePool } from '../../sources/index.ts';
import type { Store, StoredTree } from '../../store/index.ts';
import type { Context } from '../context.ts';
import { bringIn } from './bring.ts';
import { openHeld, openPinned } from './packages.ts';

/**
 * Brings exactly what a lock entry pins into the store: from the store where it is there, else from its source.
 *
 * @throws TrustError ERR_DIGEST_MISMATCH where the source has other content by now.
 */
export async function bringLocked(
  context: Context,
  store: Store,
  pool: SourcePool,
  entry: LockEntry,
  scope: string | undefined,
): Promise<StoredTree> {
  const { name, version, contentDigest } = entry;
  if (version !== undefined && contentDigest) {
    const found = store.findTree({ name, version, contentDigest, ...(scope ? { scope } : {}) });
    if (found) return found;
  }
  const opened = (await openHeld(store, entry)) ?? (await openPinned(pool, entry));
  const actual =
    version ??
    opened.artifact.version ??
    opened.artifact.manifest.version ??
    (isOciEntry(entry) ? entry.source.tag : undefined);
  if (actual === undefined)
    throw new SkillsError('ERR_LOCK_INVALID', `skills.lock.json: ${name} has no version`, {
      hint: 'run "skills update" to write it',
    });
  if (contentDigest && opened.artifact.contentDigest && opened.artifact.contentDigest !== contentDigest) {
    throw new TrustError(
      'ERR_DIGEST_MISMATCH',
      `${name}: its source holds ${opened.artifact.contentDigest} now, the lock pins ${contentDigest}`,
      {
        hint: `if the new content is meant, run "skills update ${name}"`,
        data: { expected: contentDigest, actual: opened.artifact.contentDigest },
      },
    );
  }
  return bringIn(context, store, { name, scope, version: actual, opened });
}
