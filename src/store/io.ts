import { SkillsError, toSkillsError } from '../core/index.ts';

const hints: Readonly<Record<string, string>> = {
  ENOSPC: 'free some space and run the command again; nothing was changed',
  EDQUOT: 'free some space and run the command again; nothing was changed',
  EACCES: 'check who owns the folder, then run the command again; nothing was changed',
  EPERM: 'check who owns the folder, then run the command again; nothing was changed',
  EROFS: 'make the file system writable, or move the store with SKILLS_HOME',
};

/** The `code` of a file-system error, like `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}

/** An error of the file system as ERR_IO that says what was being done; any other as it is. */
export function ioError(action: string, error: unknown): SkillsError {
  const errno = errnoOf(error);
  if (errno === undefined || error instanceof SkillsError) return toSkillsError(error);
  return new SkillsError('ERR_IO', `${action}: ${toSkillsError(error).message}`, { cause: error, hint: hints[errno] });
}

/** Runs `work`. @throws SkillsError ERR_IO where the file system refuses. */
export function guardIo<T>(action: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw ioError(action, error);
  }
}
