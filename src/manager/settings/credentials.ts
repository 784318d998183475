import { resolve } from 'node:path';
import { type Logger, looksLikeRegistry, SkillsError } from '../../core/index.ts';
import type { CredentialSource, Credentials, GivenCredentials, StoreOptions } from '../../oci/index.ts';
import type { SkillManagerOptions } from '../types.ts';
import { readConfig } from './config-file.ts';
import type { RegistryLogin } from './registry-login.ts';
import type { Settings } from './settings.ts';

/**
 * Where the registries' credentials are found: in what was given, in the environment, in files and helpers.
 *
 * @throws SkillsError ERR_USAGE for given credentials that are incomplete, or that belong to no registry.
 */
export async function openCredentials(
  options: SkillManagerOptions,
  settings: Settings,
  logger: Logger,
): Promise<CredentialSource> {
  if (options.credentials) return options.credentials;
  const { findCredentials } = await import('../../oci/index.ts');
  const given = options.registryLogin
    ? givenByOptions(options.registryLogin, options, settings)
    : givenByEnvironment(settings, logger);
  return findCredentials({ ...credentialPlaces(options, settings), given });
}

/**
 * Credentials, but for hosts that only a clone's skills.json says to be spoken to over plain http: of those there are none to
 * be sent.
 */
export function notInTheClear(source: CredentialSource, inTheClear: (host: string) => boolean): CredentialSource {
  const find: CredentialSource = async (registry, repository) => {
    const credentials = await source(registry, repository);
    if (!credentials || !inTheClear(registry)) return credentials;
    throw new SkillsError(
      'ERR_INSECURE',
      `the credentials for ${registry} would go over plain http, which only this project's skills.json asks for`,
      { hint: `if they may, say so yourself: skills config set plainHttp ${registry}` },
    );
  };
  return Object.assign(find, {
    explain: source.explain,
    mend: source.mend,
    locate: source.locate,
    forget: source.forget,
  });
}

/** Where credentials are looked for and kept. */
export function credentialPlaces({ registryConfig = [] }: SkillManagerOptions, { env, cwd }: Settings): StoreOptions {
  return { env, files: registryConfig.map((file) => resolve(cwd, file)) };
}

/** The host that bare names stand at, as far as the user's own settings say so: nobody else may send a password there. */
export function ownDefaultHost(options: SkillManagerOptions, settings: Settings): string | undefined {
  const named = options.registry ?? settings.env.SKILLS_REGISTRY;
  if (named) return hostOf(named, settings);
  const host = hostOf(readConfig(settings.home).registry, settings);
  // A clone's skills.json comes from whoever wrote it.
  return host !== undefined && settings.registry?.split('/')[0] === host ? host : undefined;
}

function givenByOptions(login: RegistryLogin, options: SkillManagerOptions, settings: Settings): GivenCredentials {
  const credentials = complete(login);
  const registry = login.registry ?? ownDefaultHost(options, settings);
  if (!credentials) {
    throw new SkillsError('ERR_USAGE', 'credentials need a user name and a password, or an identity token', {
      hint: 'name both, or log in once: skills login HOST',
    });
  }
  if (registry) return { registry, credentials, from: 'what was given with the command' };
  const project = settings.registry && ` (only this project says that it is ${settings.registry})`;
  throw new SkillsError('ERR_USAGE', `it is not said which registry the credentials are for${project ?? ''}`, {
    hint: 'name it with --registry HOST/PREFIX, or log in once: skills login HOST',
  });
}

/** `SKILLS_REGISTRY_USERNAME` and its fellows are for the host of `SKILLS_REGISTRY`, which stands beside them. */
function givenByEnvironment(settings: Settings, logger: Logger): GivenCredentials | undefined {
  const { env } = settings;
  const credentials = complete({
    username: env.SKILLS_REGISTRY_USERNAME,
    password: env.SKILLS_REGISTRY_PASSWORD,
    identityToken: env.SKILLS_REGISTRY_IDENTITY_TOKEN,
  });
  const registry = hostOf(env.SKILLS_REGISTRY, settings);
  if (credentials && registry) return { registry, credentials, from: 'SKILLS_REGISTRY_USERNAME and its fellows' };
  if (credentials) {
    logger.warn({}, 'SKILLS_REGISTRY does not say which registry the credentials of the environment are for: not used');
  }
  return undefined;
}

function complete({ username, password, identityToken }: RegistryLogin): Credentials | undefined {
  if (identityToken) return { identityToken };
  return username && password ? { username, password } : undefined;
}

/** The host of a prefix, or of what this machine (and no project) calls by a name. */
function hostOf(registry: string | undefined, { home }: Settings): string | undefined {
  if (!registry) return undefined;
  const [host = ''] = registry.replace(/^(?:https?|oci):\/\//, '').split('/');
  if (looksLikeRegistry(host)) return host;
  return readConfig(home).registries.get(registry)?.prefix.split('/')[0];
}
