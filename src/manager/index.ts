export type { SearchResults, SkillDetail, SkillSummary, TagCount } from '../api/index.ts';
export type { Problem, SkillFiles, SkillManifest } from '../manifest/index.ts';
export type { CredentialSource, Credentials } from '../oci/index.ts';
export type { FileRecord } from '../pack/index.ts';
export type { DeclaredTool, Skill } from '../runtime/index.ts';
export type { OfferedSkill } from '../sources/index.ts';
export { SkillManager } from './manager.ts';
export { findProject, homeOf } from './settings/settings.ts';
export type * from './types.ts';
