import { SkillsError } from '../../core/index.ts';
import { parseSpec } from '../../resolve/index.ts';
import type { OfferedSkill } from '../../sources/index.ts';
import type { Context } from '../context.ts';

export async function offered(context: Context, text: string): Promise<readonly OfferedSkill[]> {
  const spec = parseSpec(text);
  if (spec.kind !== 'git') {
    throw new SkillsError('ERR_USAGE', `"${text}" is not a git repository: it holds one skill`, {
      hint: 'look at it with "skills inspect"',
    });
  }
  await using pool = await context.sources();
  return await pool.offered(spec);
}
