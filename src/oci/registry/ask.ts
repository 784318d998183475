import type { IncomingHttpHeaders } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Cancellable } from '../../core/index.ts';
import { readExcerpt } from './body.ts';
import type { Call, Client } from './client.ts';
import { bodyOfBytes } from './manifests.ts';
import { resolveLocation } from './redirect.ts';
import { pull, push, remove } from './scopes.ts';
import type { Answer } from './transport.ts';

/** One request of the protocol, whose answer is of interest whatever it is. */
export interface Question extends Cancellable {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** Path and query on the registry, or what a Location header said. */
  readonly path: string;
  readonly repository?: string | undefined;
  /** Rights on the repository that are asked for; by default to pull. */
  readonly right?: 'pull' | 'push' | 'delete' | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: Uint8Array | undefined;
  /** Asked without credentials. */
  readonly asNobody?: boolean | undefined;
}

/** What a registry answered. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Where the answer came from, after redirects. */
  readonly url: URL;
  /** The beginning of the body. */
  readonly text: string;
  /** Of an https connection; absent over plain http. */
  readonly tls?: TlsFacts;
}

export interface TlsFacts {
  /** `TLSv1.3` */
  readonly protocol: string;
  /** Who signed the server's certificate. */
  readonly issuer: string;
  /** Until when it is valid. */
  readonly expires: Date | undefined;
}

/** 5xx and 429 pass: they are repeated, and then an error. All else is an answer. */
const answers: readonly number[] = Array.from({ length: 300 }, (_, at) => at + 200).filter((status) => status !== 429);

const rights = { pull, push, delete: remove } as const;

/** @throws SkillsError where there is no answer: ERR_NETWORK, ERR_RATE_LIMITED, ERR_INSECURE, ERR_UNAUTHORISED of the token service. */
export async function ask(client: Client, question: Question): Promise<Reply> {
  const { method, path, repository, right = 'pull', headers, body, asNobody, signal } = question;
  const { base } = client.settings;
  const call: Call = {
    method,
    url: resolveLocation(path, base, client.settings),
    scopes: repository === undefined ? [] : [rights[right](repository)],
    expect: answers,
    what: path,
    signal,
    ...(repository === undefined ? {} : { repository }),
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body: bodyOfBytes(body) }),
  };
  const answer = await (asNobody ? client.callAsNobody(call) : client.call(call));
  const tls = tlsOf(answer);
  const text = await readExcerpt(answer);
  return { status: answer.status, headers: answer.headers, url: answer.url, text, ...(tls ? { tls } : {}) };
}

function tlsOf({ message }: Answer): TlsFacts | undefined {
  const socket = message.socket as Partial<TLSSocket> | null;
  if (!socket?.getPeerCertificate || !socket.getProtocol) return undefined;
  const { issuer, valid_to: validTo } = socket.getPeerCertificate();
  const expires = validTo ? new Date(validTo) : undefined;
  const name = issuer?.O ?? issuer?.CN;
  return {
    protocol: socket.getProtocol() ?? 'TLS',
    issuer: (Array.isArray(name) ? name[0] : name) ?? 'unknown',
    expires,
  };
}
