import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isSkillsError, plainText } from '../core/index.ts';

/** Whether somebody sits in front of it who can answer. */
export function canAsk(): boolean {
  return Boolean(process.stdin.isTTY && process.stderr.isTTY) && !process.env.CI;
}

/**
 * Whether the files of the first install are to be committed with the project.
 *
 * Undefined where nobody can answer, or git has nothing to do with the folder: then nothing is decided.
 */
export async function askToKeep(root: string): Promise<'vendor' | 'ignore' | undefined> {
  if (!canAsk() || !existsSync(join(root, '.git'))) return undefined;
  const { select } = await import('@inquirer/prompts');
  return select(
    {
      message: 'The installed skills are files in .agents/skills. What should git do with them?',
      choices: [
        { name: 'commit them: a clone has them at once', value: 'vendor' as const },
        { name: 'ignore them: a clone runs "skills install"', value: 'ignore' as const },
      ],
    },
    { output: process.stderr },
  );
}

/** Which skills of a repository that has several; undefined where `error` does not ask that, or nobody can answer. */
export async function askWhichSkills(error: unknown): Promise<readonly string[] | undefined> {
  const several =
    isSkillsError(error, 'ERR_USAGE') || (isSkillsError(error) && error.data?.reason === 'several-skills');
  const offered = several ? error.data?.offered : undefined;
  if (!Array.isArray(offered) || !canAsk()) return undefined;
  const { checkbox } = await import('@inquirer/prompts');
  return checkbox(
    {
      message: 'The repository has several skills. Which ones?',
      choices: offered.map((path: string) => ({ name: path || '(root)', value: path })),
      required: true,
      pageSize: 15,
    },
    { output: process.stderr },
  );
}

/** A yes or no; no unless yes is said. */
export async function confirm(message: string): Promise<boolean> {
  const { confirm: ask } = await import('@inquirer/prompts');
  return ask({ message: plainText(message), default: false }, { output: process.stderr });
}
