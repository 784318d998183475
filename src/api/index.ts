export {
  createIndexClient,
  type FindOptions,
  type IndexClient,
  type IndexClientOptions,
} from './client/index-client.ts';
export { apiPrefix, skillPath } from './paths.ts';
export { describeProblem, problemType, statusOf } from './problem.ts';
export * from './schemas/index.ts';
export type {
  Announcement,
  Health,
  Problem,
  RegistryHealth,
  SearchResult,
  SearchResults,
  SkillDetail,
  SkillList,
  SkillRelease,
  SkillSummary,
  SortOrder,
  TagCount,
  TagList,
} from './types.ts';
