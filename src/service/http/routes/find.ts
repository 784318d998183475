import {
  apiPrefix,
  listRequest,
  problem,
  searchRequest,
  searchResults,
  skillList,
  tagList,
} from '../../../api/index.ts';
import type { App, RouteContext } from '../context.ts';

const failures = { '4xx': problem, '5xx': problem };

/** Lists, search and tags. */
export function addFindRoutes(app: App, { catalogue, presenter }: RouteContext): void {
  app.get(
    `${apiPrefix}/skills`,
    {
      schema: {
        summary: 'List skills',
        tags: ['find'],
        querystring: listRequest,
        response: { 200: skillList, ...failures },
      },
    },
    async ({ query: { search = '', tags, limit, offset, sort } }) => {
      const wanted = { tags: splitTags(tags), limit, offset, ...(sort === undefined ? {} : { sort }) };
      if (search.trim() === '') {
        const { skills, total } = await catalogue.list(wanted);
        return { skills: skills.map(presenter.summary), total, limit, offset };
      }
      const { hits, total } = await catalogue.search({ text: search, ...wanted });
      return { skills: hits.map(({ skill }) => presenter.summary(skill)), total, limit, offset };
    },
  );

  app.get(
    `${apiPrefix}/search`,
    {
      schema: {
        summary: 'Search',
        tags: ['find'],
        querystring: searchRequest,
        response: { 200: searchResults, ...failures },
      },
    },
    async ({ query: { q, tags, limit, offset, sort } }) => {
      const wanted = { text: q, tags: splitTags(tags), limit, offset, ...(sort === undefined ? {} : { sort }) };
      const { hits, total, capped, relaxed } = await catalogue.search(wanted);
      return { query: q, results: hits.map(presenter.result), total, limit, offset, capped, relaxed };
    },
  );

  app.get(
    `${apiPrefix}/tags`,
    { schema: { summary: 'List tags with counts', tags: ['find'], response: { 200: tagList, ...failures } } },
    async () => ({ tags: await catalogue.tags() }),
  );
}

/** `tags=a,b` and `tags=a&tags=b` are the same. */
function splitTags(tags: string | string[] | undefined): string[] {
  return [tags ?? []]
    .flat()
    .flatMap((text) => text.split(','))
    .map((tag) => tag.trim())
    .filter(Boolean);
}
