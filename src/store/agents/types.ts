/** A base for an agent's global folder: an environment variable first, then a folder under the user's home. */
export interface AgentBase {
  readonly env?: string;
  /** `~/…`, or `$XDG_CONFIG_HOME/…`, which is `~/.config/…` where the variable is not set. */
  readonly folder: string;
}

/** A program that reads skills from folders. */
export interface Agent {
  readonly id: string;
  readonly title: string;
  /** Where it reads skills in a project, relative to its root. */
  readonly projectDir: string;
  /** It reads `.agents/skills` of a project itself, and needs no link. */
  readonly universal: boolean;
  /** The agent's own folder; that it is there tells that the agent is on this machine. */
  readonly bases: readonly AgentBase[];
  /** Where it reads skills of the user, under its first base; absent where it has no such place. */
  readonly globalDir?: string;
  /** Where it reads them when that is no folder of its own: `~/.agents/skills`. */
  readonly sharedGlobalDir?: string;
  /** Programs whose presence on the PATH tells that the agent is on this machine. */
  readonly commands: readonly string[];
  /** Files or folders that tell, in a project, that the agent is used there. */
  readonly projectSigns: readonly string[];
  /**
   * `live`: an open session sees a new skill at once. `start`: only a session that starts later; also what is said
   * where nobody knows.
   */
  readonly reload: 'live' | 'start';
}
