import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the server got it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export type Reply = (response: ServerResponse, seen: Seen) => void;

/** `GET /v2/acme/pdf/tags/list` → what is answered: the first time, the second time, and so on; the last goes on. */
export type Script = Readonly<Record<string, Reply | readonly Reply[]>>;

/** An HTTP server on loopback that does as it is told, and keeps what it was asked. */
export interface ScriptedServer {
  readonly host: string;
  readonly url: string;
  readonly seen: readonly Seen[];
  /** What was asked, as `METHOD /path`. */
  readonly asked: () => string[];
  readonly close: () => Promise<void>;
}

const open: ScriptedServer[] = [];

/** Ends the servers of a test: for `afterEach`. */
export async function closeServers(): Promise<void> {
  await Promise.all(open.splice(0).map((server) => server.close()));
}

export async function startScripted(makeScript: Script | ((url: string) => Script)): Promise<ScriptedServer> {
  const seen: Seen[] = [];
  const counts = new Map<string, number>();
  let script: Script = {};
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const pieces: Buffer[] = [];
    request.on('error', () => {});
    try {
      for await (const piece of request) pieces.push(piece);
    } catch {
      // the client broke off: what came is recorded all the same
    }
    const { method = '', headers } = request;
    const body = Buffer.concat(pieces);
    const one = { method, path: url.pathname, query: url.searchParams, headers, body };
    seen.push(one);
    const key = `${method} ${url.pathname}`;
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    const replies = [script[key] ?? script[method] ?? missing].flat();
    (replies[Math.min(count, replies.length - 1)] ?? missing)(response, one);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  script = typeof makeScript === 'function' ? makeScript(`http://${host}`) : makeScript;
  const scripted = {
    host,
    url: `http://${host}`,
    seen,
    asked: () => seen.map(({ method, path }) => `${method} ${path}`),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  open.push(scripted);
  return scripted;
}

export function reply(
  status: number,
  headers: Readonly<Record<string, string | string[]>> = {},
  body: string | Uint8Array = '',
): Reply {
  return (response, { method }) => {
    response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
    response.end(method === 'HEAD' ? '' : body);
  };
}

export function json(value: unknown, headers: Readonly<Record<string, string | string[]>> = {}, status = 200): Reply {
  return reply(status, { 'content-type': 'application/json', ...headers }, JSON.stringify(value));
}

/** The error body of distribution-spec. */
export function refuse(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return json({ errors: [{ code, message }] }, headers, status);
}

/** Promises all of `body`, sends `count` bytes of it from `start` on, and breaks the connection. */
export function breakAfter(
  body: Uint8Array,
  count: number,
  { start = 0, status = 200, headers = {} }: { start?: number; status?: number; headers?: Record<string, string> } = {},
): Reply {
  return (response) => {
    response.writeHead(status, { 'content-length': body.byteLength - start, ...headers });
    response.write(body.subarray(start, start + count), () => setTimeout(() => response.socket?.destroy(), 20));
  };
}

const missing: Reply = refuse(404, 'NAME_UNKNOWN', 'nothing is scripted here');
