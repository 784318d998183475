import { Flags } from '@oclif/core';
import type { CollectionWords } from '../manager/index.ts';
import { remoteFlags } from './flags.ts';

/** Flags of every command that stores a collection. */
export const collectionStoreFlags = {
  ...remoteFlags,
  version: Flags.string({ summary: 'The version of the collection (default: the next)', helpValue: 'X.Y.Z' }),
  sparse: Flags.boolean({
    summary: 'Store the list alone and leave the skills where they are; most registries refuse that',
  }),
  'dry-run': Flags.boolean({ char: 'n', summary: 'Do all but change the registry' }),
};

/** Flags of those that say what it is, too. */
export const collectionFlags = {
  ...collectionStoreFlags,
  name: Flags.string({
    summary: "The collection's name (default: the last part of the repository)",
    helpValue: 'NAME',
  }),
  title: Flags.string({ summary: 'A name for people', helpValue: 'TEXT' }),
  description: Flags.string({ summary: 'What it is for', helpValue: 'TEXT' }),
  source: Flags.string({ summary: 'Where it is made: an address', helpValue: 'URL' }),
  revision: Flags.string({ summary: 'From which commit it is made', helpValue: 'COMMIT' }),
};

/** The flags as the manager takes them. */
export function collectionWords({
  'dry-run': dryRun,
  ...flags
}: CollectionWords & { readonly 'dry-run': boolean }): CollectionWords {
  const { version, sparse, name, title, description, source, revision } = flags;
  return { version, sparse, dryRun, name, title, description, source, revision };
}
