import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import fastify from 'fastify';
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';

import { apiPrefix } from '../../api/index.ts';
import { SkillsError } from '../../core/index.ts';
import { addEntityTags } from './caching.ts';
import type { App, RouteContext } from './context.ts';
import { answerFailures, sendProblem } from './failures.ts';
import { addChangeRoutes } from './routes/change.ts';
import { addFindRoutes } from './routes/find.ts';
import { addShowRoutes } from './routes/show.ts';

const longestParameter = 400;
const largestBody = 16 * 1024;

export interface ServerOptions {
  /** Requests a minute and address; false: no limit. */
  readonly rateLimit: number | false;
}

/** The HTTP side of the index, not listening yet. */
export async function createServer(context: RouteContext, options: ServerOptions): Promise<App> {
  const app = fastify({
    bodyLimit: largestBody,
    routerOptions: { maxParamLength: longestParameter },
    // What cannot be routed at all, like a broken escape in the path.
    frameworkErrors: (error, _request, reply) => {
      sendProblem(reply, new SkillsError('ERR_USAGE', error.message, { cause: error }), error.statusCode ?? 400);
    },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  answerFailures(app, context.logger);
  addEntityTags(app);
  await app.register(swagger, {
    openapi: describeApi(context.version),
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  if (options.rateLimit !== false) await limitRate(app, options.rateLimit);
  const typed = app.withTypeProvider<ZodTypeProvider>();
  addFindRoutes(typed, context);
  addShowRoutes(typed, context);
  addChangeRoutes(typed, context);
  typed.get(`${apiPrefix}/openapi.json`, { schema: { hide: true } }, async () => app.swagger());
  return typed;
}

async function limitRate(app: ReturnType<typeof fastify>, max: number): Promise<void> {
  await app.register(rateLimit, {
    max,
    timeWindow: '1 minute',
    errorResponseBuilder: (_request: unknown, { after }: { after: string }) =>
      new SkillsError('ERR_RATE_LIMITED', `more than ${max} requests in a minute came from your address`, {
        hint: `try again in ${after}`,
      }),
  });
}

function describeApi(version: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'skills index',
      version,
      description: 'Finds AI-agent skills in OCI registries. All it says of a skill it has read from the artifact.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: [{ name: 'find' }, { name: 'show' }, { name: 'change' }],
    components: { securitySchemes: { token: { type: 'http' as const, scheme: 'bearer' } } },
  };
}
