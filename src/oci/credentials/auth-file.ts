import { readFileSync, statSync } from 'node:fs';
import { isSkillsError, readJson, SkillsError } from '../../core/index.ts';
import { type AuthEntry, credentialsOf, holdsSecret } from './auth-entry.ts';
import type { Credentials } from './credentials.ts';
import { hostsOf, keysFor, normaliseKey } from './keys.ts';

/** docker's config.json, or podman's auth.json: both are read alike. */
export interface AuthFile {
  /** For messages. */
  readonly name: string;
  /** Names of the helpers that a registry's credentials are left to, the one for it alone first. */
  readonly helpersOf: (registry: string) => readonly string[];
  /**
   * The credentials that the file itself holds. Keys may be namespaced (`quay.io/acme/skills`): the longest that covers the
   * repository wins.
   *
   * @throws SkillsError ERR_CONFIG_INVALID
   */
  readonly find: (registry: string, repository: string) => Credentials | undefined;
  /** Whether there is any password in the file itself. */
  readonly isPlain: boolean;
  /** Whether the file has anything to say of just this registry: an entry, or a helper for it alone. */
  readonly mentions: (registry: string) => boolean;
}

/** A file as it is now; undefined where it is not there. @throws SkillsError ERR_CONFIG_INVALID */
export function readAuthFile(file: string): AuthFile | undefined {
  const text = readText(file);
  return text === undefined ? undefined : parseAuthFile(text, file);
}

/** The same, read again only when it has changed. */
export function watchAuthFile(file: string): () => AuthFile | undefined {
  let stamp = '';
  let held: AuthFile | undefined;
  return () => {
    const stat = statOf(file);
    const now = stat ? `${stat.mtimeMs} ${stat.size} ${stat.ino}` : '';
    if (now !== stamp) {
      held = stat && readAuthFile(file);
      stamp = now;
    }
    return held;
  };
}

/** @throws SkillsError ERR_CONFIG_INVALID, with no word of what the text holds. */
export function parseAuthFile(text: string, name: string): AuthFile {
  const config = parseAuthConfig(text, name);
  const auths = normalised(sectionOf(config, 'auths', name));
  const helpers = normalised(sectionOf(config, 'credHelpers', name));
  const helpersOf = (registry: string) => {
    const own = hostsOf(registry)
      .map((host) => helpers.get(host))
      .find((helper) => helper !== undefined);
    // Docker reads an empty name as "no helper for this one".
    return own === '' ? [] : [own, config.credsStore].filter(isText);
  };
  return {
    name,
    helpersOf,
    find: (registry, repository) => {
      for (const key of keysFor(registry, repository)) {
        const found = readEntry(auths.get(key), key, name);
        if (found) return found;
      }
      return undefined;
    },
    isPlain: [...auths.values()].filter(isRecord).some(holdsSecret),
    mentions: (registry) => hostsOf(registry).some((host) => auths.has(host) || isText(helpers.get(host))),
  };
}

/** The document of such a file; an empty file is one without entries. @throws SkillsError ERR_CONFIG_INVALID */
export function parseAuthConfig(text: string, name: string): Record<string, unknown> {
  if (text.trim() === '') return {};
  try {
    const { value } = readJson(text, { file: name });
    if (isRecord(value)) return value;
  } catch (error) {
    // Not as the cause: a parser's message quotes the text around the mistake, and that text is passwords.
    const line = isSkillsError(error) ? error.data?.line : undefined;
    throw invalidFile(name, `it is not JSON${line === undefined ? '' : ` (line ${line})`}`);
  }
  throw invalidFile(name, 'it is not a JSON object');
}

/** A part of the document, empty where there is none. @throws SkillsError ERR_CONFIG_INVALID where it is no object. */
export function sectionOf(config: Record<string, unknown>, key: string, name: string): Record<string, unknown> {
  const section = config[key] ?? {};
  if (isRecord(section)) return section;
  throw invalidFile(name, `"${key}" is not an object`);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text of a file; undefined where it is not there. @throws SkillsError ERR_CONFIG_INVALID */
export function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw invalidFile(file, 'it cannot be opened', cause);
  }
}

function statOf(file: string) {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch (cause) {
    throw invalidFile(file, 'it cannot be opened', cause);
  }
}

/** Whether it is another user's file: with `su` and `sudo` the environment may still name the folders of the one before. */
export function isForbidden(error: unknown): boolean {
  const cause = isSkillsError(error, 'ERR_CONFIG_INVALID')
    ? (error.cause as NodeJS.ErrnoException | undefined)
    : undefined;
  return cause?.code === 'EACCES' || cause?.code === 'EPERM';
}

function normalised(section: Record<string, unknown>): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(section).map(([key, value]) => [normaliseKey(key), value]));
}

function readEntry(entry: unknown, key: string, name: string): Credentials | undefined {
  if (!isRecord(entry)) return undefined;
  try {
    return credentialsOf(entry as AuthEntry);
  } catch (error) {
    throw invalidFile(name, `"auths.${key}.auth" ${(error as Error).message}`);
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function invalidFile(name: string, why: string, cause?: unknown): SkillsError {
  return new SkillsError('ERR_CONFIG_INVALID', `${name}: the credentials cannot be read: ${why}`, {
    cause,
    hint: 'mend the file, or move it away and log in again',
  });
}
