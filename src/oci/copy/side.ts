import { SkillsError, TrustError, toSkillsError } from '../../core/index.ts';

export type Side = 'source' | 'destination';

/** Runs what one side does; its failure says which side it was. */
export async function onSide<T>(side: Side, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw withSide(side, error);
  }
}

/** The same error, its message led by the side that failed. What names a side already, or is an interruption, stays. */
export function withSide(side: Side, thrown: unknown): SkillsError {
  const error = toSkillsError(thrown);
  if (error.code === 'ERR_INTERRUPTED' || error.data?.side !== undefined) return error;
  // `transient` is left out: the side has repeated what it could, so the other need not
  const { transient: _, ...facts } = error.data ?? {};
  const details = { hint: error.hint, cause: error, data: { ...facts, side } };
  const message = `${side}: ${error.message}`;
  return error instanceof TrustError && (error.code === 'ERR_DIGEST_MISMATCH' || error.code === 'ERR_UNTRUSTED')
    ? new TrustError(error.code, message, details)
    : new SkillsError(error.code, message, details);
}
