export type {
  ArtifactFacts,
  ArtifactParts,
  ArtifactSource,
  Dialect,
  WrittenArtifact,
} from './dialect.types.ts';
export { dialects, selectDialect } from './table.ts';
