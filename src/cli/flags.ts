import { Flags } from '@oclif/core';

/** Flags of every command. */
export const commonFlags = {
  quiet: Flags.boolean({ char: 'q', summary: 'Print the result only', helpGroup: 'GLOBAL' }),
  verbose: Flags.boolean({
    summary: 'Print what happens underneath, as JSON lines on standard error',
    helpGroup: 'GLOBAL',
  }),
  home: Flags.directory({
    summary: "The store's folder (default: SKILLS_HOME or ~/.skills)",
    helpValue: 'DIR',
    helpGroup: 'GLOBAL',
  }),
};

/** Flags of commands that work on a project. */
export const projectFlags = {
  project: Flags.directory({ summary: 'The project folder (default: the nearest with skills.json)', helpValue: 'DIR' }),
  global: Flags.boolean({ char: 'g', summary: 'For all projects of this user, not for one', exclusive: ['project'] }),
};

/** Flags of commands that talk to registries. */
export const remoteFlags = {
  registry: Flags.string({
    char: 'r',
    summary: 'The registry for bare names: a prefix such as ghcr.io/acme/skills, or a configured name',
    helpValue: 'PREFIX',
  }),
  'plain-http': Flags.string({
    summary: 'Speak plain http with this host (loopback needs no flag)',
    helpValue: 'HOST',
    multiple: true,
    multipleNonGreedy: true,
  }),
};

/** Flags of commands that may ask the search index. */
export const indexFlags = {
  index: Flags.string({ summary: "The search index's address", helpValue: 'URL', env: 'SKILLS_INDEX' }),
};

export const offlineFlag = {
  offline: Flags.boolean({ summary: 'Use what is stored already; never the network' }),
};
