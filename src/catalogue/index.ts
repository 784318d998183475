export type {
  Catalogue,
  CatalogueStats,
  Listing,
  ListQuery,
  Page,
  SearchHit,
  SearchListing,
  SearchQuery,
  TagCount,
  UpsertOutcome,
} from './catalogue.ts';
export type { IndexableRecord, SkillEntry, SkillRecord, VersionEntry, VersionLine } from './record.ts';
export type { SortOrder } from './scorer/index.ts';
export { openSqliteCatalogue, type SqliteOptions } from './sqlite/open.ts';
