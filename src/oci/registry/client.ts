import type { Cancellable } from '../../core/index.ts';
import { Authoriser } from './authoriser.ts';
import { readExcerpt } from './body.ts';
import { failureOf } from './failure.ts';
import { sendFollowing } from './redirect.ts';
import { retrying } from './retry.ts';
import type { Settings } from './settings.ts';
import { type Answer, type Body, Transport } from './transport.ts';
import { Warnings } from './warnings.ts';

/** One step of distribution-spec's protocol. */
export interface Call extends Cancellable {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly repository?: string;
  readonly scopes: readonly string[];
  /** Statuses that are given back; all others become errors. */
  readonly expect: readonly number[];
  /** What is asked for, as an object: `the tags of acme/pdf`. */
  readonly what: string;
  /** The code of a 404; ERR_NOT_FOUND by default. */
  readonly missing?: 'ERR_NOT_FOUND' | 'ERR_BLOB_UNKNOWN';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Body;
  /** Whether a second time does no harm; by default so for GET and HEAD. */
  readonly repeatable?: boolean;
}

/** A registry as HTTP: authorises, follows, repeats, and turns refusals into errors. */
export class Client {
  readonly settings: Settings;
  readonly #transport: Transport;
  readonly #authoriser: Authoriser;
  readonly #warnings: Warnings;

  constructor(settings: Settings) {
    this.settings = settings;
    this.#transport = new Transport(settings);
    this.#authoriser = new Authoriser(settings, this.#transport);
    this.#warnings = new Warnings((text) => settings.onWarning(text, settings.host));
  }

  /** A URL of a repository's API; `path` begins after the name. */
  url(repository: string, path: string): URL {
    return new URL(`/v2/${repository}/${path}`, this.settings.base);
  }

  /**
   * @throws SkillsError ERR_UNAUTHORISED, ERR_NOT_FOUND, ERR_BLOB_UNKNOWN, ERR_UNTRUSTED, ERR_RATE_LIMITED, ERR_REGISTRY,
   * ERR_NETWORK, ERR_INSECURE, ERR_INTERRUPTED
   */
  call(call: Call): Promise<Answer> {
    const repeatable = call.repeatable ?? (call.method === 'GET' || call.method === 'HEAD');
    return this.repeat(() => this.#once(call), call, repeatable);
  }

  /** The answer that everybody gets, whatever it is: no credentials are shown. */
  callAsNobody(call: Call): Promise<Answer> {
    return this.repeat(() => this.#send(call, undefined), call);
  }

  /** Runs a step of several calls, and again where it fails in passing. */
  repeat<T>(work: () => Promise<T>, { signal }: Cancellable, repeatable = true): Promise<T> {
    const { retries, retryDelay } = this.settings;
    return retrying(work, { retries: repeatable ? retries : 0, retryDelay, signal });
  }

  close(): void {
    this.#transport.close();
  }

  async #once(call: Call): Promise<Answer> {
    const answer = await this.#authorised(call);
    this.#warnings.look(headerText(answer.headers.warning));
    const { method, url } = call;
    this.settings.logger.debug(
      { method, url: `${url.origin}${url.pathname}`, status: answer.status },
      'registry request',
    );
    if (call.expect.includes(answer.status)) return answer;
    const authenticated = await this.#authoriser.hasCredentials(call.repository);
    throw await failureOf(answer, { ...call, authenticated }, this.settings);
  }

  /** At most three attempts: a guess that is refused, the question of what is wanted, and the answer to it. */
  async #authorised(call: Call): Promise<Answer> {
    let proof = await this.#authoriser.prove(call);
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#send(call, proof.header);
      if (attempt === 3 || (answer.status !== 401 && answer.status !== 403)) return answer;
      // Read now: the token service may need this connection, when all others wait for a token too.
      const read = { ...answer, excerpt: await readExcerpt(answer) };
      const better = await this.#authoriser.improve(call, read, proof);
      if (!better) return read;
      proof = better;
    }
  }

  #send(call: Call, authorization: string | undefined): Promise<Answer> {
    const headers = { 'user-agent': this.settings.userAgent, ...call.headers };
    const outgoing = { ...call, headers: authorization ? { ...headers, authorization } : headers };
    return sendFollowing(this.#transport, outgoing, this.settings);
  }
}

/** Node joins most repeated headers; its types allow a list all the same. */
export function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
