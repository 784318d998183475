import type { Agent, ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { type ByteStream, type Cancellable, checkAborted, SkillsError } from '../../core/index.ts';
import { networkError, SilenceError } from './network-error.ts';
import { isLoopback, type Settings } from './settings.ts';

/** What is sent along: it can be opened again for a redirect or a repetition. */
export interface Body {
  readonly size: number;
  open(): ByteStream | Promise<ByteStream>;
}

export interface Outgoing extends Cancellable {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Body | undefined;
}

/** An answer whose body is still to be read, or thrown away with `discard`. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly url: URL;
  readonly message: IncomingMessage;
  /** The beginning of the body, where it was read already. */
  readonly excerpt?: string;
  /** Why the body broke off, as an error for the reader. */
  explain(cause: unknown): SkillsError;
}

/** HTTP/1.1 over kept-alive sockets. Follows no redirects, repeats nothing, knows no credentials. */
export class Transport {
  readonly #settings: Settings;
  readonly #agents = new Map<string, Agent>();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** @throws SkillsError ERR_NETWORK, ERR_INTERRUPTED, ERR_INSECURE for a host that is not allowed, or what opening the body threw. */
  async send(outgoing: Outgoing): Promise<Answer> {
    checkAborted(outgoing.signal);
    const { method, url, headers } = outgoing;
    checkHost(url, this.#settings);
    const length = outgoing.body ? { 'content-length': String(outgoing.body.size) } : {};
    const agent = this.#agentOf(url);
    const request = protocolOf(url).request(url, { method, agent, headers: { ...headers, ...length } });
    return exchange(request, outgoing, this.#settings);
  }

  /** Closes the idle connections and breaks the others. */
  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  #agentOf(url: URL): Agent {
    // Node sends loopback through a proxy too, unless NO_PROXY says otherwise
    const kind = `${url.protocol}${isLoopback(url) ? 'direct' : 'any'}`;
    const known = this.#agents.get(kind);
    if (known) return known;
    const options = {
      keepAlive: true,
      maxSockets: this.#settings.maxSockets,
      scheduling: 'lifo' as const,
      ...(isLoopback(url) ? {} : { proxyEnv: process.env }),
    };
    const agent = new (protocolOf(url).Agent)(options);
    this.#agents.set(kind, agent);
    return agent;
  }
}

/** Loaded by the first request, not by an import: http takes 7 ms, TLS 20 more, and many commands make no request. */
function protocolOf({ protocol }: URL): Pick<typeof import('node:http'), 'Agent' | 'request'> {
  return process.getBuiltinModule(protocol === 'http:' ? 'node:http' : 'node:https');
}

/** The one door that every request goes through, wherever its URL came from. */
function checkHost(url: URL, { base, host, allowHost }: Settings): void {
  if (url.origin === base.origin || allowHost(url)) return;
  throw new SkillsError('ERR_INSECURE', `${host} leads to ${url.host}, which is not configured here`, {
    hint: `if ${url.host} belongs to this registry, configure it as one of its further hosts`,
    data: { host: url.host },
  });
}

/** Lets an answer's body pass unread, so that its connection can be used again. */
export function discard(answer: Answer): void {
  answer.message.on('error', () => {});
  answer.message.resume();
}

function exchange(request: ClientRequest, outgoing: Outgoing, settings: Settings): Promise<Answer> {
  const { url, signal } = outgoing;
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  let reason: Error | undefined;
  const stop = (why: Error) => {
    reason ??= why;
    request.destroy(why);
  };
  const explain = (cause: unknown) => networkError(reason ?? cause, url, signal);
  watchSilence(request, settings, stop);
  watchSignal(request, signal, stop);
  request.on('error', (error) => reject(explain(error)));
  request.once('response', (message) =>
    resolve({ status: message.statusCode ?? 0, headers: message.headers, url, message, explain }),
  );
  sendBody(request, outgoing.body).catch((error) => {
    reject(error);
    request.destroy();
  });
  return promise;
}

function watchSignal(request: ClientRequest, signal: AbortSignal | undefined, stop: (why: Error) => void): void {
  if (!signal) return;
  const onAbort = () => stop(new Error('aborted'));
  signal.addEventListener('abort', onAbort, { once: true });
  request.once('close', () => signal.removeEventListener('abort', onAbort));
}

function watchSilence(request: ClientRequest, settings: Settings, stop: (why: Error) => void): void {
  const { connectTimeout, idleTimeout } = settings;
  request.setTimeout(idleTimeout, () => stop(new SilenceError(`it was silent for ${idleTimeout} ms`)));
  request.once('socket', (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(() => stop(new SilenceError(`no connection after ${connectTimeout} ms`)), connectTimeout);
    const clear = () => clearTimeout(timer);
    socket.once('encrypted' in socket ? 'secureConnect' : 'connect', clear);
    request.once('close', clear);
  });
}

async function sendBody(request: ClientRequest, body: Body | undefined): Promise<void> {
  let answered = false;
  request.once('response', (message) => {
    answered = true;
    // A connection with half a request on it is of no more use.
    if (!request.writableEnded) message.once('end', () => request.destroy());
  });
  if (body && body.size > 0) {
    for await (const piece of await body.open()) {
      // A server that has answered already, with an error, will not read on.
      if (request.destroyed || answered) return;
      if (!request.write(piece)) await writable(request);
    }
  }
  request.end();
}

function writable(request: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const events = ['drain', 'close', 'error', 'response'];
    const done = () => {
      for (const event of events) request.off(event, done);
      resolve();
    };
    for (const event of events) request.on(event, done);
  });
}
