import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { checkAborted } from '../abort.ts';
import { isSkillsError, type SkillsError } from '../errors.ts';
import type { ByteStream } from '../stream.ts';
import type { Cancellable } from '../target.ts';
import type { Network } from './network.ts';
import { networkError } from './network-error.ts';
import { type Patience, watchPace } from './pace.ts';

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
  /** Whether the host is asked as a registry, and so is shown the client certificate. */
  readonly asRegistry?: boolean | undefined;
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

/**
 * One request and its answer, HTTP/1.1. Follows no redirects, repeats nothing but a TLS handshake, knows no credentials.
 *
 * @throws SkillsError ERR_NETWORK, ERR_INTERRUPTED, ERR_CONFIG_INVALID, or what opening the body threw.
 */
export async function exchange(network: Network, outgoing: Outgoing, patience?: Patience): Promise<Answer> {
  checkAborted(outgoing.signal);
  const trusted = network.trustsSystem;
  try {
    return await exchangeOnce(network, outgoing, patience ?? network.patience);
  } catch (error) {
    if (!isSkillsError(error) || !network.widenTrust(error.cause, trusted)) throw error;
    return exchangeOnce(network, outgoing, patience ?? network.patience);
  }
}

/** Lets an answer's body pass unread, so that its connection can be used again. */
export function discard(answer: Answer): void {
  answer.message.on('error', () => {});
  answer.message.resume();
}

function exchangeOnce(network: Network, outgoing: Outgoing, patience: Patience): Promise<Answer> {
  const { method, url, signal, asRegistry, body } = outgoing;
  const length = body ? { 'content-length': String(body.size) } : {};
  const request = network.request(url, { method, headers: { ...outgoing.headers, ...length }, asRegistry });
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  let reason: Error | undefined;
  const explain = (cause: unknown) => networkError(reason ?? cause, url, signal);
  const stop = (why: Error) => {
    reason ??= why;
    request.destroy(why);
    // a request that waits for its connection is not told of its end
    reject(explain(why));
  };
  watchPace(request, patience, stop);
  watchSignal(request, signal, stop);
  request.on('error', (error) => reject(explain(error)));
  request.once('response', (message) =>
    resolve({ status: message.statusCode ?? 0, headers: message.headers, url, message, explain }),
  );
  sendBody(request, body).catch((error) => {
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
