import type { Identity } from './identities.ts';
import { coversScopes } from './scopes.ts';
import type { Token, TokenService } from './token.ts';

interface Held {
  readonly token: Token;
  readonly service: TokenService;
  readonly identity: Identity;
}

/** Tokens by who they are for, which service gave them, and what they allow (distribution, "Token Authentication"). */
export class TokenCache {
  #held: Held[] = [];

  add(token: Token, service: TokenService, identity: Identity): void {
    this.#held.push({ token, service, identity });
  }

  /** One that is good for all of `scopes`, and still is for a while. */
  find(service: TokenService, identity: Identity, scopes: readonly string[]): Token | undefined {
    const now = Date.now();
    this.#held = this.#held.filter(({ token }) => token.expires > now);
    return this.#held.find(
      (held) =>
        held.identity === identity && isSameService(held.service, service) && coversScopes(held.token.scopes, scopes),
    )?.token;
  }

  /** Drops what a registry has refused. */
  forget(header: string | undefined): void {
    this.#held = this.#held.filter(({ token }) => token.header !== header);
  }
}

function isSameService(left: TokenService, right: TokenService): boolean {
  return left.realm.href === right.realm.href && left.service === right.service;
}
