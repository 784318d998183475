import { limits, SkillsError } from '../../core/index.ts';
import { basicHeader, type Credentials } from '../credentials/index.ts';
import { readJson } from './body.ts';
import type { Challenge } from './challenge.ts';
import { failureOf } from './failure.ts';
import { sendFollowing, withoutUser } from './redirect.ts';
import { retrying } from './retry.ts';
import { mayBePlain, type Settings } from './settings.ts';
import type { Outgoing, Transport } from './transport.ts';

export interface Token {
  readonly header: string;
  readonly scopes: readonly string[];
  /** Milliseconds since 1970. */
  readonly expires: number;
  /** The token service may replace the identity token. */
  readonly identityToken?: string | undefined;
}

/** Seconds, where the token service does not say (distribution, "Token Authentication Specification"). */
const defaultLife = 60;
const clientId = 'skills';

/** Where a Bearer challenge sends its clients. */
export interface TokenService {
  readonly realm: URL;
  readonly service: string | undefined;
}

/**
 * Reads realm and service of a Bearer challenge. Credentials go to the realm, so it must be https; plain http is for
 * registries that are spoken to over plain http themselves, and then only on loopback or configured hosts.
 *
 * @throws SkillsError ERR_INSECURE, ERR_REGISTRY
 */
export function tokenServiceOf(challenge: Challenge, settings: Settings): TokenService {
  const realm = challenge.parameters.get('realm') ?? '';
  if (!URL.canParse(realm)) {
    throw new SkillsError('ERR_REGISTRY', `${settings.host} names no usable token service (realm "${realm}")`);
  }
  const url = withoutUser(new URL(realm));
  const plainAllowed = settings.base.protocol === 'http:' && mayBePlain(url, settings.plainHttp);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && plainAllowed)) {
    throw new SkillsError('ERR_INSECURE', `${settings.host} names a token service without https: ${url.origin}`, {
      hint: 'credentials would be sent in clear text; tell the operator of the registry',
    });
  }
  return { realm: url, service: challenge.parameters.get('service') };
}

/** Gets a token. @throws SkillsError ERR_UNAUTHORISED where the token service refuses the credentials. */
export function exchangeToken(
  transport: Transport,
  service: TokenService,
  scopes: readonly string[],
  credentials: Credentials | undefined,
  settings: Settings,
): Promise<Token> {
  const identityToken = credentials?.identityToken;
  const outgoing = identityToken
    ? refreshRequest(service, scopes, identityToken, settings)
    : plainRequest(service, scopes, credentials, settings);
  return retrying(async () => {
    // what leads elsewhere is followed without credentials, and never with a token in a body
    const answer = await (identityToken ? transport.send(outgoing) : sendFollowing(transport, outgoing, settings));
    if (answer.status !== 200) {
      // RFC 6749 section 5.2: an identity token that has run out is a bad request.
      const refused = identityToken !== undefined && answer.status === 400;
      throw await failureOf(
        refused ? { ...answer, status: 401 } : answer,
        { what: 'a token', scopes, credentials },
        settings,
      );
    }
    return tokenFrom(await readJson(answer, limits.answerBytes, 'a token'), scopes, settings);
  }, settings);
}

function plainRequest(
  { realm, service }: TokenService,
  scopes: readonly string[],
  credentials: Credentials | undefined,
  settings: Settings,
): Outgoing {
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  const authorization = basicHeader(credentials);
  const headers = { 'user-agent': settings.userAgent, accept: 'application/json' };
  return { method: 'GET', url, headers: authorization ? { ...headers, authorization } : headers };
}

/** distribution, "Docker Registry v2 authentication using OAuth2". */
function refreshRequest(
  { realm, service = '' }: TokenService,
  scopes: readonly string[],
  identityToken: string,
  settings: Settings,
): Outgoing {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: identityToken,
    service,
    scope: scopes.join(' '),
  });
  const bytes = Buffer.from(form.toString());
  const headers = { 'user-agent': settings.userAgent, 'content-type': 'application/x-www-form-urlencoded' };
  return { method: 'POST', url: realm, headers, body: bodyFrom(bytes) };
}

function bodyFrom(bytes: Uint8Array) {
  return {
    size: bytes.byteLength,
    async *open() {
      yield bytes;
    },
  };
}

function tokenFrom(answer: Record<string, unknown>, scopes: readonly string[], settings: Settings): Token {
  const token = answer.token || answer.access_token;
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
    throw new SkillsError('ERR_REGISTRY', `the token service of ${settings.host} answered without a token`);
  }
  const seconds = Number(answer.expires_in) > 0 ? Number(answer.expires_in) : defaultLife;
  // a tenth is given away for clocks and for the time that a request takes
  const expires = Date.now() + seconds * 900;
  const identityToken = typeof answer.refresh_token === 'string' ? answer.refresh_token : undefined;
  return { header: `Bearer ${token}`, scopes, expires, identityToken };
}
