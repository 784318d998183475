import type { Problem } from './problem.ts';
import type { Draft } from './reading/draft.ts';
import type { Rule } from './rules.ts';
import type { SkillFiles } from './skill-files.ts';

/** What seed 002 demands of a package: SKILL.md, skill.yaml with a version, and docs/. */
export function checkSpmProfile({ paths }: SkillFiles, drafts: readonly Draft[]): Problem[] {
  const demands: readonly (readonly [boolean, Rule, string, string])[] = [
    [paths.includes('SKILL.md'), 'spm/skill-md', 'SKILL.md', 'write one, or run skills init'],
    [paths.includes('skill.yaml'), 'spm/skill-yaml', 'skill.yaml', 'run skills init --from-skill-md'],
    [paths.some((path) => path.startsWith('docs/')), 'spm/docs', 'docs/README.md', 'describe how the skill is used'],
  ];
  const problems = demands
    .filter(([met]) => !met)
    .map(([, rule, file, mend]): Problem => {
      return { grade: 'error', file, rule, message: `the spm profile demands ${file}, and it is not there`, mend };
    });
  if (!drafts.some(({ fields }) => fields.version !== undefined)) {
    problems.push({
      grade: 'error',
      file: 'skill.yaml',
      rule: 'spm/version',
      message: 'the spm profile demands a version, and none is stated',
      mend: 'add version: 1.0.0',
    });
  }
  return problems;
}
