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

/** As {@link ioError}, for what keeps the whole store from being used: another folder is always a way out. */
export function storeError(action: string, error: unknown): SkillsError {
  const known = ioError(action, sqliteFailure(action, error));
  if (known.code !== 'ERR_IO' || (error instanceof SkillsError && error.hint)) return known;
  const elsewhere = 'set SKILLS_HOME to another folder';
  const hint = known.hint?.includes('SKILLS_HOME') ? known.hint : [known.hint, elsewhere].filter(Boolean).join('; or ');
  return new SkillsError('ERR_IO', known.message, { cause: known.cause, hint, data: known.data });
}

/** The locks are SQLite files: "unable to open database file" is about the file system. */
function sqliteFailure(action: string, error: unknown): unknown {
  if ((error as { code?: unknown } | null)?.code !== 'ERR_SQLITE_ERROR') return error;
  return new SkillsError('ERR_IO', `${action}: ${(error as Error).message}`, { cause: error });
}
