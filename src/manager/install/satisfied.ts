import { isDigest } from '../../core/index.ts';
import { findDifferences, findLocked, lockedPackage, normaliseRange } from '../../resolve/index.ts';
import type { Context } from '../context.ts';
import { namePlaces } from '../naming.ts';
import type { State } from './state.ts';
import type { Wish } from './wishes.ts';

export function namesOf(wishes: readonly Wish[]): readonly string[] {
  return wishes.map(({ requirement }) => requirement.name);
}

/** Whether the lock holds all that is asked for, so that nothing needs to be resolved. */
export function agrees(context: Context, state: State, typed: readonly Wish[], platform: string | undefined): boolean {
  if (state.lockText === undefined || findDifferences(state.project, state.lock, namePlaces(context)).length > 0)
    return false;
  return typed.every(({ requirement }) => satisfiedByLock(state, typed, requirement.name, platform));
}

/** A skill that is declared already, from the same package, at a version that fits what was typed. */
function satisfiedByLock(state: State, typed: readonly Wish[], name: string, platform: string | undefined): boolean {
  const wish = typed.find(({ requirement }) => requirement.name === name);
  const entry = findLocked(state.lock, name);
  const declared = state.project.skills.find((skill) => skill.name === name);
  if (!wish || !entry?.version || !declared || lockedPackage(entry) !== wish.requirement.packageId) return false;
  const { range } = wish.requirement;
  if (isDigest(range) && range !== entry.source.digest) return false;
  const { platform: locked } = entry.source;
  if (platform !== undefined && locked !== undefined && locked !== platform) return false;
  const { kind } = wish.spec;
  // A folder, a file or a layout on this machine may have changed since, and looking costs little.
  if (kind === 'folder' || kind === 'file' || kind === 'layout') return false;
  // "latest", where it is typed, asks for more than what is there.
  const asked = normaliseRange(wish.asked);
  return wish.asked === '' || (asked !== '*' && asked === normaliseRange(declared.version));
}

/**
 * Names that the lock does not hold where they are: what was typed and asks for more than the lock has, and what skills.json
 * asks for at another git ref by now. A range that changed moves a version only if the locked one lies outside of it.
 */
export function movedNames(
  state: State,
  declared: readonly Wish[],
  typed: readonly Wish[],
  platform: string | undefined,
): readonly string[] {
  const otherRef = declared.filter(
    ({ spec, asked, requirement }) =>
      spec.kind === 'git' && normaliseRange(findLocked(state.lock, requirement.name)?.range) !== normaliseRange(asked),
  );
  const fresh = namesOf(typed).filter((name) => !satisfiedByLock(state, typed, name, platform));
  return [...namesOf(otherRef), ...fresh];
}
