import { Readable } from 'node:stream';

import { apiPrefix, health, problem, skillDetail, skillParameters, versionParameters } from '../../../api/index.ts';
import type { VersionEntry } from '../../../catalogue/index.ts';
import { digestHex, isManifestType, SkillsError } from '../../../core/index.ts';
import { matchesTag } from '../caching.ts';
import type { App, RouteContext } from '../context.ts';
import { findSkill, findVersion } from '../lookup.ts';

const failures = { 300: problem, '4xx': problem, '5xx': problem };

/** One skill, one version, its package, and how the index is. */
export function addShowRoutes(app: App, context: RouteContext): void {
  const { catalogue, presenter, indexer } = context;
  app.get(
    `${apiPrefix}/skills/:name`,
    {
      schema: {
        summary: 'Show a skill',
        tags: ['show'],
        params: skillParameters,
        response: { 200: skillDetail, ...failures },
      },
    },
    async ({ params }) => presenter.detail(await findSkill(catalogue, params.name)),
  );

  app.get(
    `${apiPrefix}/skills/:name/:version`,
    {
      schema: {
        summary: 'Show a version',
        tags: ['show'],
        params: versionParameters,
        response: { 200: skillDetail, ...failures },
      },
    },
    async ({ params }) => {
      const entry = await findSkill(catalogue, params.name);
      return presenter.version(entry, await findVersion(catalogue, entry, params.version));
    },
  );

  app.get(
    `${apiPrefix}/health`,
    { schema: { summary: 'Health and stats', tags: ['show'], response: { 200: health, ...failures } } },
    async (_request, reply) => {
      const registries = indexer.states();
      const failing = registries.some(({ status }) => status === 'error');
      reply.header('cache-control', 'no-store');
      return {
        status: failing ? ('degraded' as const) : ('ok' as const),
        version: context.version,
        uptimeSeconds: Math.floor(process.uptime()),
        ...(await catalogue.stats()),
        registries,
      };
    },
  );
  addDownload(app, context);
}

function addDownload(app: App, { catalogue, openLayer, logger }: RouteContext): void {
  const schema = { summary: 'Download the package of a version', tags: ['show'], params: versionParameters };
  app.get(`${apiPrefix}/skills/:name/:version/download`, { schema }, async (request, reply) => {
    const entry = await findSkill(catalogue, request.params.name);
    const version = await findVersion(catalogue, entry, request.params.version);
    requirePackage(version);
    const tag = `"${version.layer.digest}"`;
    reply.headers({ etag: tag, 'cache-control': 'no-cache' });
    if (matchesTag(request.headers['if-none-match'], tag)) return reply.code(304).send();
    const stop = new AbortController();
    const stream = Readable.from(await openLayer(version, { signal: stop.signal }), { objectMode: false });
    stream.on('error', (error) => logger.warn({ url: request.url, reason: error.message }, 'download broke off'));
    reply.raw.on('close', () => stop.abort());
    return reply.headers(packageHeaders(version)).send(stream);
  });
}

/** Images of several layers have no blob that is the skill. */
function requirePackage({ repository, tag, layer }: VersionEntry): void {
  if (!isManifestType(layer.mediaType)) return;
  throw new SkillsError('ERR_NOT_FOUND', `${repository}:${tag} is made of several layers and is no one package`, {
    hint: `install it from its registry: skills install ${repository}:${tag}`,
  });
}

function packageHeaders({ name, version, layer }: VersionEntry): Record<string, string | number> {
  const [algorithm = ''] = layer.digest.split(':');
  const digest = Buffer.from(digestHex(layer.digest), 'hex').toString('base64');
  return {
    'content-type': 'application/gzip',
    'content-length': layer.size,
    'content-disposition': `attachment; filename="${name}-${version}.spm"`,
    // RFC 9530
    'repr-digest': `${algorithm.replace('sha', 'sha-')}=:${digest}:`,
    'x-content-type-options': 'nosniff',
  };
}
