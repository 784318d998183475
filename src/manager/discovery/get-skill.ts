import type { SkillDetail } from '../../api/index.ts';
import type { Context } from '../context.ts';

/** What the index says of a skill. @throws SkillsError ERR_NO_REGISTRY, ERR_NOT_FOUND */
export async function getSkill(context: Context, name: string, version: string | undefined): Promise<SkillDetail> {
  const index = await context.requireIndex();
  return index.getSkill(name, version);
}
