import { type Cancellable, interrupted, isSkillsError, type SkillsError } from '../../core/index.ts';

export interface RetryOptions extends Cancellable {
  readonly retries: number;
  /** Milliseconds. */
  readonly retryDelay: number;
}

/** Longest wait that is obeyed. A registry that asks for more is given up. */
const longestWait = 60_000;
const longestBackoff = 8_000;

const passingStatuses = new Set([408, 429, 500, 502, 503, 504]);

/** Whether the registry may well answer otherwise a moment later. */
export function isTransient(error: unknown): error is SkillsError {
  if (!isSkillsError(error, 'ERR_NETWORK', 'ERR_REGISTRY', 'ERR_RATE_LIMITED')) return false;
  return error.data?.transient === true || passingStatuses.has(Number(error.data?.status));
}

/**
 * Runs `work` until it succeeds, fails for good, or has been repeated `retries` times. Waits as long as the registry's
 * Retry-After says, else a random time below a bound that doubles ("full jitter").
 */
export async function retrying<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= options.retries || !isTransient(error)) throw error;
      await pauseBefore(attempt, error, options);
    }
  }
}

/**
 * Waits before a repetition, the first of which is 0.
 *
 * @throws the error itself where the registry asks for a longer wait than is obeyed; SkillsError ERR_INTERRUPTED
 */
export async function pauseBefore(
  attempt: number,
  error: SkillsError,
  { retryDelay, signal }: Pick<RetryOptions, 'retryDelay' | 'signal'>,
): Promise<void> {
  const wait = waitFor(error, attempt, retryDelay);
  if (wait > longestWait) throw error;
  await pause(wait, signal);
}

function waitFor(error: SkillsError, attempt: number, retryDelay: number): number {
  const asked = error.data?.retryAfterMs;
  if (typeof asked === 'number') return asked;
  return Math.random() * Math.min(retryDelay * 2 ** attempt, longestBackoff);
}

/** Milliseconds of a Retry-After header: seconds or a date (RFC 9110 section 10.2.3). */
export function parseRetryAfter(value: string | undefined, now: number = Date.now()): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** @throws SkillsError ERR_INTERRUPTED */
function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      if (signal) reject(interrupted(signal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
