import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveRegistry } from '../../../src/oci/server/index.ts';
import {
  type Access,
  formatScope,
  parseScope,
  refusal,
  type TokenAnswer,
  type TokenRules,
  TokenService,
} from './token-service.ts';

/** A request as it came to the registry or to the token service. */
export interface Visit {
  readonly at: 'registry' | 'service';
  /** `METHOD /path` */
  readonly asked: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly status: number;
}

/** The embedded registry behind a door that wants tokens, and the service that gives them, at another port. */
export interface TokenRegistry extends AsyncDisposable {
  readonly host: string;
  readonly visits: readonly Visit[];
  /** Those to the token service. */
  readonly exchanges: () => readonly Visit[];
}

export async function serveWithTokens(rules: TokenRules, dir: string): Promise<TokenRegistry> {
  const behind = await serveRegistry({ dir, durable: false });
  const service = new TokenService(rules);
  const visits: Visit[] = [];
  const record = (at: Visit['at'], incoming: IncomingMessage, status: number) => {
    const { pathname, searchParams } = urlOf(incoming);
    const { authorization } = incoming.headers;
    visits.push({ at, asked: `${incoming.method} ${pathname}`, query: searchParams, authorization, status });
  };
  const serviceServer = createServer(async (incoming, response) => {
    const form =
      incoming.method === 'POST' ? new URLSearchParams(await textOf(incoming)) : urlOf(incoming).searchParams;
    const found = urlOf(incoming).pathname === rules.path;
    const answer = found ? service.answer(incoming, form) : refusal(404, 'X', 'nothing here');
    record('service', incoming, answer.status);
    send(response, answer);
  });
  const realm = `http://${await listen(serviceServer)}${rules.path}`;
  const door = createServer((incoming, response) => {
    const refused = refuse(incoming, service, realm);
    record('registry', incoming, refused?.answer.status ?? 200);
    if (!refused) return forward(incoming, response, behind.url);
    incoming.resume();
    return send(response, refused.answer, refused.headers);
  });
  const host = await listen(door);
  return {
    host,
    visits,
    exchanges: () => visits.filter(({ at }) => at === 'service'),
    [Symbol.asyncDispose]: async () => {
      for (const server of [serviceServer, door]) {
        server.close();
        server.closeAllConnections();
      }
      await behind.close();
    },
  };
}

interface Refused {
  readonly answer: TokenAnswer;
  readonly headers?: Readonly<Record<string, string>>;
}

function refuse(incoming: IncomingMessage, service: TokenService, realm: string): Refused | undefined {
  const { rules } = service;
  const wanted = accessOf(incoming);
  const scope = wanted.map(formatScope).join(' ');
  // Even a registry that says little has to say at first where tokens are given.
  const challenge = (error: string): Refused => ({
    answer: refusal(401, 'UNAUTHORIZED', 'authentication required'),
    headers:
      rules.silent && error !== ''
        ? {}
        : { 'www-authenticate': `Bearer realm="${realm}",service="${rules.service}",scope="${scope}"${error}` },
  });
  const { authorization = '' } = incoming.headers;
  const denied = { answer: refusal(403, 'DENIED', 'denied') };
  if (authorization === '') return challenge('');
  if (!authorization.startsWith('Bearer ')) return rules.basic === 403 ? denied : challenge('');
  const given = service.find(authorization.slice('Bearer '.length));
  if (!given) return rules.foreign === 403 ? denied : challenge(',error="invalid_token"');
  if (given.until < Date.now()) return challenge(',error="invalid_token"');
  const covers = wanted.every((access) => isIn(access, given.access));
  return covers ? undefined : challenge(',error="insufficient_scope"');
}

function isIn(wanted: Access, held: readonly Access[]): boolean {
  return held.some(
    ({ type, name, actions }) =>
      type === wanted.type && name === wanted.name && wanted.actions.every((action) => actions.includes(action)),
  );
}

/** What a request needs, as distribution's own registry says it. */
function accessOf(incoming: IncomingMessage): Access[] {
  const { pathname, searchParams } = urlOf(incoming);
  if (pathname === '/v2/') return [];
  if (pathname === '/v2/_catalog') return [parseScope('registry:catalog:*')];
  const name = /^\/v2\/(.+?)\/(?:manifests|blobs|tags|referrers)\//.exec(pathname)?.[1] ?? '';
  const actions = { GET: 'pull', HEAD: 'pull', DELETE: 'delete' }[incoming.method ?? ''] ?? 'pull,push';
  const from = searchParams.get('from');
  return [`repository:${name}:${actions}`, ...(from ? [`repository:${from}:pull`] : [])].map(parseScope);
}

function forward(incoming: IncomingMessage, response: ServerResponse, behind: string): void {
  const { authorization: _, host: __, ...headers } = incoming.headers;
  const onward = request(new URL(incoming.url ?? '/', behind), { method: incoming.method, headers }, (answer) => {
    const location = answer.headers.location?.replace(behind, '');
    response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...(location ? { location } : {}) });
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  incoming.pipe(onward);
}

function send(response: ServerResponse, { status, body }: TokenAnswer, headers: Readonly<Record<string, string>> = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(response.req.method === 'HEAD' ? '' : JSON.stringify(body));
}

function urlOf(incoming: IncomingMessage): URL {
  return new URL(incoming.url ?? '/', 'http://localhost');
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}
