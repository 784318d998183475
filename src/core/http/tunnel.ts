import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { SilenceError } from './network-error.ts';
import { portOf, proxyAuthorization, serverNameOf } from './proxy.ts';

/** What a tunnel needs to know. */
export interface TunnelOptions {
  /** `host:port` behind the proxy. */
  readonly target: string;
  /** Milliseconds until the tunnel must stand. */
  readonly connectTimeout: number;
  /** For a proxy that is itself spoken to over https. */
  readonly secureContext?: SecureContext | undefined;
  /** Whether the proxy is set in the configuration, for what an error advises. */
  readonly configured?: boolean;
}

interface ProxyErrorDetails {
  readonly status?: number;
  readonly configured: boolean;
  readonly cause?: unknown;
}

/** A proxy that does not open a tunnel. */
export class ProxyError extends Error {
  readonly code = 'ERR_PROXY';
  /** Host and port of the proxy. */
  readonly proxy: string;
  /** What it answered to CONNECT. */
  readonly status: number | undefined;
  /** Whether it is set in the configuration, and not in the environment. */
  readonly configured: boolean;

  constructor(proxy: URL, message: string, details: ProxyErrorDetails) {
    super(message, { cause: details.cause });
    this.proxy = proxy.host;
    this.status = details.status;
    this.configured = details.configured;
  }
}

/**
 * A connection to `target` through a proxy, by CONNECT (RFC 9110 section 9.3.6).
 *
 * Node's own `proxyEnv` is not used: it waits for an answer to CONNECT without an end, ignores proxies written without a
 * scheme, knows no address ranges in NO_PROXY, and takes no certificate authority for the proxy.
 *
 * @throws ProxyError, SilenceError
 */
export function openTunnel(
  proxy: URL,
  { target, connectTimeout, secureContext, configured = false }: TunnelOptions,
): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const protocol = process.getBuiltinModule(proxy.protocol === 'https:' ? 'node:https' : 'node:http');
  const request = protocol.request({
    method: 'CONNECT',
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: portOf(proxy),
    path: target,
    headers: { host: target, ...proxyAuthorization(proxy) },
    agent: false,
    servername: serverNameOf(proxy),
    ...(secureContext ? { secureContext } : {}),
  });
  const timer = setTimeout(() => {
    request.destroy();
    reject(new SilenceError(`no connection through the proxy ${proxy.host} after ${connectTimeout} ms`));
  }, connectTimeout);
  request.once('connect', (answer: IncomingMessage, socket: Socket, head: Buffer) => {
    clearTimeout(timer);
    if (answer.statusCode === 200) {
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    } else {
      socket.destroy();
      reject(refusal(proxy, answer, configured));
    }
  });
  request.once('error', (cause) => {
    clearTimeout(timer);
    reject(new ProxyError(proxy, `the proxy ${proxy.host} cannot be reached: ${cause.message}`, { configured, cause }));
  });
  request.end();
  return promise;
}

function refusal(proxy: URL, { statusCode = 0, statusMessage = '' }: IncomingMessage, configured: boolean): ProxyError {
  const words = statusMessage.replace(/[^\x20-\x7e]/g, '').slice(0, 100);
  return new ProxyError(proxy, `the proxy ${proxy.host} refuses the connection: ${statusCode} ${words}`.trim(), {
    status: statusCode,
    configured,
  });
}
