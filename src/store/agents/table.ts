import { SkillsError } from '../../core/index.ts';
import { agentRows } from './rows.ts';
import type { Agent, AgentBase } from './types.ts';

/** The folder of a project that most agents read. */
export const commonDir = '.agents/skills';

/**
 * Agents of which it is known that an open session sees new skills: Claude Code since 2.1 (if the folder that it
 * watches was there when the session began). Codex lists new ones at once but tells its model of them only in a new one.
 */
const liveAgents = new Set(['claude-code']);

let table: readonly Agent[] | undefined;

/** All agents that are known, with their folders. Read from the rows when first asked for. */
export function listAgents(): readonly Agent[] {
  table ??= agentRows.trim().split('\n').map(parseRow);
  return table;
}

/** @throws SkillsError ERR_USAGE for an agent that is not in the table. */
export function findAgent(id: string): Agent {
  const agent = listAgents().find((candidate) => candidate.id === id);
  if (agent) return agent;
  throw new SkillsError('ERR_USAGE', `"${id}" is not an agent that skills knows`, {
    hint: `agents are: ${listAgents()
      .map((known) => known.id)
      .join(', ')}`,
  });
}

function parseRow(row: string): Agent {
  const [id = '', title = '', project = '', bases = '', global = '', commands = '', signs = ''] = row
    .split('|')
    .map((cell) => cell.trim());
  const universal = project === '*';
  const projectDir = universal ? commonDir : project;
  const own = ownSign(projectDir);
  return {
    id,
    title,
    projectDir,
    universal,
    bases: bases === '-' ? [] : bases.split(';').map((base) => parseBase(base.trim())),
    ...globalOf(global),
    commands: listOf(commands),
    projectSigns: [...new Set([...listOf(signs), ...(own ? [own] : [])])],
    reload: liveAgents.has(id) ? 'live' : 'start',
  };
}

/** A hidden folder of its own is a sign of the agent; `.agents` belongs to all. */
function ownSign(projectDir: string): string | undefined {
  const first = projectDir.split('/')[0] ?? '';
  return first.startsWith('.') && first !== '.agents' ? first : undefined;
}

function globalOf(cell: string): Pick<Agent, 'globalDir' | 'sharedGlobalDir'> {
  if (cell === '-') return {};
  return /^[~^]/.test(cell) ? { sharedGlobalDir: cell } : { globalDir: cell };
}

function parseBase(cell: string): AgentBase {
  const [env, folder] = cell.includes('=') ? cell.split('=') : [undefined, cell];
  return { folder: folder ?? '', ...(env ? { env } : {}) };
}

function listOf(cell: string): string[] {
  return cell === '' ? [] : cell.split(',').map((item) => item.trim());
}
