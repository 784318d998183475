import { SkillsError } from '../../core/index.ts';
import { type AuthFile, isForbidden, parseAuthFile, watchAuthFile } from './auth-file.ts';
import type { CredentialSource, Credentials } from './credentials.ts';
import { getFromHelper, type Helper } from './helper.ts';
import { hostsOf, serversOf } from './keys.ts';
import { listPlaces, type Place, type PlaceOptions } from './places.ts';

/** Credentials that were given for one registry, and for no other. */
export interface GivenCredentials {
  /** `host[:port]` */
  readonly registry: string;
  readonly credentials: Credentials;
  /** Where they were given, in words: `--username`. */
  readonly from: string;
}

export interface FindOptions extends PlaceOptions {
  readonly given?: GivenCredentials | undefined;
  /** Milliseconds that a helper may take; 60,000 by default. */
  readonly helperTimeout?: number | undefined;
}

interface Found {
  readonly credentials: Credentials;
  readonly from: string;
}

/** Milliseconds for which a helper is not asked the same again. */
const helperMemory = 60_000;

/**
 * Finds credentials where people have them: what was given, then file by file in the order of `listPlaces`, and in each
 * file the helper for just this registry (`credHelpers`), the one for all (`credsStore`), the file's own (`auths`). Files
 * are read again when they change.
 *
 * The source throws SkillsError ERR_CONFIG_INVALID where a file, an entry or a helper's answer cannot be used, and where a
 * file that was named is not there.
 */
export function findCredentials(options: FindOptions): CredentialSource {
  const forbidden = new Set<string>();
  const files = listPlaces(options).map((place) => openPlace(place, forbidden));
  const { ask: askHelper, forget } = rememberHelpers();
  const look = async (registry: string, repository = ''): Promise<Found | undefined> => {
    const { given, env, helperTimeout: timeout } = options;
    if (given && hostsOf(registry).includes(given.registry.toLowerCase())) return given;
    for (const open of files) {
      const file = open();
      const found =
        file &&
        (await lookInFile(file, registry, repository, (name) => {
          return askHelper({ name, file: file.name, env, timeout }, registry);
        }));
      if (found) return found;
    }
    return undefined;
  };
  const find = async (registry: string, repository?: string) => (await look(registry, repository))?.credentials;
  const locate = async (registry: string, repository?: string) => (await look(registry, repository))?.from;
  const explain = (registry: string) => {
    const login = `log in with \`skills login ${registry}\``;
    if (options.given) return `${options.given.from} is for ${options.given.registry} only; ${login}`;
    return forbidden.size > 0 ? `you may not read ${[...forbidden].join(', ')}; mend that, or ${login}` : undefined;
  };
  return Object.assign(find, { explain, locate, forget });
}

function openPlace(place: Place, forbidden: Set<string>): () => AuthFile | undefined {
  if (place.kind === 'text') return () => parseAuthFile(place.text, place.name);
  const read = watchAuthFile(place.file);
  if (place.kind !== 'named') return () => unlessForbidden(read, place.file, forbidden);
  return () => {
    const file = read();
    if (file) return file;
    throw new SkillsError('ERR_CONFIG_INVALID', `--registry-config: there is no file ${place.file}`, {
      hint: `check the spelling, or make it with a login: skills login HOST --registry-config ${place.file}`,
    });
  };
}

/** What nobody asked for in so many words stops nobody: most of what is fetched is public. */
function unlessForbidden(read: () => AuthFile | undefined, file: string, forbidden: Set<string>): AuthFile | undefined {
  try {
    return read();
  } catch (error) {
    if (!isForbidden(error)) throw error;
    forbidden.add(file);
    return undefined;
  }
}

async function lookInFile(
  file: AuthFile,
  registry: string,
  repository: string,
  askHelper: (name: string) => Promise<Credentials | undefined>,
): Promise<Found | undefined> {
  for (const name of file.helpersOf(registry)) {
    const credentials = await askHelper(name);
    if (credentials) return { credentials, from: `the helper "${name}" of ${file.name}` };
  }
  const credentials = file.find(registry, repository);
  return credentials && { credentials, from: file.name };
}

/** A helper takes up to a second, and is asked for every repository: once a minute is enough. */
function rememberHelpers() {
  const held = new Map<string, { readonly answer: Promise<Credentials | undefined>; readonly until: number }>();
  const ask = (helper: Helper, registry: string): Promise<Credentials | undefined> => {
    const key = `${helper.name} ${serversOf(registry)[0]}`;
    const known = held.get(key);
    if (known && known.until > Date.now()) return known.answer;
    const answer = getFromHelper(helper, registry);
    held.set(key, { answer, until: Date.now() + helperMemory });
    answer.catch(() => held.delete(key));
    return answer;
  };
  return { ask, forget: () => held.clear() };
}
