import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The store of this machine: `SKILLS_HOME`, or `~/.skills`. */
export function defaultHome(env: NodeJS.ProcessEnv = process.env): string {
  return resolve(env.SKILLS_HOME || join(userHome(env), '.skills'));
}

/** The home folder; `HOME` (on Windows `USERPROFILE`) comes before what the system says. */
export function userHome(env: NodeJS.ProcessEnv = process.env): string {
  return (process.platform === 'win32' ? env.USERPROFILE : env.HOME) || homedir();
}

/**
 * Where things lie in a store's home. The trees stand at the top, as `<name>/<version>/` or `@scope/name/<version>/`;
 * no skill's name begins with a dot, so that `.cache` and `.state` cannot collide with one.
 */
export interface StorePaths {
  readonly home: string;
  readonly config: string;
  readonly index: string;
  /** May be lost at any time: what is here comes from the registries. */
  readonly cache: string;
  readonly content: string;
  readonly metadata: string;
  /** What the store knows of itself. */
  readonly staging: string;
  readonly journal: string;
  readonly locks: string;
  readonly trees: string;
  readonly places: string;
  readonly projects: string;
}

export function storePaths(home: string): StorePaths {
  const root = resolve(home);
  // The version of the format is in the path: a later one starts beside it.
  const cache = join(root, '.cache', 'v1');
  const state = join(root, '.state', 'v1');
  return {
    home: root,
    config: join(root, 'config.json'),
    index: join(root, 'index.json'),
    cache,
    content: join(cache, 'content'),
    metadata: join(cache, 'metadata'),
    staging: join(state, 'staging'),
    journal: join(state, 'journal'),
    locks: join(state, 'locks'),
    trees: join(state, 'trees'),
    places: join(state, 'places'),
    projects: join(state, 'projects'),
  };
}
