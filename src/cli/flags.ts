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

/** Flags that say who asks a registry. */
export const credentialFlags = {
  'registry-config': Flags.string({
    summary: "File with credentials, in the form of docker's config.json, before all others; may be repeated",
    helpValue: 'FILE',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: 'CREDENTIALS',
  }),
  username: Flags.string({
    summary: 'Who asks the one registry that the command names; stored nowhere (see skills login)',
    helpValue: 'NAME',
    helpGroup: 'CREDENTIALS',
  }),
  'password-stdin': Flags.boolean({
    summary: 'Read the password or token of --username from standard input',
    exclusive: ['identity-token-stdin'],
    helpGroup: 'CREDENTIALS',
  }),
  'identity-token-stdin': Flags.boolean({
    summary: 'Read an identity token from standard input, in place of --username',
    exclusive: ['username'],
    helpGroup: 'CREDENTIALS',
  }),
};

/** Flags that say how hosts are reached. For good they belong into the configuration: `skills config set hosts.HOST.ca FILE`. */
export const transportFlags = {
  'plain-http': Flags.string({
    summary: 'Speak plain http with this host (loopback needs no flag)',
    helpValue: 'HOST',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: 'CONNECTION',
  }),
  'ca-file': Flags.string({
    summary: 'PEM file of a certificate authority to trust besides the usual ones; may be repeated',
    helpValue: 'FILE',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: 'CONNECTION',
  }),
  'cert-file': Flags.string({
    summary: 'PEM file of the certificate to show to registries',
    helpValue: 'FILE',
    dependsOn: ['key-file'],
    helpGroup: 'CONNECTION',
  }),
  'key-file': Flags.string({
    summary: 'PEM file of the private key of --cert-file',
    helpValue: 'FILE',
    dependsOn: ['cert-file'],
    helpGroup: 'CONNECTION',
  }),
  insecure: Flags.string({
    summary: 'Do not check the certificate of this host: for finding out what is wrong, never for good',
    helpValue: 'HOST',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: 'CONNECTION',
  }),
};

/** Flags of commands that talk to registries. */
export const remoteFlags = {
  registry: Flags.string({
    char: 'r',
    summary: 'The registry for bare names: a prefix such as ghcr.io/acme/skills, or a configured name',
    helpValue: 'PREFIX',
  }),
  ...transportFlags,
  ...credentialFlags,
};

/** Flags of commands that name registries at both ends: credentials for one of them alone would be anybody's guess. */
export const endFlags = { ...transportFlags, 'registry-config': credentialFlags['registry-config'] };

export const concurrencyFlag = {
  concurrency: Flags.integer({ summary: 'Pieces of content on their way at once', min: 1, max: 64 }),
};

/** Flags of commands that may ask the search index. */
export const indexFlags = {
  index: Flags.string({ summary: "The search index's address", helpValue: 'URL', env: 'SKILLS_INDEX' }),
};

export const offlineFlag = {
  offline: Flags.boolean({ summary: 'Use what is stored already; never the network' }),
};

const platform = Flags.string({
  summary: 'Of what has other files for each platform: linux/amd64, linux/arm64, …',
  helpValue: 'OS/ARCH',
});

/** Flag of commands that install artifacts. */
export const platformFlag = { platform };

/** Flags of commands that read one skill out of an artifact. */
export const artifactFlags = {
  platform,
  skill: Flags.string({ char: 's', summary: 'Which skill of an artifact that holds several', helpValue: 'NAME' }),
};
