export type { Question, Reply } from './ask.ts';
export { parseChallenges } from './challenge.ts';
export type { Mirror } from './mirrors.ts';
export { RemoteRegistry } from './registry.ts';
export { RemoteRepository } from './repository.ts';
export type { RegistryOptions } from './settings.ts';
