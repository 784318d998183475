import { statSync } from 'node:fs';
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
export function detectAgents({ env = process.env, project }: AgentSurroundings = {}): DetectedAgent[] {
  const path = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return listAgents()
    .map((agent) => ({
      agent,
      onMachine: isOnMachine(agent, env, path),
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

function isOnMachine(agent: Agent, env: NodeJS.ProcessEnv, path: readonly string[]): boolean {
  if (agent.bases.some((base) => exists(expand(base, env)))) return true;
  return agent.commands.some((command) => path.some((folder) => hasProgram(folder, command)));
}

function hasProgram(folder: string, command: string): boolean {
  if (process.platform !== 'win32') return exists(join(folder, command));
  return ['.exe', '.cmd', '.ps1'].some((ending) => exists(join(folder, command + ending)));
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

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
