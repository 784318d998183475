import type { Hook } from '@oclif/core';
import { SkillsError } from '../core/index.ts';
import { nearest } from './nearest.ts';

/** Says which command was probably meant. Called by oclif when no command has the name. */
export const suggestCommand: Hook<'command_not_found'> = async ({ config, id }) => {
  const words = id.replaceAll(':', ' ');
  const known = config.commandIDs.map((name) => name.replaceAll(':', ' '));
  const meant = nearest(words, known);
  throw new SkillsError('ERR_USAGE', `there is no command "skills ${words}"`, {
    hint: meant === undefined ? 'see skills --help' : `did you mean "skills ${meant}"? All commands: skills --help`,
  });
};
