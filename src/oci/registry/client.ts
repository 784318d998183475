import type { Cancellable } from '../../core/index.ts';
import { Authoriser } from './authoriser.ts';
import { isWebPage, notJson, readExcerpt } from './body.ts';
import { failureOf } from './failure.ts';
import { Memory } from './memory.ts';
import { sendFollowing } from './redirect.ts';
import { retrying } from './retry.ts';
import { pull, push } from './scopes.ts';
import type { Settings } from './settings.ts';
import { type Answer, type Body, discard, Transport } from './transport.ts';
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
  /** Whether the answer is content, which may be a web page; any other that is one does not come from the registry. */
  readonly content?: boolean;
  /** Whether a second time does no harm; by default so for GET and HEAD. */
  readonly repeatable?: boolean;
}

/** What all clients of one registry have in common. */
interface Shared {
  readonly transport: Transport;
  readonly authoriser: Authoriser;
  readonly warnings: Warnings;
  readonly memory: Memory;
}

/** A registry as HTTP: authorises, follows, repeats, and turns refusals into errors. */
export class Client {
  readonly settings: Settings;
  readonly #shared: Shared;
  readonly #writes: boolean;

  /** @param shared of the client that this is another way to use of. */
  constructor(settings: Settings, shared: Shared = share(settings), writes = false) {
    this.settings = settings;
    this.#shared = shared;
    this.#writes = writes;
  }

  /** What was learnt of the registry, for all who use it. */
  get memory(): Memory {
    return this.#shared.memory;
  }

  /**
   * The same registry for one who writes: everything is asked with the right to push, by a User-Agent that says `cosign`.
   * Harbor with content trust answers 412 to everybody else who looks at a manifest that is not signed yet.
   */
  forWriting(): Client {
    return new Client(this.settings, this.#shared, true);
  }

  /** A URL of a repository's API; `path` begins after the name. */
  url(repository: string, path: string): URL {
    const url = new URL(`/v2/${repository}/${path}`, this.settings.base);
    if (this.settings.mirrorOf !== undefined) url.searchParams.set('ns', this.settings.mirrorOf);
    return url;
  }

  /**
   * @throws SkillsError ERR_UNAUTHORISED, ERR_NOT_FOUND, ERR_BLOB_UNKNOWN, ERR_UNTRUSTED, ERR_RATE_LIMITED, ERR_REGISTRY,
   * ERR_NETWORK, ERR_INSECURE, ERR_INTERRUPTED
   */
  call(call: Call): Promise<Answer> {
    const repeatable = call.repeatable ?? (call.method === 'GET' || call.method === 'HEAD');
    const allowed = this.#writes ? { ...call, scopes: widened(call) } : call;
    return this.repeat(() => this.#once(allowed), call, repeatable);
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
    this.#shared.transport.close();
  }

  async #once(call: Call): Promise<Answer> {
    const answer = await this.#authorised(call);
    this.#shared.warnings.look(headerText(answer.headers.warning));
    const { method, url } = call;
    this.settings.logger.debug(
      { method, url: `${url.origin}${url.pathname}`, status: answer.status },
      'registry request',
    );
    if (call.expect.includes(answer.status)) {
      if (answer.status >= 300 || call.content || !isWebPage(answer, '')) return answer;
      discard(answer);
      throw notJson(answer, '', call.what);
    }
    const credentials = await this.#shared.authoriser.credentialsFor(call.repository);
    throw await failureOf(answer, { ...call, credentials }, this.settings);
  }

  /** At most three attempts: a guess that is refused, the question of what is wanted, and the answer to it. */
  async #authorised(call: Call): Promise<Answer> {
    let proof = await this.#shared.authoriser.prove(call);
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#send(call, proof.header);
      if (attempt === 3 || (answer.status !== 401 && answer.status !== 403)) return answer;
      // Read now: the token service may need this connection, when all others wait for a token too.
      const read = { ...answer, excerpt: await readExcerpt(answer) };
      const better = await this.#shared.authoriser.improve(call, read, proof);
      if (!better) return read;
      proof = better;
    }
  }

  #send(call: Call, authorization: string | undefined): Promise<Answer> {
    const { userAgent } = this.settings;
    const headers = { 'user-agent': this.#writes ? `${userAgent} (like cosign)` : userAgent, ...call.headers };
    const outgoing = { ...call, headers: authorization ? { ...headers, authorization } : headers };
    return sendFollowing(this.#shared.transport, outgoing, this.settings);
  }
}

function share(settings: Settings): Shared {
  const transport = new Transport(settings);
  const warnings = new Warnings((text) => settings.onWarning(text, settings.host));
  return { transport, authoriser: new Authoriser(settings, transport), warnings, memory: new Memory() };
}

/** Reading with the right to push; one token for all that a push asks. */
function widened({ scopes, repository }: Call): readonly string[] {
  return repository === undefined
    ? scopes
    : scopes.map((scope) => (scope === pull(repository) ? push(repository) : scope));
}

/** Node joins most repeated headers; its types allow a list all the same. */
export function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
