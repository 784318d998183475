export { type LoadFacts, loadSkill, type Skill } from './loader/skill.ts';
export type { DeclaredTool } from './loader/tools.ts';
