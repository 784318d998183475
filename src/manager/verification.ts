import type { Descriptor, ReadOnlyTarget } from '../core/index.ts';
import type { Context } from './context.ts';

/** What a policy says of an artifact. The only one so far does not check signatures. */
export interface Verdict {
  readonly status: 'not checked';
}

/** Judges an artifact by the policy that holds here. */
export async function verify(_context: Context, _artifact: Descriptor, _target: ReadOnlyTarget): Promise<Verdict> {
  return { status: 'not checked' };
}

/**
 * The step of `copy` between the content and its tag: what the policy refuses is never tagged.
 *
 * Every way into the store and into a registry goes through here, so that trust has one place to live.
 */
export function verifyBeforeTag(context: Context): (artifact: Descriptor, target: ReadOnlyTarget) => Promise<void> {
  return async (artifact, target) => {
    const { status } = await verify(context, artifact, target);
    context.logger.debug({ digest: artifact.digest, status }, 'verified');
  };
}
