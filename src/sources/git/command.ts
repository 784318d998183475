import { SkillsError, withoutRepository } from '../../core/index.ts';

export interface GitOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/** Nothing of a fetched repository may run or reach further: no hooks, no file-system monitor, no `ext::` transports. */
const safety = ['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'protocol.ext.allow=never', 'gc.auto=0'].flatMap(
  (setting) => ['-c', setting],
);

const longestOutput = 64 * 1024 * 1024;

/** Runs the system's git and gives its standard output. @throws SkillsError ERR_GIT with what git said. */
export async function runGit(args: readonly string[], { cwd, env, signal }: GitOptions): Promise<string> {
  // Not imported: it takes 8 ms to load, and most commands run no git.
  const child = process.getBuiltinModule('node:child_process').spawn('git', [...safety, ...args], {
    cwd,
    env: environment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal ? { signal } : {}),
  });
  const output: Buffer[] = [];
  let size = 0;
  let complaint = '';
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.byteLength;
    if (size > longestOutput) child.kill();
    else output.push(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-4096);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause) => reject(startFailure(cause, signal)));
    child.once('close', resolve);
  });
  if (code === 0) return Buffer.concat(output).toString();
  throw failure(args, complaint);
}

/** git asks nobody, speaks English, and knows of no other repository. */
function environment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...withoutRepository(env), GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
}

function startFailure(cause: NodeJS.ErrnoException, signal: AbortSignal | undefined): Error {
  if (signal?.aborted) return new SkillsError('ERR_INTERRUPTED', 'Stopped while git was working', { cause });
  if (cause.code === 'ENOENT') {
    return new SkillsError('ERR_GIT', 'git is not installed, or not on the PATH', {
      cause,
      hint: 'install git, or install the skill from a registry',
    });
  }
  return new SkillsError('ERR_GIT', `git could not be started: ${cause.message}`, { cause });
}

function failure(args: readonly string[], complaint: string): SkillsError {
  const said =
    complaint
      .trim()
      .split('\n')
      .filter((line) => /^(fatal|error|remote|ERROR)/.test(line))
      .slice(-3)
      .join('; ') || complaint.trim().slice(-300);
  if (
    /could not read Username|Authentication failed|Permission denied|terminal prompts disabled|access denied/i.test(
      complaint,
    )
  ) {
    return new SkillsError('ERR_UNAUTHORISED', `the git server refuses: ${said}`, {
      hint: 'check the address; for a private repository set up an SSH key or a git credential helper',
    });
  }
  if (/couldn't find remote ref|not our ref|unadvertised object|Remote branch .* not found/i.test(complaint)) {
    return new SkillsError('ERR_NOT_FOUND', `the git repository has no such branch, tag or commit: ${said}`, {
      hint: 'list its branches and tags with "git ls-remote"; a commit is named by all of its 40 digits',
    });
  }
  if (/repository .*not found|does not appear to be a git repository|not found$/im.test(complaint)) {
    return new SkillsError('ERR_NOT_FOUND', `there is no such git repository: ${said}`, {
      hint: 'check the address; a private repository that you may not see looks the same',
    });
  }
  return new SkillsError('ERR_GIT', `git ${args[0] ?? ''} failed: ${said}`);
}
