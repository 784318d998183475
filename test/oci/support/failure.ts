import { expect } from 'chai';
import { type ErrorCode, SkillsError } from '../../../src/core/index.ts';

/** The SkillsError that `work` fails with; it must have this code, and a message of this form. */
export async function failureOf(work: () => unknown, code: ErrorCode, message: RegExp = /./): Promise<SkillsError> {
  let thrown: unknown;
  try {
    await work();
  } catch (error) {
    thrown = error;
  }
  expect(thrown, 'it should have failed').to.be.instanceOf(SkillsError);
  const error = thrown as SkillsError;
  expect(error.code, error.message).to.equal(code);
  expect(error.message).to.match(message);
  return error;
}

export async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

export async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.concat(await listOf(stream)).toString('utf8');
}
