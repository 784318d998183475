import { SkillsError } from './errors.ts';

/** What an aborted `signal` means to a caller, whatever its reason is. */
export function interrupted(signal: AbortSignal): SkillsError {
  return new SkillsError('ERR_INTERRUPTED', 'Stopped before it was done', { cause: signal.reason });
}

/** @throws SkillsError ERR_INTERRUPTED where `signal` is aborted. */
export function checkAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw interrupted(signal);
}

/**
 * Waits for `work` until `signal` aborts; the work goes on, for others may wait for it too.
 *
 * @throws SkillsError ERR_INTERRUPTED, or what `work` rejects with.
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(interrupted(signal));
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
