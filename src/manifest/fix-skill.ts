import { decodeText } from '../core/index.ts';
import { applyFixes, type Problem, type TextFix } from './problem.ts';
import { type ReadSkillOptions, type ReadSkillResult, readSkill } from './read-skill.ts';
import type { SkillFiles } from './skill-files.ts';

export interface FixedSkill {
  /** New texts of the files that change, by path. */
  readonly changed: ReadonlyMap<string, string>;
  /** The problems that are gone. */
  readonly fixed: readonly Problem[];
  /** The skill as it then reads. */
  readonly result: ReadSkillResult;
}

/** A fix can make room for the next one (a second field that moves into the same map). */
const maxPasses = 20;

/** Applies every fix that a skill's problems offer, again until none is left. Writes nothing: `changed` says what to write. */
export function fixSkill(files: SkillFiles, options: ReadSkillOptions = {}): FixedSkill {
  const changed = new Map<string, string>();
  const fixed: Problem[] = [];
  const now: SkillFiles = {
    folder: files.folder,
    paths: files.paths,
    read: (path) => (changed.has(path) ? new TextEncoder().encode(changed.get(path)) : files.read(path)),
  };
  let result = readSkill(now, options);
  for (let pass = 0; pass < maxPasses; pass++) {
    const mendable = result.problems.filter(({ fix }) => fix !== undefined);
    if (mendable.length === 0) break;
    for (const [file, fixes] of Map.groupBy(
      mendable.flatMap(({ fix }) => fix ?? []),
      (fix) => fix.file,
    )) {
      changed.set(file, fixedText(now, file, fixes));
    }
    const next = readSkill(now, options);
    const left = new Set(next.problems.map(keyOf));
    fixed.push(...mendable.filter((problem) => !left.has(keyOf(problem))));
    result = next;
  }
  return { changed, fixed, result };
}

function fixedText(files: SkillFiles, file: string, fixes: readonly TextFix[]): string {
  return applyFixes(decodeText(files.read(file) ?? new Uint8Array(), file), fixes);
}

function keyOf({ file, rule, message }: Problem): string {
  return [file, rule, message].join('\0');
}
