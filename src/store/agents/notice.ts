import type { DetectedAgent } from './detect.ts';
import { commonDir } from './table.ts';

/** What an install tells its reader of the agents that he has. Titles, sorted. */
export interface AgentNotice {
  /** An open session sees the skills now. */
  readonly sees: readonly string[];
  /** They see them when they start the next time; also said where it is not known. */
  readonly restart: readonly string[];
  /** They read a folder of their own, in which nothing was placed: `--agent <id>` would. */
  readonly unreached: readonly { readonly id: string; readonly title: string; readonly dir: string }[];
}

/**
 * @param dirs project folders that hold the skills, like `.agents/skills` and `.claude/skills`.
 * @param fresh those of them that this install made: an agent that was running does not watch them yet.
 */
export function describeAgents(
  detected: readonly DetectedAgent[],
  dirs: readonly string[] = [commonDir],
  fresh: readonly string[] = [],
): AgentNotice {
  const agents = detected.map(({ agent }) => agent).sort((one, other) => (one.title < other.title ? -1 : 1));
  const reached = agents.filter((agent) => dirs.includes(agent.projectDir));
  const isLive = (agent: (typeof agents)[number]) => agent.reload === 'live' && !fresh.includes(agent.projectDir);
  return {
    sees: reached.filter(isLive).map((agent) => agent.title),
    restart: reached.filter((agent) => !isLive(agent)).map((agent) => agent.title),
    unreached: agents
      .filter((agent) => !reached.includes(agent))
      .map(({ id, title, projectDir }) => ({ id, title, dir: projectDir })),
  };
}
