import type { z } from 'zod';

import type * as schemas from './schemas/index.ts';

/** A skill in a list: seed 001's fields, and where it is. */
export type SkillSummary = z.output<typeof schemas.skillSummary>;
/** One version of a skill. */
export type SkillRelease = z.output<typeof schemas.skillRelease>;
/** All that is known of a skill, or of one of its versions. */
export type SkillDetail = z.output<typeof schemas.skillDetail>;
export type SkillList = z.output<typeof schemas.skillList>;
/** A skill that was found. */
export type SearchResult = z.output<typeof schemas.searchResult>;
/** One page of a search. */
export type SearchResults = z.output<typeof schemas.searchResults>;
export type TagList = z.output<typeof schemas.tagList>;
/** A tag, and how many skills have it. */
export type TagCount = TagList['tags'][number];
export type Health = z.output<typeof schemas.health>;
export type RegistryHealth = z.output<typeof schemas.registryHealth>;
export type Announcement = z.output<typeof schemas.announcement>;
export type Problem = z.output<typeof schemas.problem>;
export type SortOrder = NonNullable<z.output<typeof schemas.searchRequest>['sort']>;
