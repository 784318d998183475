import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Logger, makeFolder, SkillsError, silentLogger, toSkillsError } from '../../core/index.ts';
import { LayoutRegistry } from '../layout/index.ts';
import { type AccessRules, checkAccess } from './access.ts';
import { refusalOf, sendAnswer } from './answer.ts';
import { Htpasswd } from './htpasswd.ts';
import { route } from './router.ts';

export interface RegistryServerOptions {
  /** Folder of the layouts, one a repository; made where it is missing. */
  readonly dir: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** A file of users with bcrypt hashes (`htpasswd -B`). Without it everybody may do everything. */
  readonly htpasswd?: string;
  /** With `htpasswd`: who does not log in may pull. Default false. */
  readonly anonymousPull?: boolean;
  /** Refuses every change. Default false. */
  readonly readOnly?: boolean;
  /** Whether what was accepted survives a loss of power. Default true. */
  readonly durable?: boolean;
  /** Milliseconds after which an upload that gets nothing is dropped. Default a day. */
  readonly uploadLifetime?: number;
  readonly logger?: Logger;
}

export interface RegistryServer {
  /** `http://127.0.0.1:5000`, without a slash at the end. */
  readonly url: string;
  /** `127.0.0.1:5000`: what stands before the repository in a reference. */
  readonly host: string;
  readonly port: number;
  /** Takes no new requests, lets those under way end for 5 seconds, then cuts them. */
  close(): Promise<void>;
}

const day = 24 * 60 * 60_000;
const hour = 60 * 60_000;
const closingPatience = 5_000;
/** Milliseconds without a byte in either direction after which a connection is given up. */
const idleTimeout = 120_000;
/** What is read of a body that nobody wants, so that its sender gets to read the answer. */
const drainedBytes = 64 * 1024 * 1024;

/**
 * Serves a folder of image layouts as a registry (distribution-spec 1.1, all categories).
 *
 * @throws SkillsError ERR_CONFIG_INVALID where the address cannot be listened on or the htpasswd file is not usable.
 */
export async function serveRegistry(options: RegistryServerOptions): Promise<RegistryServer> {
  const { dir, port = 0, host = '127.0.0.1', logger = silentLogger, uploadLifetime = day, durable = true } = options;
  const { readOnly = false, anonymousPull = false, htpasswd } = options;
  const rules = { users: htpasswd === undefined ? undefined : new Htpasswd(htpasswd), readOnly, anonymousPull };
  if (!readOnly) makeRoot(dir);
  const registry = new LayoutRegistry(dir, { durable });
  const server = createRegistryServer(registry, rules, logger);
  const address = await listen(server, port, host);
  const expire = () => tidy(registry, uploadLifetime, logger);
  if (!readOnly) expire();
  const timer = setInterval(expire, hour).unref();
  if (!readOnly && !rules.users && !isLoopback(address.address)) {
    logger.warn({ host: address.address }, 'everybody who reaches this address may push: no htpasswd file is set');
  }
  const name = `${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
  return {
    url: `http://${name}`,
    host: name,
    port: address.port,
    close: () => {
      clearInterval(timer);
      return closeServer(server);
    },
  };
}

function createRegistryServer(registry: LayoutRegistry, rules: AccessRules, logger: Logger): Server {
  const handle = (request: IncomingMessage, response: ServerResponse) =>
    void answer(request, response, registry, rules, logger);
  const server = createServer(
    { keepAlive: true, keepAliveTimeout: 65_000, requestTimeout: 0, headersTimeout: 30_000 },
    handle,
  );
  server.on('checkContinue', handle);
  server.setTimeout(idleTimeout);
  return server;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  registry: LayoutRegistry,
  rules: AccessRules,
  logger: Logger,
): Promise<void> {
  const start = performance.now();
  response.setHeader('Docker-Distribution-Api-Version', 'registry/2.0');
  try {
    const refusal = await checkAccess(request, rules);
    // A client that waits for "100 Continue" keeps its body to itself when it is refused.
    if (!refusal && request.headers.expect !== undefined) response.writeContinue();
    await sendAnswer(request, response, refusal ?? (await route(request, registry)));
  } catch (error) {
    await answerError(request, response, error, logger);
  }
  drain(request);
  const { method, url } = request;
  logger.debug({ method, url, status: response.statusCode, milliseconds: performance.now() - start }, 'request');
}

async function answerError(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  logger: Logger,
): Promise<void> {
  if (request.socket.destroyed || response.headersSent) {
    logger.debug({ url: request.url, error }, 'the connection broke');
    response.destroy();
    return;
  }
  const refusal = refusalOf(error);
  if (refusal.status >= 500) logger.error({ url: request.url, error }, 'a request failed');
  await sendAnswer(request, response, refusal);
}

function drain(request: IncomingMessage): void {
  if (request.complete) return;
  let left = drainedBytes;
  request.on('error', () => {});
  request.on('data', (piece: Uint8Array) => {
    left -= piece.byteLength;
    if (left < 0) request.socket.destroy();
  });
}

function tidy(registry: LayoutRegistry, lifetime: number, logger: Logger): void {
  try {
    const removed = registry.expireUploads(lifetime);
    if (removed > 0) logger.info({ removed }, 'uploads that nobody finished were removed');
  } catch (error) {
    logger.warn({ error }, 'uploads that nobody finished could not be removed');
  }
}

function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  const { promise, resolve, reject } = Promise.withResolvers<AddressInfo>();
  server.once('error', (cause: NodeJS.ErrnoException) =>
    reject(
      new SkillsError('ERR_CONFIG_INVALID', `cannot listen on ${host}:${port}: ${cause.code ?? cause.message}`, {
        cause,
        hint: listenHints[cause.code ?? ''] ?? 'choose another address with --host, or another port with --port',
      }),
    ),
  );
  server.listen(port, host, () => resolve(server.address() as AddressInfo));
  return promise;
}

const listenHints: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there: choose another port with --port, or 0 for a free one',
  EADDRNOTAVAIL:
    'this machine has no such address: choose one of its own with --host, as 127.0.0.1, or 0.0.0.0 for all',
  EACCES: 'ports below 1024 may be for the administrator alone: choose another with --port, or 0 for a free one',
};

async function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), closingPatience);
  await promise;
  clearTimeout(timer);
}

function makeRoot(dir: string): void {
  try {
    makeFolder(dir);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST' && code !== 'ENOTDIR') throw toSkillsError(error);
    throw new SkillsError('ERR_CONFIG_INVALID', `${dir} cannot be the folder of the layouts: a file is in the way`, {
      cause: error,
      hint: 'name a folder with --dir; it is made where it is missing',
    });
  }
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
