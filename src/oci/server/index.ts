export { type RegistryServer, type RegistryServerOptions, serveRegistry } from './serve.ts';
