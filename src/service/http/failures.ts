import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';

import { describeProblem, problemType, statusOf } from '../../api/index.ts';
import { isSkillsError, type Logger, SkillsError, toSkillsError } from '../../core/index.ts';

/** Answers every failure with RFC 9457 problem details. */
export function answerFailures(app: FastifyInstance, logger: Logger): void {
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0];
    const error = new SkillsError('ERR_NOT_FOUND', `there is nothing at ${request.method} ${path}`, {
      hint: '/api/v1/openapi.json lists all there is',
    });
    return sendProblem(reply, error);
  });
  app.setErrorHandler((error: FastifyError | SkillsError, request, reply) => {
    const { known, status } = readFailure(error);
    if (status >= 500) {
      logger.error({ method: request.method, url: request.url, code: known.code, reason: String(error) }, 'failed');
    }
    return sendProblem(reply, known, status);
  });
}

export function sendProblem(reply: FastifyReply, error: SkillsError, status?: number): FastifyReply {
  const problem = describeProblem(error, status);
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="skills index"');
  return reply
    .code(problem.status)
    .type(`${problemType}; charset=utf-8`)
    .header('cache-control', 'no-store')
    .serializer((value: unknown) => JSON.stringify(value))
    .send(problem);
}

function readFailure(error: FastifyError | SkillsError): { known: SkillsError; status: number } {
  if (isSkillsError(error)) return { known: error, status: statusOf(error.code) };
  if (hasZodFastifySchemaValidationErrors(error)) {
    const issues = error.validation.map(
      ({ instancePath, message }) => `${instancePath.slice(1) || 'body'}: ${message}`,
    );
    return { known: new SkillsError('ERR_USAGE', issues.join('; '), { cause: error }), status: 400 };
  }
  const status = error.statusCode ?? 500;
  if (status < 400 || status > 499) return { known: asInternal(error), status: 500 };
  return { known: new SkillsError('ERR_USAGE', error.message, { cause: error }), status };
}

function asInternal(error: Error): SkillsError {
  const known = toSkillsError(error);
  return known.code === 'ERR_INTERNAL' ? known : new SkillsError('ERR_INTERNAL', known.message, { cause: error });
}
