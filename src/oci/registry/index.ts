export type { Question, Reply } from './ask.ts';
export { parseChallenges } from './challenge.ts';
export { RemoteRegistry } from './registry.ts';
export { RemoteRepository } from './repository.ts';
export { type Mirror, type RegistryOptions, speaksPlain } from './settings.ts';
