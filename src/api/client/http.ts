import type { Agent, IncomingMessage, RequestOptions } from 'node:http';

import { type Cancellable, limits, readAll, SkillsError } from '../../core/index.ts';
import { errorFromAnswer } from '../problem.ts';

const patience = 30_000;
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

export interface Call extends Cancellable {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path and query below the index's URL. */
  readonly path: string;
  readonly body?: unknown;
}

export interface Connection {
  readonly base: URL;
  readonly token: string | undefined;
  readonly agent: Agent;
  readonly request: typeof import('node:http').request;
}

/** @throws SkillsError ERR_CONFIG_INVALID, or ERR_INSECURE for plain http to another machine. */
export async function connect(url: string, token: string | undefined, plainHttp: boolean): Promise<Connection> {
  const base = parseBase(url);
  const secure = base.protocol === 'https:';
  if (!secure && !plainHttp && !loopback.test(base.hostname)) {
    throw new SkillsError('ERR_INSECURE', `the index ${base.origin} is not reached over https`, {
      hint: 'use its https address; plain http is for this machine only unless it is configured for that host',
    });
  }
  const { Agent, request } = secure ? await import('node:https') : await import('node:http');
  return { base, token, agent: new Agent({ keepAlive: true, maxSockets: 8 }), request };
}

/** Sends a call and gives the parsed answer; undefined for an empty one. A GET that met a closed connection is sent again. */
export async function callIndex(connection: Connection, call: Call): Promise<unknown> {
  const where = `${call.method} ${connection.base.origin}${call.path}`;
  const response = await send(connection, call)
    .catch((error: NodeJS.ErrnoException) => {
      const again = call.method === 'GET' && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      return again ? send(connection, call) : Promise.reject(error);
    })
    .catch((error: unknown) => {
      throw explain(connection.base, error);
    });
  const status = response.statusCode ?? 0;
  const body = await readBody(response, where);
  if (status < 200 || status > 299) throw errorFromAnswer(where, status, body);
  return body;
}

function send({ base, token, agent, request }: Connection, call: Call): Promise<IncomingMessage> {
  const payload = call.body === undefined ? undefined : JSON.stringify(call.body);
  const options: RequestOptions = {
    method: call.method,
    agent,
    timeout: patience,
    headers: {
      accept: 'application/json, application/problem+json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(payload === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
    },
    ...(call.signal ? { signal: call.signal } : {}),
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(base.pathname.replace(/\/$/, '') + call.path, base), options, resolve);
    outgoing.on('error', reject);
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${patience / 1000} s`)));
    outgoing.end(payload);
  });
}

async function readBody(response: IncomingMessage, where: string): Promise<unknown> {
  const bytes = await readAll(response, limits.answerBytes, `the answer to ${where}`);
  if (bytes.byteLength === 0) return undefined;
  const isJson = /^application\/(?:[\w.+-]+\+)?json\b/.test(response.headers['content-type'] ?? '');
  try {
    if (isJson) return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw unexpected(where, error);
  }
  if ((response.statusCode ?? 0) < 300) throw unexpected(where);
  return undefined;
}

function parseBase(url: string): URL {
  if (URL.canParse(url) && /^https?:\/\//.test(url)) return new URL(url);
  throw new SkillsError('ERR_CONFIG_INVALID', `"${url}" is not the URL of an index`, {
    hint: 'write it with https:// (or http:// for one on this machine)',
  });
}

function explain(base: URL, error: unknown): SkillsError {
  if (error instanceof SkillsError) return error;
  const { message, name } = error as Error;
  if (name === 'AbortError') return new SkillsError('ERR_INTERRUPTED', 'Stopped before it was done', { cause: error });
  return new SkillsError('ERR_NETWORK', `the index ${base.origin} cannot be reached: ${message}`, {
    hint: 'is it running, and is the address right? "skills config get index" shows it',
    cause: error,
  });
}

function unexpected(where: string, cause?: unknown): SkillsError {
  return new SkillsError('ERR_REGISTRY', `${where}: the answer is not JSON`, {
    hint: 'is this the address of an index? "/api/v1/health" of one answers with JSON',
    cause,
  });
}
