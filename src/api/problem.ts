import { type ErrorCode, errorTable, SkillsError } from '../core/index.ts';
import type { Problem } from './types.ts';

export const problemType = 'application/problem+json';

const statuses: Partial<Record<ErrorCode, number>> = {
  ERR_USAGE: 400,
  ERR_REFERENCE_INVALID: 400,
  ERR_UNAUTHORISED: 401,
  ERR_UNTRUSTED: 403,
  ERR_NOT_FOUND: 404,
  ERR_BLOB_UNKNOWN: 404,
  ERR_VERSION_EXISTS: 409,
  ERR_CONFLICT: 300,
  ERR_ARTIFACT_INVALID: 422,
  ERR_SKILL_INVALID: 422,
  ERR_RATE_LIMITED: 429,
  ERR_NETWORK: 502,
  ERR_REGISTRY: 502,
  ERR_INSECURE: 502,
  ERR_DIGEST_MISMATCH: 502,
};

/** The HTTP status that the index answers an error with. ERR_CONFLICT is a name that stands for several skills. */
export function statusOf(code: ErrorCode): number {
  return statuses[code] ?? 500;
}

/** An error as RFC 9457 problem details. The text of an unexpected error is not told to strangers. */
export function describeProblem(error: SkillsError, status: number = statusOf(error.code)): Problem {
  const candidates = error.data?.candidates;
  return {
    type: 'about:blank',
    title: errorTable[error.code].title,
    status,
    detail: error.code === 'ERR_INTERNAL' ? 'the index failed; its log says why' : error.message,
    code: error.code,
    ...(error.hint === undefined || error.code === 'ERR_INTERNAL' ? {} : { hint: error.hint }),
    ...(Array.isArray(candidates) ? { candidates: candidates.map(String) } : {}),
  };
}

/** The error that an answer of the index stands for, whoever wrote it: a proxy in between may answer with HTML. */
export function errorFromAnswer(where: string, status: number, body: unknown): SkillsError {
  const { code, detail, hint, candidates } = isRecord(body) ? body : {};
  const message = typeof detail === 'string' ? detail : `the index answered with status ${status}`;
  const known = typeof code === 'string' && Object.hasOwn(errorTable, code) ? (code as ErrorCode) : codeOf(status);
  // What the index itself explains needs no address; what stands in for it does.
  const explained = known === code && typeof detail === 'string' && status < 500;
  return new SkillsError(known, explained ? message : `${where}: ${message}`, {
    hint: typeof hint === 'string' ? hint : undefined,
    data: { status, request: where, ...(Array.isArray(candidates) ? { candidates } : {}) },
  });
}

function codeOf(status: number): ErrorCode {
  if (status === 401 || status === 403) return 'ERR_UNAUTHORISED';
  if (status === 404) return 'ERR_NOT_FOUND';
  return status === 429 ? 'ERR_RATE_LIMITED' : 'ERR_REGISTRY';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
