import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { SkillsError } from '../../core/index.ts';
import { emptyProject, type SkillsProject } from '../../resolve/index.ts';
import { readProjectAt } from '../project.ts';
import type { NamedRegistry, SkillManagerOptions } from '../types.ts';
import { type MachineConfig, readConfig, registryPrefix } from './config-file.ts';
import type { NetworkConfig } from './network.ts';

/** Where a manager works and what names mean there. */
export interface Settings {
  /** The store. */
  readonly home: string;
  /** Folder of skills.json and skills.lock.json: the project's, or the store's own. */
  readonly root: string;
  /** What is worked on: a project, the user's skills, or the store alone. */
  readonly scope: 'project' | 'global' | 'store';
  /** Folder that relative paths start from. */
  readonly cwd: string;
  /** The environment that was read. */
  readonly env: NodeJS.ProcessEnv;
  /** Whether the network may not be asked. */
  readonly offline: boolean;
  /** Registry prefix of bare names. */
  readonly registry: string | undefined;
  /** `@scope` → registry prefix. */
  readonly scopes: ReadonlyMap<string, string>;
  /** Address of the search index. */
  readonly index: string | undefined;
  /** Whether the user's own settings name the index: a clone's skills.json comes from whoever wrote it. */
  readonly ownIndex: boolean;
  /** Hosts that plain http may be spoken to, besides this machine. */
  readonly plainHttp: readonly string[];
  /** Those of them that only skills.json says so of: no credentials go there. */
  readonly projectPlainHttp: readonly string[];
  /** What skills are pushed in where nothing else is said, the first first. */
  readonly dialects: readonly ('agentskills' | 'image')[];
  /** How the machine reaches hosts. */
  readonly network: NetworkConfig;
  /** Registries by names of their own. */
  readonly named: readonly NamedRegistry[];
}

/** The store: the option, `SKILLS_HOME`, or `~/.skills`. */
export function homeOf(options: SkillManagerOptions): string {
  const env = options.env ?? process.env;
  const cwd = options.cwd ?? process.cwd();
  return resolve(cwd, options.cacheDir ?? env.SKILLS_HOME ?? join(env.HOME ?? homedir(), '.skills'));
}

/** The project that a folder belongs to: the nearest parent with skills.json, else with .git, else the folder itself. */
export function findProject(cwd: string): string {
  return nearest(cwd, 'skills.json') ?? nearest(cwd, '.git') ?? cwd;
}

/** Puts together what options, environment, project and machine say; the earlier wins. */
export function readSettings(options: SkillManagerOptions): Settings {
  const env = options.env ?? process.env;
  const cwd = options.cwd ?? process.cwd();
  const home = homeOf(options);
  const scope = options.global ? 'global' : options.project === undefined ? 'store' : 'project';
  const root = scope === 'project' ? resolve(cwd, options.project ?? '.') : home;
  const machine = readConfig(home);
  const project = scope === 'project' ? readProjectAt(root) : emptyProject;
  const registry = defaultRegistry(options, env, project, machine);
  const scopes = new Map([...machine.scopes, ...project.scopes]);
  const settings = { home, root, scope, cwd, env, scopes } as const;
  const named = options.registryUrl ?? env.SKILLS_INDEX;
  const index = named ?? project.index ?? indexOf(registry?.name, project, machine) ?? machine.index;
  const ownPlain = [...(options.plainHttp ?? []), ...machine.plainHttp, ...plainHosts(machine)];
  const projectPlain = plainHosts(project).filter((host) => !ownPlain.includes(host));
  return {
    ...settings,
    offline: options.offline ?? false,
    registry: registry?.prefix,
    index,
    ownIndex: index !== undefined && [named, ...indexesOf(machine)].includes(index),
    plainHttp: [...ownPlain, ...projectPlain],
    projectPlainHttp: projectPlain,
    dialects: machine.dialects.length > 0 ? machine.dialects : ['agentskills'],
    network: machine.network,
    named: namedRegistries(project, machine, registry, scopes),
  };
}

interface DefaultRegistry {
  readonly prefix: string;
  readonly name?: string;
  readonly from: NamedRegistry['from'];
}

function defaultRegistry(
  options: SkillManagerOptions,
  env: NodeJS.ProcessEnv,
  project: SkillsProject,
  machine: MachineConfig,
): DefaultRegistry | undefined {
  const byName = (text: string, from: NamedRegistry['from']): DefaultRegistry => {
    const found = project.registries.get(text) ?? machine.registries.get(text);
    if (found) return { prefix: found.prefix, name: text, from };
    return { prefix: registryPrefix(text, [...project.registries.keys(), ...machine.registries.keys()]), from };
  };
  if (options.registry) return byName(options.registry, 'flag');
  if (env.SKILLS_REGISTRY) return byName(env.SKILLS_REGISTRY, 'environment');
  if (project.defaultRegistry)
    return { ...nameOf(project, project.defaultRegistry), prefix: project.defaultRegistry, from: 'project' };
  if (machine.registry) return byName(machine.registry, 'machine');
  return undefined;
}

function nameOf(project: SkillsProject, prefix: string): { name?: string } {
  const [name] = [...project.registries].find(([, entry]) => entry.prefix === prefix) ?? [];
  return name ? { name } : {};
}

function namedRegistries(
  project: SkillsProject,
  machine: MachineConfig,
  chosen: DefaultRegistry | undefined,
  scopes: ReadonlyMap<string, string>,
): NamedRegistry[] {
  const toNamed = (name: string, url: string, from: NamedRegistry['from'], index?: string): NamedRegistry => ({
    name,
    url,
    from,
    default: chosen?.name === name || (chosen?.name === undefined && chosen?.prefix === url),
    scopes: [...scopes].filter(([, prefix]) => prefix === url).map(([scope]) => scope),
    ...(index ? { index } : {}),
  });
  const named = new Map<string, NamedRegistry>();
  for (const [name, { prefix, index }] of machine.registries) named.set(name, toNamed(name, prefix, 'machine', index));
  for (const [name, { prefix, index }] of project.registries) named.set(name, toNamed(name, prefix, 'project', index));
  const list = [...named.values()];
  if (chosen && !list.some((entry) => entry.default))
    list.unshift({ ...toNamed(chosen.prefix, chosen.prefix, chosen.from), default: true });
  return list;
}

function indexOf(registry: string | undefined, project: SkillsProject, machine: MachineConfig): string | undefined {
  return registry ? (project.registries.get(registry)?.index ?? machine.registries.get(registry)?.index) : undefined;
}

function indexesOf({ index, registries }: MachineConfig): (string | undefined)[] {
  return [index, ...[...registries.values()].map((entry) => entry.index)];
}

function plainHosts({ registries }: Pick<SkillsProject, 'registries'>): string[] {
  return [...registries.values()].filter((entry) => entry.plainHttp).map(({ prefix }) => prefix.split('/')[0] ?? '');
}

function nearest(start: string, entry: string): string | undefined {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    if (existsSync(join(folder, entry))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/** @throws SkillsError ERR_NO_REGISTRY with the commands that configure one. */
export function requireRegistry(settings: Settings, what: string): string {
  if (settings.registry) return settings.registry;
  throw new SkillsError('ERR_NO_REGISTRY', `${what} needs a registry, and none is configured`, {
    hint: 'name one with "skills registry add <name> <host/prefix>", or write the whole reference: host/prefix/name:version; from git: owner/repo',
  });
}
