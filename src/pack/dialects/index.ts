export { annotationKeys } from './annotation-keys.ts';
export type {
  ArtifactFacts,
  ArtifactSource,
  Dialect,
  InventoryEntry,
} from './dialect.types.ts';
export { type ChosenLayers, selectLayers, titleOf } from './layers.ts';
export { dialects, selectDialect } from './table.ts';
