import { expect } from 'chai';
import { type ErrorCode, SkillsError } from '../../../src/core/index.ts';

/** The error that `work` fails with; fails itself where there is none, or one of another kind. */
export async function failureOf(work: () => unknown): Promise<SkillsError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof SkillsError) return error;
    throw error;
  }
  throw new Error('expected a failure, and there was none');
}

export async function expectFailure(work: () => unknown, code: ErrorCode, reason?: string): Promise<SkillsError> {
  const error = await failureOf(work);
  expect(error.code, error.message).to.equal(code);
  if (reason !== undefined) expect(error.data?.reason, error.message).to.equal(reason);
  return error;
}
