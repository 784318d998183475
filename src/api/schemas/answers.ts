import { z } from 'zod';

import { searchResult, skillSummary } from './skill.ts';

const page = { total: z.int().min(0), limit: z.int(), offset: z.int() };

export const skillList = z
  .object({ skills: z.array(skillSummary), ...page })
  .meta({ id: 'SkillList', description: 'A page of skills' });

export const searchResults = z
  .object({
    query: z.string(),
    results: z.array(searchResult),
    ...page,
    capped: z.boolean().describe('More would match than are looked at: total is a lower bound'),
    relaxed: z.boolean().describe('Too few skills had all words: those with some of them are among the results'),
  })
  .meta({ id: 'SearchResults', description: 'A page of results, best first' });

export const tagList = z
  .object({ tags: z.array(z.object({ tag: z.string(), count: z.int().min(0) })) })
  .meta({ id: 'TagList', description: 'All tags, the most used first' });

export const registryHealth = z.object({
  registry: z.string().describe('Host, with the prefix that is indexed'),
  status: z.enum(['waiting', 'crawling', 'ok', 'error']),
  crawledAt: z.iso.datetime().nullable(),
  error: z.string().nullable(),
});

export const health = z
  .object({
    status: z.enum(['ok', 'degraded']).describe('degraded: a registry cannot be read'),
    version: z.string(),
    uptimeSeconds: z.int().min(0),
    skills: z.int().min(0),
    versions: z.int().min(0),
    tags: z.int().min(0),
    registries: z.array(registryHealth),
  })
  .meta({ id: 'Health', description: 'How the index is' });

export const announcement = z
  .object({
    repository: z.string(),
    indexed: z.array(
      z.object({ version: z.string(), digest: z.string(), outcome: z.enum(['added', 'changed', 'same']) }),
    ),
    removed: z.array(z.string()).describe('Versions that are no longer in the registry'),
    skipped: z.array(z.object({ tag: z.string(), reason: z.string() })).describe('Tags that are no readable skill'),
  })
  .meta({ id: 'Announcement', description: 'What the index found at a reference' });

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().describe('A stable name of the error: docs/ERRORS.md'),
    hint: z.string().optional().describe('What to do'),
    candidates: z.array(z.string()).optional().describe('Repositories that a name could stand for'),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' });
