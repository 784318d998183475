export { type CredentialSource, type Credentials, firstCredentials } from './credentials.ts';
export { type DockerCredentialOptions, dockerCredentials } from './docker-credentials.ts';
export { RemoteRegistry } from './registry.ts';
export { RemoteRepository } from './repository.ts';
export type { RegistryOptions } from './settings.ts';
