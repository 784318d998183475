import { expect } from 'chai';
import { type ErrorCode, SkillsError } from '../../src/core/index.ts';

/** Waits for a failure and holds its code and message to what is expected; gives it for a closer look. */
export async function expectError(work: Promise<unknown>, code: ErrorCode, message: RegExp): Promise<SkillsError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error, 'it should have failed').to.be.instanceOf(SkillsError);
  const failure = error as SkillsError;
  expect(failure.code, `${failure.message}\n${failure.stack}`).to.equal(code);
  expect(failure.message).to.match(message);
  return failure;
}
