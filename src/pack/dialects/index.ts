export { annotationKeys } from './annotation-keys.ts';
export type {
  ArtifactFacts,
  ArtifactSource,
  Dialect,
  InventoryEntry,
} from './dialect.types.ts';
export { isRecord } from './json-record.ts';
export { type ChosenLayers, selectLayers, titleOf } from './layers.ts';
export { textOf, unreadable } from './stated.ts';
export { selectDialect } from './table.ts';
