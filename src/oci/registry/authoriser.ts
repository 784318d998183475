import { type Cancellable, isLoopback, isSkillsError, untilAborted } from '../../core/index.ts';
import { basicHeader, type Credentials } from '../credentials/index.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import { Identities, type Identity } from './identities.ts';
import { mergeScopes } from './scopes.ts';
import type { Settings } from './settings.ts';
import { exchangeToken, type Token, type TokenService, tokenServiceOf } from './token.ts';
import { TokenCache } from './token-cache.ts';
import type { Answer, Transport } from './transport.ts';

/** What a request needs to be allowed. */
export interface Need extends Cancellable {
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

const nothing: Proof = { kind: 'none' };

/** Answers the challenges of one registry, and remembers what they led to. */
export class Authoriser {
  readonly #settings: Settings;
  readonly #transport: Transport;
  readonly #identities: Identities;
  readonly #tokens = new TokenCache();
  readonly #pending = new Map<string, Promise<Token>>();
  #scheme: Scheme | undefined;

  constructor(settings: Settings, transport: Transport) {
    this.#settings = settings;
    this.#transport = transport;
    this.#identities = new Identities(settings.host, settings.credentials);
  }

  /** The proof for a first attempt. */
  async prove(need: Need): Promise<Proof> {
    if (!this.#isOurs(need.url)) return nothing;
    const identity = await this.#identities.of(need.repository);
    const { credentials } = identity;
    if (credentials?.registryToken) return { header: `Bearer ${credentials.registryToken}`, kind: 'fresh' };
    if (this.#scheme?.kind === 'bearer') {
      const held = this.#tokens.find(this.#scheme, identity, need.scopes);
      return held ? { header: held.header, kind: 'cached' } : this.#exchange(this.#scheme, need.scopes, need, identity);
    }
    const header = basicHeader(credentials);
    if (header === undefined) return nothing;
    if (this.#scheme) return { header, kind: 'fresh' };
    return this.#mayGuess() ? { header, kind: 'guess' } : nothing;
  }

  /** A better proof after a refusal; undefined where there is none and the refusal stands. */
  async improve(need: Need, answer: Answer, sent: Proof): Promise<Proof | undefined> {
    // What a redirect led to is another server: its challenge is none of ours.
    if (!this.#isOurs(need.url) || answer.url.origin !== need.url.origin) return undefined;
    if (answer.status !== 401 && answer.status !== 403) return undefined;
    this.#tokens.forget(sent.header);
    const identity = await this.#identities.of(need.repository);
    const better =
      answer.status === 403
        ? await this.#afterForbidden(need, sent, identity)
        : await this.#afterChallenge(need, answer, sent, identity);
    return better ?? this.#renew(need, sent, identity);
  }

  /** Whether anything is known to prove who asks: for the words of an error. */
  async credentialsFor(repository: string | undefined): Promise<Credentials | undefined> {
    return (await this.#identities.of(repository)).credentials;
  }

  async #afterForbidden(need: Need, sent: Proof, identity: Identity): Promise<Proof | undefined> {
    // Some registries know tokens only, and refuse a password instead of asking for the token (ghcr.io).
    if (sent.kind === 'guess') return (await this.#renew(need, sent, identity)) ?? nothing;
    return this.#refresh(need, sent, identity);
  }

  async #afterChallenge(need: Need, answer: Answer, sent: Proof, identity: Identity): Promise<Proof | undefined> {
    // It is sent as it is or not at all: nobody asked to go on as somebody else.
    if (identity.credentials?.registryToken) return undefined;
    const challenges = parseChallenges([answer.headers['www-authenticate'] ?? ''].flat().join(', '));
    const bearer = challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm'));
    if (bearer) return this.#answerBearer(bearer, need, sent, identity);
    // Others refuse a password without a challenge (zot, with a token service): it comes to those who prove nothing.
    if (challenges.length === 0 && sent.kind === 'guess') return nothing;
    if (!challenges.some(({ scheme }) => scheme === 'basic')) return this.#refresh(need, sent, identity);
    this.#scheme = { kind: 'basic' };
    const header = basicHeader(identity.credentials);
    return header === undefined || header === sent.header ? undefined : { header, kind: 'fresh' };
  }

  async #answerBearer(challenge: Challenge, need: Need, sent: Proof, identity: Identity): Promise<Proof | undefined> {
    const scheme: Scheme = { kind: 'bearer', ...tokenServiceOf(challenge, this.#settings) };
    this.#scheme = scheme;
    const asked = (challenge.parameters.get('scope') ?? '').split(' ').filter(Boolean);
    const scopes = mergeScopes(need.scopes, asked);
    // another request may have got one while this was refused
    const held = this.#tokens.find(scheme, identity, scopes);
    if (held) return { header: held.header, kind: 'cached' };
    const proof = await this.#exchange(scheme, scopes, need, identity);
    return proof.header === sent.header ? undefined : proof;
  }

  /** A token that was good may have run out early: once more, whatever the registry says about it. */
  async #refresh(need: Need, sent: Proof, identity: Identity): Promise<Proof | undefined> {
    if (sent.kind !== 'cached' || this.#scheme?.kind !== 'bearer') return undefined;
    const held = this.#tokens.find(this.#scheme, identity, need.scopes);
    if (held) return { header: held.header, kind: 'cached' };
    return this.#exchange(this.#scheme, need.scopes, need, identity);
  }

  /** The password itself may have run out, or somebody logged in meanwhile: its source may have another by now. */
  async #renew(need: Need, sent: Proof, refused: Identity): Promise<Proof | undefined> {
    const identity = await this.#identities.renew(need.repository, refused);
    const proof = identity && (await this.prove(need));
    return proof && proof.kind !== 'none' && proof.header !== sent.header ? proof : undefined;
  }

  #isOurs(url: URL): boolean {
    return url.origin === this.#settings.base.origin;
  }

  /** A password for a token service would cross the network in clear text, and the registry may not even want it. */
  #mayGuess(): boolean {
    const { base } = this.#settings;
    return base.protocol === 'https:' || isLoopback(base);
  }

  async #exchange(
    service: TokenService,
    wanted: readonly string[],
    { repository, signal }: Need,
    identity: Identity,
  ): Promise<Proof> {
    const scopes = mergeScopes(wanted);
    const getToken = (who: Identity) => untilAborted(this.#exchangeOnce(service, scopes, who), signal);
    try {
      return { header: (await getToken(identity)).header, kind: 'fresh' };
    } catch (error) {
      if (!isSkillsError(error, 'ERR_UNAUTHORISED')) throw error;
      const other = await this.#identities.renew(repository, identity);
      if (!other) throw error;
      return { header: (await getToken(other)).header, kind: 'fresh' };
    }
  }

  /** One exchange at a time for the same scopes: sixteen requests at once need one token, not sixteen. */
  #exchangeOnce(service: TokenService, scopes: readonly string[], identity: Identity): Promise<Token> {
    const key = JSON.stringify([service.realm.href, service.service, scopes, identity.key]);
    const pending = this.#pending.get(key);
    if (pending) return pending;
    const exchange = this.#exchangeNow(service, scopes, identity).finally(() => this.#pending.delete(key));
    this.#pending.set(key, exchange);
    return exchange;
  }

  async #exchangeNow(service: TokenService, scopes: readonly string[], identity: Identity): Promise<Token> {
    const token = await exchangeToken(this.#transport, service, scopes, identity.credentials, this.#settings);
    this.#tokens.add(token, service, identity);
    const { origin, pathname } = service.realm;
    const as = identity.credentials ? 'somebody' : 'nobody';
    this.#settings.logger.debug({ realm: `${origin}${pathname}`, scopes, as }, 'registry token');
    if (token.identityToken && identity.credentials?.identityToken) {
      identity.credentials = { identityToken: token.identityToken };
    }
    return token;
  }
}
