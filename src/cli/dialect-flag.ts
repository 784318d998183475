import { Flags } from '@oclif/core';

/** The dialects that skills are written in. */
export const dialects = ['agentskills', 'image'] as const;

/** For commands that write several at once. */
export const dialectFlag = {
  dialect: Flags.option({
    options: dialects,
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
    summary: 'The form to push: agentskills (default), image, or both with a comma; may be repeated',
  })(),
};
