import { isSkillsError, type SkillsError } from '../../src/core/index.ts';

/** The SkillsError that `work` throws; anything else fails the test. */
export function errorOf(work: () => unknown): SkillsError {
  try {
    work();
  } catch (error) {
    if (isSkillsError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
