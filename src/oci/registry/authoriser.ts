import { basicHeader, type Credentials } from '../credentials/index.ts';
import { parseChallenges } from './challenge.ts';
import { coversScopes, mergeScopes } from './scopes.ts';
import type { Settings } from './settings.ts';
import { exchangeToken, type Token, type TokenService, tokenServiceOf } from './token.ts';
import type { Answer, Transport } from './transport.ts';

/** What a request needs to be allowed. */
export interface Need {
  readonly url: URL;
  readonly repository?: string | undefined;
  readonly scopes: readonly string[];
}

/** What was sent as proof, and how sure it was. */
export interface Proof {
  readonly header?: string | undefined;
  /** `guess`: Basic before the registry asked for it; `cached`: a token that may be stale; `fresh`: nothing better is known. */
  readonly kind: 'none' | 'guess' | 'cached' | 'fresh';
}

type Scheme = { readonly kind: 'basic' } | ({ readonly kind: 'bearer' } & TokenService);

/** Answers the challenges of one registry, and remembers what they led to. */
export class Authoriser {
  readonly #settings: Settings;
  readonly #transport: Transport;
  readonly #credentials = new Map<string, Promise<Credentials | undefined>>();
  readonly #pending = new Map<string, Promise<Token>>();
  #tokens: Token[] = [];
  #scheme: Scheme | undefined;

  constructor(settings: Settings, transport: Transport) {
    this.#settings = settings;
    this.#transport = transport;
  }

  /** The proof for a first attempt. */
  async prove(need: Need): Promise<Proof> {
    if (!this.#isOurs(need.url)) return { kind: 'none' };
    const credentials = await this.#credentialsFor(need.repository);
    if (credentials?.registryToken) return { header: `Bearer ${credentials.registryToken}`, kind: 'fresh' };
    if (this.#scheme?.kind === 'bearer') {
      const held = this.#tokenFor(need.scopes);
      if (held) return { header: held.header, kind: 'cached' };
      return { header: (await this.#exchange(this.#scheme, need.scopes, need.repository)).header, kind: 'fresh' };
    }
    const header = basicHeader(credentials);
    return header ? { header, kind: this.#scheme ? 'fresh' : 'guess' } : { kind: 'none' };
  }

  /** A better proof after a refusal; undefined where there is none and the refusal stands. */
  async improve(need: Need, answer: Answer, sent: Proof): Promise<Proof | undefined> {
    // What a redirect led to is another server: its challenge is none of ours.
    if (!this.#isOurs(need.url) || answer.url.origin !== need.url.origin) return undefined;
    if (answer.status === 403) return this.#afterForbidden(need, sent);
    return answer.status === 401 ? this.#afterChallenge(need, answer, sent) : undefined;
  }

  async #afterForbidden(need: Need, sent: Proof): Promise<Proof | undefined> {
    if (sent.kind === 'guess') return { kind: 'none' };
    if (sent.kind !== 'cached' || this.#scheme?.kind !== 'bearer') return undefined;
    this.#forget(sent);
    return { header: (await this.#exchange(this.#scheme, need.scopes, need.repository)).header, kind: 'fresh' };
  }

  async #afterChallenge(need: Need, answer: Answer, sent: Proof): Promise<Proof | undefined> {
    this.#forget(sent);
    const challenges = parseChallenges(answer.headers['www-authenticate'] ?? '');
    const bearer = challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm'));
    if (bearer) {
      const scheme: Scheme = { kind: 'bearer', ...tokenServiceOf(bearer, this.#settings) };
      this.#scheme = scheme;
      const asked = (bearer.parameters.get('scope') ?? '').split(' ').filter(Boolean);
      const scopes = mergeScopes(need.scopes, asked);
      // another request may have got one while this was refused
      const held = this.#tokenFor(scopes);
      if (held) return { header: held.header, kind: 'cached' };
      const { header } = await this.#exchange(scheme, scopes, need.repository);
      return header === sent.header ? undefined : { header, kind: 'fresh' };
    }
    if (!challenges.some(({ scheme }) => scheme === 'basic')) return undefined;
    this.#scheme = { kind: 'basic' };
    const header = basicHeader(await this.#credentialsFor(need.repository));
    return header === undefined || header === sent.header ? undefined : { header, kind: 'fresh' };
  }

  /** Whether anything is known to prove who asks: for the words of an error. */
  async hasCredentials(repository: string | undefined): Promise<boolean> {
    return (await this.#credentialsFor(repository)) !== undefined;
  }

  #isOurs(url: URL): boolean {
    return url.origin === this.#settings.base.origin;
  }

  #credentialsFor(repository = ''): Promise<Credentials | undefined> {
    const known = this.#credentials.get(repository);
    if (known) return known;
    const found = this.#settings.credentials(this.#settings.host, repository || undefined);
    this.#credentials.set(repository, found);
    return found;
  }

  #tokenFor(scopes: readonly string[]): Token | undefined {
    const now = Date.now();
    this.#tokens = this.#tokens.filter((token) => token.expires > now);
    return this.#tokens.find((token) => coversScopes(token.scopes, scopes));
  }

  #forget(sent: Proof): void {
    this.#tokens = this.#tokens.filter((token) => token.header !== sent.header);
  }

  /** One exchange at a time for the same scopes: sixteen requests at once need one token, not sixteen. */
  #exchange(service: TokenService, wanted: readonly string[], repository: string | undefined): Promise<Token> {
    const scopes = mergeScopes(wanted);
    const key = JSON.stringify([service.realm.href, service.service, scopes]);
    const pending = this.#pending.get(key);
    if (pending) return pending;
    const exchange = this.#exchangeNow(service, scopes, repository).finally(() => this.#pending.delete(key));
    this.#pending.set(key, exchange);
    return exchange;
  }

  async #exchangeNow(service: TokenService, scopes: readonly string[], repository: string | undefined): Promise<Token> {
    const credentials = await this.#credentialsFor(repository);
    const token = await exchangeToken(this.#transport, service, scopes, credentials, this.#settings);
    this.#tokens.push(token);
    if (token.identityToken && credentials?.identityToken) {
      this.#credentials.set(repository ?? '', Promise.resolve({ identityToken: token.identityToken }));
    }
    return token;
  }
}
