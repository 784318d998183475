import { z } from 'zod';

import { announcement, announceRequest, apiPrefix, problem, versionParameters } from '../../../api/index.ts';
import { checkToken } from '../../access/token.ts';
import type { App, RouteContext } from '../context.ts';
import { findSkill, findVersion } from '../lookup.ts';

const failures = { 300: problem, '4xx': problem, '5xx': problem };
const security = [{ token: [] }];

/** What changes the index; the token is asked for before the body is read. */
export function addChangeRoutes(app: App, { catalogue, indexer, token }: RouteContext): void {
  const onRequest = async ({ headers }: { headers: { authorization?: string | undefined } }) =>
    checkToken(token, headers.authorization);
  const common = { tags: ['change'], security };

  app.post(
    `${apiPrefix}/skills`,
    {
      onRequest,
      schema: {
        summary: 'Look at a reference',
        ...common,
        body: announceRequest,
        response: { 200: announcement, 201: announcement, ...failures },
      },
    },
    async ({ body }, reply) => {
      const found = await indexer.announce(body.reference);
      return reply.code(found.indexed.some(({ outcome }) => outcome === 'added') ? 201 : 200).send(found);
    },
  );

  app.delete(
    `${apiPrefix}/skills/:name/:version`,
    {
      onRequest,
      schema: {
        summary: 'Unlist a version',
        ...common,
        params: versionParameters,
        response: { 204: z.undefined().describe('It is no longer shown; the registry keeps it'), ...failures },
      },
    },
    async ({ params }, reply) => {
      const entry = await findSkill(catalogue, params.name);
      const { version } = await findVersion(catalogue, entry, params.version);
      await catalogue.setListed(entry.repository, version, false);
      return reply.code(204).send();
    },
  );
}
