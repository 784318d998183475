import { z } from 'zod';

export const sortOrders = ['relevance', 'downloads', 'rating', 'recent', 'name'] as const;
export const mostPerPage = 100;
const usualPerPage = 20;
const longestQuery = 256;
const mostSkipped = 10_000;

const tags = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .describe('A skill must have all of them: tags=a,b or tags=a&tags=b');
const sort = z.enum(sortOrders).optional().describe('downloads and rating: by popularity, for nothing is counted yet');
const page = {
  limit: z.coerce.number().int().min(1).max(mostPerPage).default(usualPerPage),
  offset: z.coerce.number().int().min(0).max(mostSkipped).default(0),
};

export const listRequest = z.object({
  search: z.string().max(longestQuery).optional().describe('As q of /search'),
  tags,
  sort,
  ...page,
});

export const searchRequest = z.object({
  q: z.string().min(1).max(longestQuery).describe('Words; the last may be unfinished, any may be mistyped'),
  tags,
  sort,
  ...page,
});

export const skillParameters = z.object({
  name: z
    .string()
    .min(1)
    .max(300)
    .describe('A repository (registry/path, URL-encoded), @scope%2Fname, or a name where only one skill has it'),
});

export const versionParameters = skillParameters.extend({
  version: z.string().min(1).max(128).describe('A semantic version, or latest'),
});

export const announceRequest = z
  .object({
    reference: z.string().min(1).max(600).describe('registry/repository, with a tag to look at only that version'),
  })
  .strict()
  .meta({ id: 'AnnounceRequest', description: 'Look at this reference; everything else is read from the registry' });
