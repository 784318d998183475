export { acceptSourceFlag, checkSource } from './project/bind.ts';
export { addSkill, editProject, type ProjectEdit, removeSkills, setProjectValue } from './project/edit.ts';
export {
  emptyProject,
  type ProjectSkill,
  type RegistryEntry,
  type SkillEdit,
  type SkillsProject,
} from './project/model.ts';
export { type DependencyPlaces, type NamePlaces, noPlace, placeDependency, placeSpec } from './project/place.ts';
export { readProject, specOfEntry } from './project/read.ts';
export { readPrefix } from './project/registries.ts';
export { formatSpec, sourceOf, versionAsked } from './specs/format.ts';
export { parseSpec } from './specs/parse.ts';
export type { FileSpec, FolderSpec, GitSpec, LayoutSpec, NameSpec, OciSpec, Spec, UrlSpec } from './specs/spec.ts';
export { compareVersions, readVersion } from './versions/compare.ts';
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
