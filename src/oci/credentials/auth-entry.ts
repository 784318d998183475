import type { Credentials } from './credentials.ts';

/** An entry of `auths` in docker's config.json, or in podman's auth.json (containers-auth.json(5)). */
export type AuthEntry = Readonly<Record<string, unknown>>;

/** The user name that stands for "the password is an identity token" (docker, Azure). */
const tokenUser = '<token>';
const secretKeys = ['auth', 'username', 'password', 'identitytoken', 'registrytoken'];

/** Undefined where the entry holds none: a helper's does not. @throws Error where `auth` is not what it has to be. */
export function credentialsOf(entry: AuthEntry): Credentials | undefined {
  const registryToken = text(entry.registrytoken);
  if (registryToken) return { registryToken };
  const auth = text(entry.auth);
  const pair = auth ? decodeAuth(auth) : undefined;
  const identityToken = text(entry.identitytoken);
  if (identityToken) return { identityToken };
  return fromPair(pair?.username ?? text(entry.username), pair?.password ?? text(entry.password));
}

/** The credentials that a user name and a secret are; undefined where one is missing. */
export function fromPair(username: string | undefined, secret: string | undefined): Credentials | undefined {
  if (username === undefined || secret === undefined) return undefined;
  return username === tokenUser ? { identityToken: secret } : { username, password: secret };
}

/** As {@link fromPair} would read them back. */
export function toPair({ username, password, identityToken }: Credentials): { username: string; secret: string } {
  return identityToken === undefined
    ? { username: username ?? '', secret: password ?? '' }
    : { username: tokenUser, secret: identityToken };
}

/** An entry that holds the credentials, and whatever else was in the one before. */
export function entryOf(credentials: Credentials, before: AuthEntry = {}): AuthEntry {
  const { username = '', password = '', identityToken } = credentials;
  const secret =
    identityToken === undefined
      ? { auth: Buffer.from(`${username}:${password}`).toString('base64') }
      : { identitytoken: identityToken };
  return { ...withoutSecrets(before), ...secret };
}

/** An entry without what a helper keeps in its place. */
export function withoutSecrets(entry: AuthEntry): AuthEntry {
  return Object.fromEntries(Object.entries(entry).filter(([key]) => !secretKeys.includes(key)));
}

/** Whether there is anything in an entry that has to be kept from others. */
export function holdsSecret(entry: AuthEntry): boolean {
  return Object.keys(entry).some((key) => secretKeys.includes(key));
}

function decodeAuth(auth: string): { username: string; password: string } {
  // docker pads some values with NUL
  const decoded = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = decoded.indexOf(':');
  if (colon < 1) throw new Error('is not the base64 of user:password');
  return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
