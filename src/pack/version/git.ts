import { withoutRepository } from '../../core/index.ts';

/**
 * git's output must not depend on the person's language, nor on the repository of a hook that runs this process, and
 * looking must not write to the repository.
 */
export function gitEnvironment(): NodeJS.ProcessEnv {
  return { ...withoutRepository(process.env), LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' };
}

/** A repository may name a program as its file-system monitor: nothing of it is run for a look. */
export const noMonitor: readonly string[] = ['-c', 'core.fsmonitor=false'];

/** The standard output of git, run in `folder`; undefined where git is not installed or fails. */
export function askGit(folder: string, ...args: string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { cwd: folder, env: gitEnvironment(), maxBuffer: 16 << 20, windowsHide: true };
    process
      .getBuiltinModule('node:child_process')
      .execFile('git', [...noMonitor, ...args], options, (error, stdout) => resolve(error ? undefined : stdout.trim()));
  });
}

/** The commit that a skill folder is at. */
export interface GitState {
  /** The last commit that changed the folder, 40 or 64 hex digits. */
  readonly commit: string;
  /** Seconds since 1970, of that commit's committer date. */
  readonly time: number;
  /** The tags at HEAD. */
  readonly tags: readonly string[];
  /** Whether the folder holds changes that are not committed. */
  readonly dirty: boolean;
}

/** What git knows of a folder: undefined where it is in no work tree, or nothing of it was ever committed. */
export async function readGitState(folder: string): Promise<GitState | undefined> {
  const last = await askGit(folder, 'log', '-1', '--format=%H %ct', '--', '.');
  const [, commit, time] = /^([0-9a-f]{40,64}) (\d+)$/.exec(last ?? '') ?? [];
  // A folder that was committed once and removed since has a log too; what is there now is then not in HEAD.
  if (commit === undefined || !(await askGit(folder, 'ls-tree', 'HEAD', '.'))) return undefined;
  const [tags, changes] = await Promise.all([
    askGit(folder, 'tag', '--points-at', 'HEAD'),
    askGit(folder, 'status', '--porcelain', '--', '.'),
  ]);
  return { commit, time: Number(time), tags: tags ? tags.split('\n') : [], dirty: changes !== '' };
}
