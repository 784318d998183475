import { TrustError } from '../../core/index.ts';

/** The flag that lets a name change its source. */
const acceptSourceFlag = '--accept-source';

/**
 * Holds a name to the source that it was first installed from: a skill of the same name elsewhere is never taken for it.
 *
 * @param lockedSource the packageId in the lock; undefined for a name that is new here
 * @throws TrustError ERR_UNTRUSTED
 */
export function checkSource(name: string, lockedSource: string | undefined, newSource: string): void {
  if (lockedSource === undefined || lockedSource === newSource) return;
  throw new TrustError('ERR_UNTRUSTED', `${name} is bound to ${lockedSource}, and would now come from ${newSource}`, {
    hint: `if the move is meant, repeat the command with ${acceptSourceFlag} ${name}`,
    data: { name, lockedSource, newSource },
  });
}
