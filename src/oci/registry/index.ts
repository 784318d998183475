export { RemoteRegistry } from './registry.ts';
export { RemoteRepository } from './repository.ts';
export type { RegistryOptions } from './settings.ts';
