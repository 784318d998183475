import { createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Identity } from '../../support/certificates.ts';
import { startSecure } from '../../support/secure-server.ts';

export const service = 'peers.test';
export const issuer = 'skills test token service';
/** Who may do what in which repository. */
export const pusher = { username: 'pusher', password: 'may-push' };
export const reader = { username: 'reader', password: 'may-pull' };
const users = [
  { ...pusher, actions: ['pull', 'push', 'delete', '*'] },
  { ...reader, actions: ['pull'] },
];

/** A token service of distribution's kind: Basic credentials and scopes in, a signed token with what is granted out. */
export interface TokenService extends AsyncDisposable {
  /** Its address, which registries name as their realm. */
  readonly realm: string;
  /** The scopes of each request, in order. */
  readonly asked: readonly (readonly string[])[];
}

/** @param signer the key that tokens are signed with, and its certificate: registries trust its authority. */
export async function startTokenService(server: Identity, signer: Identity): Promise<TokenService> {
  const asked: string[][] = [];
  const certificate = new X509Certificate(readFileSync(signer.cert));
  const key = createPrivateKey(readFileSync(signer.key));
  const listening = await startSecure(
    { cert: readFileSync(server.cert), key: readFileSync(server.key) },
    (request, response) => {
      const url = new URL(request.url ?? '/', 'https://localhost');
      const scopes = url.searchParams.getAll('scope').flatMap((scope) => scope.split(' '));
      asked.push(scopes);
      const user = userOf(request);
      if (!user || url.searchParams.get('service') !== service) return refuse(response);
      const access = scopes.flatMap((scope) => grant(scope, user.actions));
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ token: makeToken({ key, certificate }, user.username, access), expires_in: 300 }));
    },
  );
  return {
    realm: `https://${listening.host}/token`,
    asked,
    [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose](),
  };
}

interface Access {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

function userOf({ headers }: IncomingMessage) {
  const [username, password] = Buffer.from(headers.authorization?.replace(/^Basic /i, '') ?? '', 'base64')
    .toString()
    .split(':');
  return users.find((user) => user.username === username && user.password === password);
}

function refuse(response: ServerResponse): void {
  response.statusCode = 401;
  response.end('{"errors":[{"code":"UNAUTHORIZED","message":"not these credentials"}]}');
}

/** What of a scope, `type:name:action,action`, may be granted. zot's for its catalogue has no name. */
function grant(scope: string, allowed: readonly string[]): Access[] {
  const match = /^([^:]+):(.*):([^:]+)$/.exec(scope);
  if (!match) return [];
  const [, type = '', name = '', wanted = ''] = match;
  return [{ type, name, actions: wanted.split(',').filter((action) => allowed.includes(action)) }];
}

/** A JWT by RS256 or ES256, with the certificate in its `x5c` (RFC 7515 section 4.1.6). */
function makeToken(
  { key, certificate }: { key: ReturnType<typeof createPrivateKey>; certificate: X509Certificate },
  subject: string,
  access: readonly Access[],
): string {
  const now = Math.floor(Date.now() / 1000);
  const alg = key.asymmetricKeyType === 'ec' ? 'ES256' : 'RS256';
  const header = { typ: 'JWT', alg, x5c: [certificate.raw.toString('base64')] };
  const claims = {
    iss: issuer,
    sub: subject,
    aud: service,
    iat: now - 1,
    nbf: now - 1,
    exp: now + 300,
    jti: randomUUID(),
    access,
  };
  const body = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signature = sign('sha256', Buffer.from(body), { key, dsaEncoding: 'ieee-p1363' });
  return `${body}.${signature.toString('base64url')}`;
}
