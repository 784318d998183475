import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { SkillsError } from '../core/index.ts';
import type { PackedSkill } from '../pack/index.ts';
import type { GitCommit, SkillSource, SourceContext, SourceKind } from './types.ts';

/** A folder or a package file (.spm, .tgz, .zip) of this machine: packed as a push would pack it, it has one version. */
export function openPathSource(path: string, kind: 'folder' | 'file', context: SourceContext): SkillSource {
  const absolute = resolve(context.cwd, path);
  checkThere(absolute, kind);
  return packedSource(kind, () => packPath(absolute));
}

/** What a packed source keeps for its life. */
export interface LoadedPackage extends AsyncDisposable {
  readonly packed: PackedSkill;
  readonly commit?: GitCommit;
}

/** A source that has exactly one version, packed when it is first asked for. */
export function packedSource(kind: SourceKind, load: () => Promise<LoadedPackage>): SkillSource {
  let loaded: Promise<LoadedPackage> | undefined;
  const loadOnce = () => {
    loaded ??= load();
    return loaded;
  };
  return {
    kind,
    keys: async () => [(await loadOnce()).packed.version],
    open: async () => {
      const { packed, commit } = await loadOnce();
      const { readArtifact } = await import('../pack/index.ts');
      const artifact = await readArtifact(packed.target, packed.descriptor.digest);
      return { artifact, target: packed.target, ...(commit ? { commit } : {}) };
    },
    [Symbol.asyncDispose]: async () => {
      const held = await loaded?.catch(() => undefined);
      await held?.[Symbol.asyncDispose]();
    },
  };
}

/** Packs a folder or package file; disposal removes what it needed meanwhile. */
export async function packPath(path: string): Promise<LoadedPackage> {
  const [{ openPackage }, { packFolder }] = await Promise.all([import('../pack/index.ts'), import('./pack-folder.ts')]);
  const folder = await openPackage(path);
  try {
    const { packed } = await packFolder(folder);
    return {
      packed,
      [Symbol.asyncDispose]: async () => {
        await packed[Symbol.asyncDispose]();
        await folder[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    throw error;
  }
}

function checkThere(path: string, kind: 'folder' | 'file'): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat && (kind === 'folder') === stat.isDirectory()) return;
  throw new SkillsError('ERR_NOT_FOUND', stat ? `${path} is not a ${kind}` : `${path} is not there`, {
    hint: kind === 'folder' ? 'name a folder that holds a SKILL.md' : 'name a .spm, .tgz or .zip file',
  });
}
