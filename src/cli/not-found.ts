import type { Hook } from '@oclif/core';
import { SkillsError } from '../core/index.ts';
import { nearest } from './nearest.ts';

/**
 * Says which command was probably meant. Called by oclif when no command has the name: its id is all words up to the first
 * flag, the arguments of a mistyped command among them, and those of a topic's command that takes none.
 */
export const suggestCommand: Hook<'command_not_found'> = async ({ config, id }) => {
  const words = id.split(':');
  const known = config.commandIDs.map((name) => name.replaceAll(':', ' '));
  const isTopic = config.topics.some(({ name }) => name === words[0]);
  const typed = words.slice(0, isTopic ? 2 : 1).join(' ');
  if (known.includes(typed)) {
    throw new SkillsError('ERR_USAGE', `Unexpected argument: ${words.slice(2).join(' ')}`, {
      hint: `see "skills ${typed} --help"`,
    });
  }
  const meant = nearest(typed, known);
  throw new SkillsError('ERR_USAGE', `there is no command "skills ${typed}"`, {
    hint: meant === undefined ? 'see skills --help' : `did you mean "skills ${meant}"? All commands: skills --help`,
  });
};
