import { createReadStream, readFileSync } from 'node:fs';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type ErrorCode, type SkillsError, toSkillsError } from '../../core/index.ts';

/** Part of a file as a body: bytes `start` to `end`, inclusive. */
export interface FileBody {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** What a request is answered with; nothing is written before it is known whole. */
export interface Answer {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Uint8Array | FileBody;
}

/** distribution-spec, "Error Codes", with the status that each is sent with; the last is ours, for a failing server. */
const statuses = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 400,
  BLOB_UPLOAD_UNKNOWN: 404,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 400,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  SIZE_INVALID: 400,
  UNAUTHORIZED: 401,
  DENIED: 403,
  UNSUPPORTED: 405,
  TOOMANYREQUESTS: 429,
  UNKNOWN: 500,
} as const;

export type RegistryErrorCode = keyof typeof statuses;

interface RefusalOptions {
  readonly status?: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly detail?: unknown;
}

/** An answer with the specification's error body. */
export function refuse(code: RegistryErrorCode, message: string, options: RefusalOptions = {}): Answer {
  const { status = statuses[code], headers = {}, detail } = options;
  return answerJson(status, { errors: [{ code, message, ...(detail === undefined ? {} : { detail }) }] }, headers);
}

export function unknownName(name: string): Answer {
  return refuse('NAME_UNKNOWN', `repository name not known to registry: ${name}`);
}

export function answerJson(status: number, value: unknown, headers: OutgoingHttpHeaders = {}): Answer {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

const refusals: Partial<Record<ErrorCode, RegistryErrorCode>> = {
  ERR_ARTIFACT_INVALID: 'MANIFEST_INVALID',
  ERR_BLOB_UNKNOWN: 'BLOB_UNKNOWN',
  ERR_DIGEST_MISMATCH: 'DIGEST_INVALID',
  ERR_NOT_FOUND: 'MANIFEST_UNKNOWN',
  ERR_REFERENCE_INVALID: 'NAME_INVALID',
};

/** What an error of the layout is to a client; a failure of the server itself tells nothing of its files. */
export function refusalOf(thrown: unknown): Answer {
  const error: SkillsError = toSkillsError(thrown);
  if (error.code === 'ERR_BUSY') return refuse('BLOB_UPLOAD_INVALID', 'another request writes to it', { status: 409 });
  const code = refusals[error.code];
  if (code) return refuse(code, code === 'BLOB_UNKNOWN' ? 'blob unknown to registry' : error.message);
  return refuse('UNKNOWN', 'the registry failed; its log tells why');
}

/** Files up to this many bytes are read at once: cheaper than a stream. */
const wholeFileBytes = 256 * 1024;

/** @throws what the connection or the file throws while a large file is on its way. */
export async function sendAnswer(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  const { status, headers = {}, body } = answer;
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    sendBytes(request, response, status, headers, body);
    return;
  }
  const length = body.end - body.start + 1;
  const complete = { ...headers, 'Content-Length': length };
  if (request.method === 'HEAD') response.writeHead(status, complete).end();
  else if (length <= wholeFileBytes && body.start === 0) {
    const bytes = readFileSync(body.path);
    sendBytes(request, response, status, complete, bytes.byteLength === length ? bytes : bytes.subarray(0, length));
  } else await sendFile(response.writeHead(status, complete), body);
}

function sendBytes(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  body: string | Uint8Array = '',
): void {
  // 204 and 304 have no body and therefore no length (RFC 9110, 8.6).
  const length = status === 204 || status === 304 ? {} : { 'Content-Length': Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function sendFile(response: ServerResponse, { path, start, end }: FileBody): Promise<void> {
  await pipeline(createReadStream(path, { start, end, highWaterMark: 1024 * 1024 }), response);
}
