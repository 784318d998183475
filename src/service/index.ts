export { type IndexServer, type RegistryChoice, type ServeIndexOptions, serveIndex } from './serve-index.ts';
