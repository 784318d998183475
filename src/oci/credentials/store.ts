import { isSkillsError, SkillsError } from '../../core/index.ts';
import { entryOf, holdsSecret, withoutSecrets } from './auth-entry.ts';
import { isForbidden, readAuthFile } from './auth-file.ts';
import type { Credentials } from './credentials.ts';
import { editAuthFile } from './edit-auth-file.ts';
import { eraseFromHelper, getFromHelper, type Helper, storeInHelper } from './helper.ts';
import { dockerFile, listPlaces, type PlaceOptions } from './places.ts';

/** Where credentials are kept. */
export interface CredentialPlace {
  /** `file` as plain base64, `helper` in whatever that program uses. */
  readonly kind: 'file' | 'helper';
  /** The file that holds them, or that names the helper. */
  readonly file: string;
  /** Name of the helper: `osxkeychain` for docker-credential-osxkeychain. */
  readonly helper?: string;
  /** Whether the file had no password in it before. */
  readonly firstPlain?: boolean;
}

export interface StoreOptions extends PlaceOptions {
  /** Milliseconds that a helper may take; 60,000 by default. */
  readonly helperTimeout?: number | undefined;
}

/**
 * Keeps credentials for `registry`, or for a namespace of it (`quay.io/acme`), where they will be found again: in the first
 * file that was named, else `REGISTRY_AUTH_FILE`, else the first that has the registry already, else docker's. Where that
 * file leaves the registry to a helper, the helper keeps them.
 *
 * @throws SkillsError ERR_CONFIG_INVALID where the file or its helper cannot be used; ERR_USAGE for a namespace that a helper
 * would have to keep. NodeJS.ErrnoException where the file cannot be written.
 */
export async function storeCredentials(
  registry: string,
  credentials: Credentials,
  options: StoreOptions,
): Promise<CredentialPlace> {
  const [host = ''] = registry.split('/');
  const file = chooseFile(host, options);
  const before = readAuthFile(file);
  const [name] = before?.helpersOf(host) ?? [];
  if (name === undefined) {
    editAuthFile(file, registry, (entry) => entryOf(credentials, entry));
    return { kind: 'file', file, firstPlain: !before?.isPlain };
  }
  refuseNamespace(registry, host, name, file);
  await storeInHelper(helperOf(name, file, options), host, credentials);
  // As docker does: the entry says that the helper has it, and no older password stays behind.
  editAuthFile(file, host, (entry) => withoutSecrets(entry ?? {}));
  return { kind: 'helper', file, helper: name };
}

/**
 * Removes the credentials for `registry` from every place that {@link storeCredentials} may have put them, or another tool;
 * with files named, from those only.
 *
 * @returns where they were; nothing where there were none.
 * @throws as {@link storeCredentials}
 */
export async function eraseCredentials(registry: string, options: StoreOptions): Promise<readonly CredentialPlace[]> {
  const erased: CredentialPlace[] = [];
  for (const file of filesOf(options)) erased.push(...(await eraseFrom(file, registry, options)));
  return erased;
}

async function eraseFrom(file: string, registry: string, options: StoreOptions): Promise<CredentialPlace[]> {
  const read = readUnlessForbidden(file, options);
  if (!read) return [];
  const erased: CredentialPlace[] = [];
  const helpers = registry.includes('/') ? [] : read.helpersOf(registry);
  for (const name of new Set(helpers)) {
    const helper = helperOf(name, file, options);
    if (!(await getFromHelper(helper, registry))) continue;
    await eraseFromHelper(helper, registry);
    erased.push({ kind: 'helper', file, helper: name });
  }
  let held = false;
  editAuthFile(file, registry, (before) => {
    held = holdsSecret(before ?? {});
    return undefined;
  });
  return held ? [...erased, { kind: 'file', file }] : erased;
}

function readUnlessForbidden(file: string, { files = [] }: StoreOptions) {
  try {
    return readAuthFile(file);
  } catch (error) {
    if (isForbidden(error) && !files.includes(file)) return undefined;
    throw error;
  }
}

function chooseFile(host: string, options: StoreOptions): string {
  const { env, files = [], platform } = options;
  const named = files[0] ?? env.REGISTRY_AUTH_FILE;
  if (named) return named;
  const present = filesOf(options).flatMap((file) => {
    const read = readForChoice(file);
    return read ? [{ file, mentions: read.mentions(host) }] : [];
  });
  const docker = dockerFile(env, platform);
  const preferred = present.find(({ mentions }) => mentions) ?? present.find(({ file }) => file === docker);
  return preferred?.file ?? present[0]?.file ?? docker;
}

/** A broken file is told of when it is the one to be written. */
function readForChoice(file: string) {
  try {
    return readAuthFile(file);
  } catch (error) {
    if (isSkillsError(error, 'ERR_CONFIG_INVALID')) return undefined;
    throw error;
  }
}

function filesOf(options: StoreOptions): readonly string[] {
  const places = listPlaces(options).filter((place) => place.kind !== 'text');
  const named = places.filter(({ kind }) => kind === 'named');
  return (named.length > 0 ? named : places).map(({ file }) => file);
}

function helperOf(name: string, file: string, { env, helperTimeout }: StoreOptions): Helper {
  return { name, file, env, timeout: helperTimeout };
}

function refuseNamespace(registry: string, host: string, helper: string, file: string): void {
  if (registry === host) return;
  throw new SkillsError(
    'ERR_USAGE',
    `${file} leaves ${host} to the helper "${helper}", which keeps one login for all of it`,
    {
      hint: `log in to ${host}, or name another file for ${registry}: --registry-config FILE`,
    },
  );
}
