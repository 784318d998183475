import { realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { SkillsError } from '../../core/index.ts';
import { userHome } from '../home.ts';
import type { StoredTree } from '../tree/types.ts';
import { type AgentSurroundings, detectAgents, globalSkillsDir } from './detect.ts';
import { commonDir, findAgent } from './table.ts';
import type { Agent } from './types.ts';

export interface AgentLink {
  readonly kind: 'link';
  readonly path: string;
  readonly target: string;
}

/** Where one skill goes: the first place is its own, the others lead to it. */
export type AgentPlace = { readonly kind: 'copy'; readonly path: string } | AgentLink;

/**
 * The agents that need a place besides `.agents/skills`: those that were named, else Claude Code where it is on this
 * machine or in this project. The others of their kind get theirs when they are named: nobody wants forty folders.
 *
 * @throws SkillsError ERR_USAGE for an agent that is not known.
 */
export function chooseAgents(surroundings: AgentSurroundings, named: readonly string[] = []): Agent[] {
  const chosen = named.map(findAgent);
  const claude = detectAgents(surroundings, [findAgent('claude-code')]).map(({ agent }) => agent);
  return [...new Set([...chosen, ...claude])].filter((agent) => !agent.universal);
}

/**
 * The places of a skill in a project: real files in `.agents/skills/<name>`, and a relative link in the folder of each
 * agent that reads elsewhere, so that a clone, a worktree or a container has what it needs.
 *
 * @throws SkillsError ERR_CONFLICT where one of the folders is a link that leaves the project.
 */
export function projectPlaces(project: string, name: string, agents: readonly Agent[]): AgentPlace[] {
  return projectPlacer(project, agents)(name);
}

/** {@link projectPlaces} for many skills: the folders are looked at once. */
export function projectPlacer(project: string, agents: readonly Agent[]): (name: string) => AgentPlace[] {
  const root = resolve(project);
  const own = join(root, commonDir);
  const ownReal = requireInside(root, own);
  const links = new Map<string, string>();
  for (const { projectDir } of agents) {
    const dir = join(root, projectDir);
    // Where one agent's folder is a link to the other's, the skill is there already.
    const real = requireInside(root, dir);
    if (real !== ownReal && !links.has(real)) links.set(real, dir);
  }
  return (name) => [
    { kind: 'copy', path: join(own, name) },
    ...[...links].map(([real, dir]): AgentLink => {
      return { kind: 'link', path: join(dir, name), target: relative(real, join(ownReal, name)) };
    }),
  ];
}

/**
 * The places of a skill for all projects of the user (`-g`): links into the store, at `~/.agents/skills/<name>` and in
 * the folders of the chosen agents.
 */
export function globalPlaces(
  tree: Pick<StoredTree, 'name' | 'path'>,
  agents: readonly Agent[],
  env: NodeJS.ProcessEnv = process.env,
): AgentLink[] {
  const dirs = [join(userHome(env), '.agents', 'skills'), ...agents.map((agent) => globalSkillsDir(agent, env))];
  const places = new Map<string, AgentLink>();
  for (const dir of dirs) {
    if (dir === undefined) continue;
    const real = realFolder(dir);
    if (!places.has(real)) places.set(real, { kind: 'link', path: join(dir, tree.name), target: tree.path });
  }
  return [...places.values()];
}

/**
 * The real path of a folder in a project, which may not be there yet.
 *
 * @throws SkillsError ERR_CONFLICT where a link on its way leaves the project: a clone may bring one.
 */
export function requireInside(root: string, dir: string): string {
  const real = realFolder(dir);
  const realRoot = realFolder(root);
  if (real === realRoot || real.startsWith(realRoot + sep)) return real;
  throw new SkillsError('ERR_CONFLICT', `${dir} leads out of the project, to ${real}`, {
    hint: 'replace the link by a real folder; skills writes only inside the project',
    data: { path: dir },
  });
}

/** The real path of a folder that may not be there yet. */
function realFolder(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })) return realpathSync(path);
  const parent = dirname(path);
  return parent === path ? path : join(realFolder(parent), path.slice(parent.length));
}
