import { type Cancellable, canChange, type Target } from '../../core/index.ts';

/** Makes several changes: where the target can, in one step, all or none. */
export function inOneStep<T>(
  target: Target,
  work: (inside: Target) => Promise<T>,
  { signal }: Cancellable,
): Promise<T> {
  return canChange(target) ? target.change(work, { signal }) : work(target);
}
