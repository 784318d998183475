import {
  type Answer,
  type Body,
  type Cancellable,
  exchange,
  isLoopback,
  isSkillsError,
  limits,
  type Network,
  readAll,
  SkillsError,
  streamOf,
} from '../../core/index.ts';
import { errorFromAnswer } from '../problem.ts';

const patience = 30_000;

export interface Call extends Cancellable {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path and query below the index's URL. */
  readonly path: string;
  readonly body?: unknown;
}

export interface Connection {
  readonly base: URL;
  readonly token: string | undefined;
  readonly network: Network;
}

/** @throws SkillsError ERR_CONFIG_INVALID, or ERR_INSECURE for plain http to another machine. */
export function connect(url: string, token: string | undefined, plainHttp: boolean, network: Network): Connection {
  const base = parseBase(url);
  if (base.protocol === 'https:' || plainHttp || isLoopback(base)) return { base, token, network };
  throw new SkillsError('ERR_INSECURE', `the index ${base.origin} is not reached over https`, {
    hint: 'use its https address; plain http is for this machine only unless it is configured for that host',
  });
}

/** Sends a call and gives the parsed answer; undefined for an empty one. A GET that met a closed connection is sent again. */
export async function callIndex(connection: Connection, call: Call): Promise<unknown> {
  const where = `${call.method} ${connection.base.origin}${call.path}`;
  const answer = await send(connection, call)
    .catch((error: unknown) => {
      const again = call.method === 'GET' && isSkillsError(error, 'ERR_NETWORK') && error.data?.transient === true;
      return again ? send(connection, call) : Promise.reject(error);
    })
    .catch((error: unknown) => {
      throw explain(connection.base, error);
    });
  const body = await readBody(answer, where);
  if (answer.status < 200 || answer.status > 299) throw errorFromAnswer(where, answer.status, body);
  return body;
}

function send({ base, token, network }: Connection, { method, path, body, signal }: Call): Promise<Answer> {
  const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const headers = {
    accept: 'application/json, application/problem+json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const url = new URL(base.pathname.replace(/\/$/, '') + path, base);
  return exchange(
    network,
    { method, url, headers, signal, body: payload && bodyOf(payload) },
    {
      ...network.patience,
      idleTimeout: Math.min(patience, network.patience.idleTimeout),
    },
  );
}

function bodyOf(bytes: Uint8Array): Body {
  return { size: bytes.byteLength, open: () => streamOf(bytes) };
}

async function readBody({ message, headers, status, explain }: Answer, where: string): Promise<unknown> {
  const bytes = await readAll(message, limits.answerBytes, `the answer to ${where}`).catch((error: unknown) => {
    throw isSkillsError(error) ? error : explain(error);
  });
  if (bytes.byteLength === 0) return undefined;
  const isJson = /^application\/(?:[\w.+-]+\+)?json\b/.test(headers['content-type'] ?? '');
  try {
    if (isJson) return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw unexpected(where, error);
  }
  if (status < 300) throw unexpected(where);
  return undefined;
}

function parseBase(url: string): URL {
  if (URL.canParse(url) && /^https?:\/\//.test(url)) return new URL(url);
  throw new SkillsError('ERR_CONFIG_INVALID', `"${url}" is not the URL of an index`, {
    hint: 'write it with https:// (or http:// for one on this machine)',
  });
}

function explain(base: URL, error: unknown): unknown {
  if (!isSkillsError(error, 'ERR_NETWORK')) return error;
  const { message, cause, data } = error;
  const reason = message.startsWith(`${base.host}: `) ? message.slice(base.host.length + 2) : message;
  const hint = data?.transient === true ? undefined : error.hint;
  return new SkillsError('ERR_NETWORK', `the index ${base.origin} cannot be reached: ${reason}`, {
    hint: `is it running, and is the address right? "skills config get index" shows it${hint ? `; ${hint}` : ''}`,
    cause,
    data,
  });
}

function unexpected(where: string, cause?: unknown): SkillsError {
  return new SkillsError('ERR_REGISTRY', `${where}: the answer is not JSON`, {
    hint: 'is this the address of an index? "/api/v1/health" of one answers with JSON',
    cause,
  });
}
