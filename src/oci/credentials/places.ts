import { homedir } from 'node:os';
import { join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where to look for credentials. */
export interface PlaceOptions {
  readonly env: Environment;
  /** Files that come before all others, as `--registry-config` names them; missing ones are errors. */
  readonly files?: readonly string[] | undefined;
  /** Look into those files and nowhere else: for servers, whose operator's own logins are not theirs. */
  readonly only?: boolean | undefined;
  /** For tests; default this machine's. */
  readonly platform?: string | undefined;
}

/** One place, in the order in which they are looked through. */
export type Place =
  | { readonly kind: 'named' | 'podman' | 'docker'; readonly file: string }
  | { readonly kind: 'text'; readonly name: string; readonly text: string };

/**
 * Every place that credentials may be kept in: what was named, `REGISTRY_AUTH_FILE`, podman's files
 * (containers-auth.json(5)), `DOCKER_AUTH_CONFIG` (a whole file in a variable, as CI systems set it), docker's file.
 */
export function listPlaces({ env, files = [], only, platform = process.platform }: PlaceOptions): readonly Place[] {
  const places: Place[] = files.map((file) => ({ kind: 'named', file }));
  if (only) return places;
  if (env.REGISTRY_AUTH_FILE) places.push({ kind: 'podman', file: env.REGISTRY_AUTH_FILE });
  for (const file of new Set(podmanFiles(env, platform))) places.push({ kind: 'podman', file });
  if (env.DOCKER_AUTH_CONFIG) {
    places.push({ kind: 'text', name: 'DOCKER_AUTH_CONFIG', text: env.DOCKER_AUTH_CONFIG });
  }
  return [...places, { kind: 'docker', file: dockerFile(env, platform) }];
}

/** `$DOCKER_CONFIG/config.json`, else `~/.docker/config.json`. */
export function dockerFile(env: Environment, platform: string = process.platform): string {
  return join(env.DOCKER_CONFIG || join(homeFolder(env, platform), '.docker'), 'config.json');
}

function podmanFiles(env: Environment, platform: string): string[] {
  const inFolder = (folder: string) => join(folder, 'containers', 'auth.json');
  const config = join(homeFolder(env, platform), '.config');
  const first =
    platform === 'darwin' || platform === 'win32'
      ? inFolder(config)
      : env.XDG_RUNTIME_DIR
        ? inFolder(env.XDG_RUNTIME_DIR)
        : `/run/containers/${process.getuid?.() ?? 0}/auth.json`;
  return [first, inFolder(env.XDG_CONFIG_HOME || config)];
}

function homeFolder(env: Environment, platform: string): string {
  return (platform === 'win32' ? env.USERPROFILE : env.HOME) || homedir();
}
