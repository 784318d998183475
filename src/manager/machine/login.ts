import { isRepositoryName, isSkillsError, looksLikeRegistry, SkillsError } from '../../core/index.ts';
import type { CredentialPlace, Credentials } from '../../oci/index.ts';
import type { Context } from '../context.ts';
import { readConfig } from '../settings/config-file.ts';
import { ownDefaultHost } from '../settings/credentials.ts';

/** Who logs in: a user name and a password (or what the registry calls a token), or an identity token. */
export interface LoginCredentials {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly identityToken?: string | undefined;
}

/** Where credentials are kept. */
export interface StoredCredentials {
  /** `file` as plain base64, `helper` in whatever that program uses. */
  readonly kind: 'file' | 'helper';
  /** The file that holds them, or that names the helper. */
  readonly file: string;
  /** Its name: `osxkeychain` for the program docker-credential-osxkeychain. */
  readonly helper?: string;
}

/** What a login did. */
export interface LoginReport {
  /** `host[:port]`, perhaps with a namespace. */
  readonly registry: string;
  /** Absent for an identity token. */
  readonly username?: string;
  /** Whether the registry looked at them; false where it lets everybody in. */
  readonly verified: boolean;
  readonly stored: StoredCredentials;
  readonly warnings: readonly string[];
}

/** What a logout did. */
export interface LogoutReport {
  readonly registry: string;
  /** Where there were credentials; empty where there were none. */
  readonly removed: readonly StoredCredentials[];
  readonly warnings: readonly string[];
}

export async function login(
  context: Context,
  registry: string | undefined,
  given: LoginCredentials | ((registry: string) => Promise<LoginCredentials>),
): Promise<LoginReport> {
  const key = await loginKey(context, registry);
  context.requireNetwork(`the registry ${hostOf(key)}`);
  const credentials = checkCredentials(typeof given === 'function' ? await given(key) : given);
  const answer = await verify(context, key, credentials);
  const { storeCredentials } = await import('../../oci/index.ts');
  const place = await storing(() => storeCredentials(key, credentials, context.credentialPlaces));
  return {
    registry: key,
    ...(credentials.username === undefined ? {} : { username: credentials.username }),
    verified: answer === 'accepted',
    stored: placeOf(place),
    warnings: [
      ...(answer === 'accepted'
        ? []
        : [`${hostOf(key)} lets everybody in: whether the credentials are right shows later`]),
      ...warnOfPlain(place),
      ...(await warnOfOther(context, key, credentials)),
    ],
  };
}

export async function logout(context: Context, registry: string | undefined): Promise<LogoutReport> {
  const key = await loginKey(context, registry);
  const { eraseCredentials } = await import('../../oci/index.ts');
  const removed = await storing(() => eraseCredentials(key, context.credentialPlaces));
  const source = await context.credentials();
  source.forget?.();
  const left = await source.locate?.(hostOf(key), namespaceOf(key));
  const warnings = left ? [`there are still credentials for ${key}: ${left}`] : [];
  return { registry: key, removed: removed.map(placeOf), warnings };
}

/**
 * What a login is for: `host[:port]`, perhaps with a namespace, from whatever a person calls it.
 *
 * @throws SkillsError ERR_USAGE, ERR_REFERENCE_INVALID
 */
async function loginKey({ options, settings }: Context, registry: string | undefined): Promise<string> {
  const text = registry ?? ownDefaultHost(options, settings);
  if (text === undefined) {
    throw new SkillsError('ERR_USAGE', 'it is not said which registry to log in to', {
      hint: settings.registry
        ? `name it; this project's is ${settings.registry.split('/')[0]}`
        : 'name it: skills login ghcr.io',
    });
  }
  const named = readConfig(settings.home).registries.get(text)?.prefix.split('/')[0];
  const { normaliseKey } = await import('../../oci/index.ts');
  const key = named ?? normaliseKey(text.replace(/^oci:\/\//, ''));
  const namespace = namespaceOf(key);
  if (looksLikeRegistry(hostOf(key)) && (namespace === '' || isRepositoryName(namespace))) return canonical(key);
  throw new SkillsError('ERR_REFERENCE_INVALID', `"${text}" is not a registry`, {
    hint: 'a host, perhaps with a port and a namespace: ghcr.io, localhost:5000, quay.io/acme',
  });
}

function placeOf({ kind, file, helper }: CredentialPlace): StoredCredentials {
  return { kind, file, ...(helper === undefined ? {} : { helper }) };
}

function canonical(key: string): string {
  return key === 'index.docker.io' || key === 'registry-1.docker.io' ? 'docker.io' : key;
}

function hostOf(key: string): string {
  return key.split('/')[0] ?? key;
}

function namespaceOf(key: string): string {
  return key.split('/').slice(1).join('/');
}

/** @throws SkillsError ERR_USAGE */
function checkCredentials({ username, password, identityToken }: LoginCredentials): Credentials {
  const credentials = identityToken ? { identityToken } : username && password ? { username, password } : undefined;
  if (!credentials) {
    throw new SkillsError('ERR_USAGE', 'a login needs a user name and a password, or an identity token', {
      hint: 'skills login HOST --username NAME --password-stdin < FILE',
    });
  }
  // RFC 7617: the colon ends the user name. Control characters cannot stand in a header.
  if (username?.includes(':') || Object.values(credentials).some((text) => /\p{Cc}/u.test(text))) {
    throw new SkillsError('ERR_USAGE', 'a user name has no ":", and neither it nor a password has control characters', {
      hint: 'was a whole file piped in, or a line break with it?',
    });
  }
  return credentials;
}

/** @throws SkillsError ERR_UNAUTHORISED where the registry refuses them. Nothing is stored then. */
async function verify(context: Context, key: string, credentials: Credentials): Promise<'accepted' | 'not asked'> {
  const host = hostOf(key);
  await using registry = await context.openRegistry(host, async () => credentials);
  try {
    return await registry.checkLogin({ signal: context.signal });
  } catch (error) {
    if (!isSkillsError(error, 'ERR_UNAUTHORISED')) throw error;
    throw new SkillsError('ERR_UNAUTHORISED', `${host} does not take these credentials; nothing was stored`, {
      cause: error,
      hint: 'check user name and password; many registries want an access token in place of the password',
      data: error.data,
    });
  }
}

/** Says which file it was that the system refused. */
async function storing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (isSkillsError(error) || !code || !path) throw error;
    throw new SkillsError(
      'ERR_IO',
      `the credentials cannot be written to ${path.replace(/\.\d+-\w+\.tmp$/, '')} (${code})`,
      {
        cause: error,
        hint: 'mend its permissions, or name another file: --registry-config FILE',
      },
    );
  }
}

/** Once a file, not once a login. */
function warnOfPlain({ file, firstPlain }: CredentialPlace): string[] {
  if (!firstPlain) return [];
  return [
    `the password stands in ${file} as plain base64, readable to you alone; a credential helper ("credsStore" in that file) would keep it safer`,
  ];
}

/** What was stored is of no use where another place comes first. */
async function warnOfOther(context: Context, key: string, stored: Credentials): Promise<string[]> {
  const source = await context.credentials();
  source.forget?.();
  const host = hostOf(key);
  const found = await source(host, namespaceOf(key));
  if (found && isSame(found, stored)) return [];
  const place = await source.locate?.(host, namespaceOf(key));
  return [`other credentials for ${key} are found before these: ${place ?? 'none'}`];
}

function isSame(left: Credentials, right: Credentials): boolean {
  return (['username', 'password', 'identityToken'] as const).every((key) => left[key] === right[key]);
}
