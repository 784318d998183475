import { join } from 'node:path';
import { packedSource } from '../path.ts';
import type { OfferedSkill, SkillSource } from '../types.ts';
import type { Checkout } from './checkout.ts';
import { chooseFolder, escapePattern, offeredSkills } from './discover.ts';

export interface GitSpec {
  readonly url: string;
  readonly ref?: string;
  /** Folder in the repository, or a skill's name. */
  readonly path?: string;
}

/** A skill in a git repository, at the commit that its ref stands for now; it has one version. */
export function openGitSource(spec: GitSpec, checkOutOnce: () => Promise<Checkout>): SkillSource {
  return packedSource('git', async () => loadFrom(await checkOutOnce(), spec));
}

/** What a repository offers, for choosing. */
export async function listGitSkills(spec: GitSpec, checkout: Checkout): Promise<readonly OfferedSkill[]> {
  const offered = await offeredSkills(checkout);
  const within = spec.path?.replace(/^\/+|\/+$/g, '');
  return within ? offered.filter(({ path }) => path === within || path.startsWith(`${within}/`)) : offered;
}

async function loadFrom(checkout: Checkout, spec: GitSpec) {
  const path = chooseFolder(checkout.paths, spec.path, spec.url);
  await checkout.bring([path ? `${escapePattern(`/${path}`)}/` : '/*']);
  const [{ openFolder }, { packFolder }] = await Promise.all([
    import('../../pack/index.ts'),
    import('../pack-folder.ts'),
  ]);
  const { packed } = await packFolder(openFolder(join(checkout.root, path)));
  return {
    packed,
    commit: { commit: checkout.commit, path },
    [Symbol.asyncDispose]: async () => packed[Symbol.asyncDispose](),
  };
}
