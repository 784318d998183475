export { annotationKeys } from './agentskills-write.ts';
export type {
  ArtifactFacts,
  ArtifactParts,
  ArtifactSource,
  Dialect,
  InventoryEntry,
  WrittenArtifact,
} from './dialect.types.ts';
export { type ChosenLayers, selectLayers, titleOf } from './layers.ts';
export { dialects, selectDialect } from './table.ts';
