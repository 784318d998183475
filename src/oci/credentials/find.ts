import { SkillsError } from '../../core/index.ts';
import { type AuthFile, isForbidden, parseAuthFile, watchAuthFile } from './auth-file.ts';
import type { CredentialSource, Credentials } from './credentials.ts';
import { getFromHelper, type Helper, isMissingHelper } from './helper.ts';
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
  const troubles = new Map<string, string>();
  const files = listPlaces(options).map((place) => openPlace(place, troubles));
  const { ask: askHelper, forget } = rememberHelpers();
  const look = async (registry: string, repository = ''): Promise<Found | undefined> => {
    const { given, env, helperTimeout: timeout } = options;
    if (given && isFor(given, registry)) return given;
    for (const open of files) {
      const file = open();
      const found =
        file &&
        (await lookInFile(file, registry, repository, (name) =>
          unlessMissing(askHelper({ name, file: file.name, env, timeout }, registry), file, registry, troubles),
        ));
      if (found) return found;
    }
    return undefined;
  };
  const find = async (registry: string, repository?: string) => (await look(registry, repository))?.credentials;
  const locate = async (registry: string, repository?: string) => (await look(registry, repository))?.from;
  const explain = (registry: string) => {
    const login = `log in with \`skills login ${registry}\``;
    if (options.given) return `${options.given.from} is for ${options.given.registry} only; ${login}`;
    return troubles.size > 0 ? `${[...troubles.values()].join('; ')}; mend that, or ${login}` : undefined;
  };
  const mend = (registry: string) => {
    const { given } = options;
    return given && isFor(given, registry) ? `check ${given.from}: they count before any login` : undefined;
  };
  return Object.assign(find, { explain, mend, locate, forget });
}

function isFor({ registry }: GivenCredentials, asked: string): boolean {
  return hostsOf(asked).includes(registry.toLowerCase());
}

function openPlace(place: Place, troubles: Map<string, string>): () => AuthFile | undefined {
  if (place.kind === 'text') return () => parseAuthFile(place.text, place.name);
  const read = watchAuthFile(place.file);
  if (place.kind !== 'named') return () => unlessForbidden(read, place.file, troubles);
  return () => {
    const file = read();
    if (file) return file;
    throw new SkillsError('ERR_CONFIG_INVALID', `--registry-config: there is no file ${place.file}`, {
      hint: `check the spelling, or make it with a login: skills login HOST --registry-config ${place.file}`,
    });
  };
}

/** What nobody asked for in so many words stops nobody: most of what is fetched is public. */
function unlessForbidden(
  read: () => AuthFile | undefined,
  file: string,
  troubles: Map<string, string>,
): AuthFile | undefined {
  try {
    return read();
  } catch (error) {
    if (!isForbidden(error)) throw error;
    troubles.set(file, `you may not read ${file}`);
    return undefined;
  }
}

/** Nor does a helper for all registries that is gone, as Docker Desktop's in WSL; one that has this registry is needed. */
async function unlessMissing(
  asked: Promise<Credentials | undefined>,
  file: AuthFile,
  registry: string,
  troubles: Map<string, string>,
): Promise<Credentials | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (!isMissingHelper(error) || file.mentions(registry)) throw error;
    troubles.set(file.name, error.message.replace(` for ${registry}`, ''));
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
