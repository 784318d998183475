import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SkillsError } from '../../core/index.ts';
import type { CredentialSource, Credentials } from './credentials.ts';

/** An entry of `auths` in docker's config.json, or in podman's auth.json (containers-auth.json(5)). */
interface AuthEntry {
  readonly auth?: unknown;
  readonly username?: unknown;
  readonly password?: unknown;
  readonly identitytoken?: unknown;
  readonly registrytoken?: unknown;
}

interface DockerConfig {
  readonly auths: ReadonlyMap<string, AuthEntry>;
  /** The name of the credential helper that has a registry's credentials, if one does. */
  readonly helperOf: (registry: string) => string | undefined;
}

export interface DockerCredentialOptions {
  /** By default `$DOCKER_CONFIG/config.json`, else `~/.docker/config.json`. */
  readonly configFile?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * The credentials that `docker login` wrote under `auths`. Keys may be namespaced (`quay.io/acme/skills`): the longest
 * that covers the repository wins. A file that is not there has none; it is read again when it changes.
 *
 * The source throws SkillsError ERR_CONFIG_INVALID where the file or the entry cannot be read.
 */
export function dockerCredentials(options: DockerCredentialOptions = {}): CredentialSource {
  const env = options.env ?? process.env;
  const file = options.configFile ?? join(env.DOCKER_CONFIG || join(homedir(), '.docker'), 'config.json');
  const read = cachedByChange(file);
  const find = async (registry: string, repository = '') => {
    const { auths } = read();
    for (const key of keysFor(registry, repository)) {
      const entry = auths.get(key);
      const found = entry && credentialsOf(entry, key, file);
      if (found) return found;
    }
    return undefined;
  };
  return Object.assign(find, {
    explain: (registry: string) => explainHelper(read().helperOf(registry), registry, file),
  });
}

/** `docker login` puts the password where it is not looked for: to advise it would lead round in a circle. */
function explainHelper(helper: string | undefined, registry: string, file: string): string | undefined {
  if (helper === undefined) return undefined;
  return `${file} leaves the credentials to the helper "${helper}", and helpers are not read yet: set DOCKER_CONFIG to a folder whose config.json has { "auths": { "${registry}": { "auth": "<base64 of user:token>" } } } and no helper`;
}

const noConfig: DockerConfig = { auths: new Map(), helperOf: () => undefined };

function cachedByChange(file: string): () => DockerConfig {
  let stamp: string | undefined;
  let config = noConfig;
  return () => {
    const stat = statSync(file, { throwIfNoEntry: false });
    const now = stat ? `${stat.mtimeMs} ${stat.size} ${stat.ino}` : '';
    if (now !== stamp) {
      config = stat ? readConfig(file) : noConfig;
      stamp = now;
    }
    return config;
  };
}

function readConfig(file: string): DockerConfig {
  const config = parseConfig(file);
  if (!isRecord(config)) return noConfig;
  const { credHelpers, credsStore } = config;
  const helpers = new Map(
    Object.entries(isRecord(credHelpers) ? credHelpers : {}).map(([key, helper]) => [normaliseKey(key), text(helper)]),
  );
  return {
    auths: readAuths(config.auths, file),
    helperOf: (registry) =>
      hostsOf(registry)
        .map((host) => helpers.get(host))
        .find(Boolean) ?? text(credsStore),
  };
}

function readAuths(auths: unknown, file: string): DockerConfig['auths'] {
  if (auths === undefined || auths === null) return new Map();
  if (!isRecord(auths)) throw invalid(file, '"auths" is not an object');
  const entries = Object.entries(auths).filter(([, entry]) => isRecord(entry));
  return new Map(entries.map(([key, entry]) => [normaliseKey(key), entry as AuthEntry]));
}

function parseConfig(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw invalid(file, cause instanceof SyntaxError ? 'it is not JSON' : 'it cannot be opened', cause);
  }
}

/** `https://index.docker.io/v1/` → `index.docker.io`: keys of old writers are URLs of the API. */
function normaliseKey(key: string): string {
  return key
    .replace(/^https?:\/\//, '')
    .replace(/\/(?:v[12]\/?)?$/, '')
    .toLowerCase();
}

const dockerHub = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

function hostsOf(registry: string): readonly string[] {
  return dockerHub.includes(registry) ? dockerHub : [registry.toLowerCase()];
}

function* keysFor(registry: string, repository: string): Iterable<string> {
  const hosts = hostsOf(registry);
  const segments = repository.split('/').filter(Boolean);
  for (let count = segments.length; count >= 0; count--) {
    for (const host of hosts) yield [host, ...segments.slice(0, count)].join('/');
  }
}

function credentialsOf(entry: AuthEntry, key: string, file: string): Credentials | undefined {
  const registryToken = text(entry.registrytoken);
  if (registryToken) return { registryToken };
  const pair = text(entry.auth) ? decodeAuth(String(entry.auth), key, file) : undefined;
  const username = pair?.username ?? text(entry.username);
  const password = pair?.password ?? text(entry.password);
  // Azure's registry writes its identity token as the password of a user that is no user.
  const identityToken = text(entry.identitytoken) ?? (username === '<token>' ? password : undefined);
  if (identityToken) return { identityToken };
  return username && password !== undefined ? { username, password } : undefined;
}

function decodeAuth(auth: string, key: string, file: string): { username: string; password: string } {
  // docker pads some values with NUL
  const decoded = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = decoded.indexOf(':');
  if (colon < 1) throw invalid(file, `"auths.${key}.auth" is not the base64 of user:password`);
  return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(file: string, why: string, cause?: unknown): SkillsError {
  return new SkillsError('ERR_CONFIG_INVALID', `${file}: the credentials cannot be read: ${why}`, {
    cause,
    hint: 'mend the file, or move it away and log in again',
  });
}
