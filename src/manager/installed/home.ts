import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { type Digest, isSkillsError, sha256 } from '../../core/index.ts';
import type { SkillManifest } from '../../manifest/index.ts';
import type { LockEntry } from '../../resolve/index.ts';
import type { Store } from '../../store/index.ts';
import type { Context } from '../context.ts';

/** The folder that an installed skill is read from. */
export interface Home {
  readonly path: string;
  readonly contentDigest: Digest;
}

const unknownContent = sha256('');

/**
 * The project's own files where they are, since agents and people edit them and mean what they edited; else the tree in
 * the store.
 */
export function homeOfEntry(
  { settings }: Context,
  store: Store,
  { name, version, path, contentDigest }: LockEntry,
): Home {
  const placed = resolve(settings.root, path);
  const tree =
    version === undefined ? undefined : store.findTree({ name, version, ...(contentDigest ? { contentDigest } : {}) });
  const own = settings.scope === 'project' && existsSync(placed);
  return {
    path: own ? placed : (tree?.path ?? placed),
    contentDigest: contentDigest ?? tree?.contentDigest ?? unknownContent,
  };
}

/** The manifest of an unpacked skill; nothing where its folder is gone or unreadable. */
export async function manifestAt(path: string): Promise<SkillManifest | undefined> {
  if (!existsSync(path)) return undefined;
  const [{ readSkill }, { openFolder }] = await Promise.all([
    import('../../manifest/index.ts'),
    import('../../pack/index.ts'),
  ]);
  try {
    const files = openFolder(path, { ignore: false });
    return readSkill({ folder: basename(path), paths: files.paths, read: (file) => files.read(file) }).manifest;
  } catch (error) {
    if (isSkillsError(error)) return undefined;
    throw error;
  }
}
