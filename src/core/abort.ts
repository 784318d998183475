import { SkillsError } from './errors.ts';

/** What an aborted `signal` means to a caller, whatever its reason is. */
export function interrupted(signal: AbortSignal): SkillsError {
  return new SkillsError('ERR_INTERRUPTED', 'Stopped before it was done', { cause: signal.reason });
}

/** @throws SkillsError ERR_INTERRUPTED where `signal` is aborted. */
export function checkAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw interrupted(signal);
}
