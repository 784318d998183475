import { interrupted, isSkillsError, toSkillsError } from '../core/index.ts';
import type { Context } from './context.ts';

/** Runs a verb: whatever goes wrong in it, the caller gets a SkillsError. */
export async function settle<T>({ signal }: Context, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw signal?.aborted && !isSkillsError(error) ? interrupted(signal) : toSkillsError(error);
  }
}
