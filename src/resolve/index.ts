export { checkAgreement, findDifferences } from './lock/agreement.ts';
export { type LockRemoval, removeFromLock, updateLock } from './lock/change.ts';
export { formatLock } from './lock/format.ts';
export {
  emptyLock,
  findLocked,
  isOciEntry,
  type LockEntry,
  type LockedBlob,
  type LockedDependency,
  type LockedOther,
  type LockedSkill,
  type Lockfile,
  lockEntries,
  lockedPackage,
  type OciSource,
  type OtherSource,
  type OtherSourceType,
  ociSource,
} from './lock/model.ts';
export { readLock } from './lock/read.ts';
export { checkSource } from './project/bind.ts';
export { addSkill, editProject, type ProjectEdit, removeSkills, setProjectValue } from './project/edit.ts';
export {
  emptyProject,
  type ProjectSkill,
  type RegistryEntry,
  type SkillEdit,
  type SkillsProject,
} from './project/model.ts';
export {
  type DependencyPlaces,
  isOfThisMachine,
  type NamePlaces,
  noPlace,
  placeDependency,
  placeSpec,
} from './project/place.ts';
export { readProject, specOfEntry } from './project/read.ts';
export { readPrefix } from './project/registries.ts';
export type {
  PackageDependency,
  PackageManifest,
  Requirement,
  SkippedDependency,
  Solution,
  SolvedDependency,
  SolvedPackage,
  SolveOptions,
  VersionPort,
} from './solve/port.ts';
export { solve } from './solve/solve.ts';
export { formatSpec, sourceOf, versionAsked } from './specs/format.ts';
export { parseSpec } from './specs/parse.ts';
export type { FileSpec, FolderSpec, GitSpec, LayoutSpec, NameSpec, OciSpec, Spec, UrlSpec } from './specs/spec.ts';
export { compareVersions } from './versions/compare.ts';
export {
  isSelector,
  matchingVersions,
  newestMatching,
  normaliseRange,
  rangeToSave,
  readSelector,
  type Selector,
  satisfiesRange,
  sortVersions,
} from './versions/ranges.ts';
export { movingTags, tagOf, versionOfTag, versionTags } from './versions/tags.ts';
