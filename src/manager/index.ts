export { SkillManager } from './manager.ts';
export { findProject, homeOf } from './settings/settings.ts';
export type * from './types.ts';
