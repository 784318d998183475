import { lastSegment } from '../../core/index.ts';
import { checkSource, findLocked, type Lockfile, lockedPackage } from '../../resolve/index.ts';
import type { State } from './state.ts';

/**
 * Holds names to the sources that they were first installed from, whether they were typed, stand in skills.json or are only
 * required by others.
 *
 * @param accepted names that may move
 * @throws TrustError ERR_UNTRUSTED
 */
export function checkBindings(
  lock: Lockfile,
  wanted: readonly { readonly name: string; readonly packageId: string }[],
  accepted: readonly string[],
): void {
  for (const { name, packageId } of wanted) {
    // A dependency may be named with its place: host/prefix/name.
    const own = lastSegment(name);
    if (accepted.includes(own)) continue;
    const entry = findLocked(lock, own);
    checkSource(own, entry && lockedPackage(entry), packageId);
  }
}

/** What the project itself lists decides where dependencies of the same name come from. */
export function overridesOf({ project, lock }: State): ReadonlyMap<string, string> {
  const bound = project.skills.flatMap(({ name }) => {
    const entry = findLocked(lock, name);
    return entry ? [[name, lockedPackage(entry)] as const] : [];
  });
  return new Map(bound);
}
