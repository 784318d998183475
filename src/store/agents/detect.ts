import { readdirSync, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { userHome } from '../home.ts';
import { listAgents } from './table.ts';
import type { Agent, AgentBase } from './types.ts';

/** Where to look: the environment of the command, and the project, where there is one. */
export interface AgentSurroundings {
  readonly env?: NodeJS.ProcessEnv;
  readonly project?: string | undefined;
}

export interface DetectedAgent {
  readonly agent: Agent;
  readonly onMachine: boolean;
  readonly inProject: boolean;
}

/** The agents that seem to be on this machine or used in this project, by their folders and programs. */
export function detectAgents(
  { env = process.env, project }: AgentSurroundings = {},
  agents: readonly Agent[] = listAgents(),
): DetectedAgent[] {
  const programs = new Programs(env.PATH, agents.length > fewAgents);
  return agents
    .map((agent) => ({
      agent,
      onMachine: isOnMachine(agent, env, programs),
      inProject: project !== undefined && agent.projectSigns.some((sign) => exists(join(project, sign))),
    }))
    .filter(({ onMachine, inProject }) => onMachine || inProject);
}

/** Where an agent reads the user's skills; undefined where it has no such place. */
export function globalSkillsDir(agent: Agent, env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (agent.sharedGlobalDir !== undefined) return expand({ folder: agent.sharedGlobalDir }, env);
  if (agent.globalDir === undefined) return undefined;
  const folders = agent.bases.map((base) => expand(base, env));
  const base = folders.find(exists) ?? folders[0];
  return base === undefined ? undefined : join(base, agent.globalDir);
}

function isOnMachine(agent: Agent, env: NodeJS.ProcessEnv, programs: Programs): boolean {
  return agent.bases.some((base) => exists(expand(base, env))) || agent.commands.some((name) => programs.has(name));
}

/** Up to so many agents, asking PATH's folders for their programs is faster than reading the folders. */
const fewAgents = 3;

/** The programs that PATH leads to. */
class Programs {
  readonly #folders: readonly string[];
  readonly #many: boolean;
  #names: Set<string> | undefined;

  /** @param many whether to read each folder once: for all agents that takes a tenth of the time of asking for each. */
  constructor(path = '', many = true) {
    this.#folders = path.split(delimiter).filter((folder) => folder !== '');
    this.#many = many;
  }

  has(command: string): boolean {
    const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.ps1'] : [''];
    const files = endings.map((ending) => command + ending);
    if (!this.#many) return this.#folders.some((folder) => files.some((file) => exists(join(folder, file))));
    this.#names ??= new Set(this.#folders.flatMap(namesIn));
    return files.some((file) => this.#names?.has(file));
  }
}

function namesIn(folder: string): string[] {
  try {
    const names = readdirSync(folder);
    return process.platform === 'win32' ? names.map((name) => name.toLowerCase()) : names;
  } catch {
    return []; // PATH names folders that are not there, or that only others may list
  }
}

function expand({ env: variable, folder }: AgentBase, env: NodeJS.ProcessEnv): string {
  const moved = variable === undefined ? undefined : env[variable]?.trim();
  if (moved) return resolve(moved);
  const rest = folder.slice(2);
  return folder.startsWith('^') ? join(configHome(env), rest) : join(userHome(env), rest);
}

/** XDG Base Directory Specification: a relative value is to be ignored. */
function configHome(env: NodeJS.ProcessEnv): string {
  const configured = env.XDG_CONFIG_HOME?.trim();
  return configured?.startsWith('/') ? configured : join(userHome(env), '.config');
}

/** What cannot be reached is not there for us: PATH and the home of another user name folders that may not be entered. */
function exists(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if (unreachable.has((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

const unreachable: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG']);
