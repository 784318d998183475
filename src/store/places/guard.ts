import { SkillsError } from '../../core/index.ts';
import { type CheckContext, checkPlace } from './check.ts';
import type { PlaceChange, PlaceExpectation, PlaceState } from './types.ts';

/**
 * The changes that have something to do. Asked before anything is touched.
 *
 * @throws SkillsError ERR_NOT_OURS for a place that is not ours; ERR_CONFLICT for one that was edited, without `force`,
 * and for two changes of one place.
 */
export function guardPlaces(changes: readonly PlaceChange[], context: CheckContext): PlaceChange[] {
  const seen = new Set<string>();
  return changes.filter((change) => {
    if (seen.has(change.path)) throw new SkillsError('ERR_CONFLICT', `${change.path} would be written twice`);
    seen.add(change.path);
    return needsWork(change, checkPlace(expectationOf(change), context));
  });
}

function expectationOf(change: PlaceChange): PlaceExpectation {
  const { path, ours, was } = change;
  const base = { path, ours, was };
  if (change.kind === 'copy') {
    return { ...base, kind: 'copy', contentDigest: change.tree.contentDigest, files: change.tree.files };
  }
  return change.kind === 'link' ? { ...base, kind: 'link', target: change.target } : base;
}

function needsWork(change: PlaceChange, state: PlaceState): boolean {
  if (state === 'missing') return change.kind !== 'remove';
  if (state === 'foreign') throw notOurs(change.path);
  if (state === 'changed' && !change.force) throw edited(change.path);
  return state !== 'same' || change.kind === 'remove';
}

function notOurs(path: string): SkillsError {
  return new SkillsError('ERR_NOT_OURS', `${path} was not installed by skills; it is left alone`, {
    hint: 'move it away or rename it, and run the command again',
    data: { path },
  });
}

function edited(path: string): SkillsError {
  return new SkillsError('ERR_CONFLICT', `${path} was edited since it was installed; it is left alone`, {
    hint: 'keep your edits by moving the folder away, or lose them with --force',
    data: { path },
  });
}
