import { SkillsError } from '../../core/index.ts';

/** The error for a spec that cannot be read: what it was read as, and how it is written right. */
export function invalidSpec(text: string, why: string, hint?: string, cause?: unknown): SkillsError {
  return new SkillsError('ERR_REFERENCE_INVALID', `"${text}" is not understood: ${why}`, { hint, cause });
}
