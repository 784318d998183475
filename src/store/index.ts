export {
  type AgentSurroundings,
  type DetectedAgent,
  detectAgents,
  globalSkillsDir,
} from './agents/detect.ts';
export { type AgentNotice, describeAgents } from './agents/notice.ts';
export {
  type AgentLink,
  type AgentPlace,
  chooseAgents,
  globalPlaces,
  projectPlacer,
  projectPlaces,
  requireInside,
} from './agents/places.ts';
export { findAgent, listAgents } from './agents/table.ts';
export type { Agent } from './agents/types.ts';
export type { CachedAnswer } from './cache/metadata.ts';
export type { VendorChoice } from './choice.ts';
export { type FillReport, fillDest } from './dest/fill.ts';
export { type DestEntry, readDest } from './dest/installed.ts';
export { defaultHome, type StorePaths } from './home.ts';
export { ignoreChange } from './ignore.ts';
export { findEntry } from './installed/find.ts';
export { type IndexEntry, type InstalledIndex, withEntry, withoutEntry } from './installed/index-file.ts';
export type { InstalledSkills } from './installed/installed.ts';
export type { Change } from './journal/commit.ts';
export type { FileChange } from './journal/types.ts';
export type { PlaceChange, PlaceExpectation, PlaceState } from './places/types.ts';
export { openStore, type Store, type StoreOptions } from './store.ts';
export type { StoredTree, TreeKey } from './tree/types.ts';
