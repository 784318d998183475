import { redact, redactValue } from './redact.ts';

/**
 * Exit codes of the command line.
 *
 * 0 done, 1 other failure, 2 usage, 3 not found, 4 no version satisfies or conflict, 5 network or registry,
 * 6 not authorised, 7 verification failed, 8 invalid skill or file, 9 capability denied, 10 drift or updates found,
 * 78 no sandbox, 130 and 143 interrupted.
 */
export const exitCodes = {
  failure: 1,
  usage: 2,
  notFound: 3,
  conflict: 4,
  network: 5,
  unauthorised: 6,
  untrusted: 7,
  invalid: 8,
  denied: 9,
  drift: 10,
  noSandbox: 78,
  interrupted: 130,
} as const;

/**
 * Every error that this project raises: its exit code and the sentence that docs/ERRORS.md gives it.
 *
 * A test holds docs/ERRORS.md and this table equal.
 */
export const errorTable = {
  ERR_USAGE: { exit: exitCodes.usage, title: 'The command, a flag or an option is used in a way that is not possible' },
  ERR_REFERENCE_INVALID: { exit: exitCodes.usage, title: 'A reference, name, tag or digest is not well formed' },
  ERR_NO_REGISTRY: { exit: exitCodes.usage, title: 'A bare name was given and no registry or index is configured' },
  ERR_CONFIG_INVALID: { exit: exitCodes.usage, title: 'A configuration file or value cannot be used' },

  ERR_NOT_FOUND: { exit: exitCodes.notFound, title: 'A skill, version, file or folder is not there' },
  ERR_BLOB_UNKNOWN: {
    exit: exitCodes.notFound,
    title: 'A registry or layout does not hold the content that was asked for',
  },
  ERR_NOT_INSTALLED: { exit: exitCodes.notFound, title: 'The skill is not installed here' },

  ERR_NO_VERSION: { exit: exitCodes.conflict, title: 'No published version satisfies the requirement' },
  ERR_CONFLICT: { exit: exitCodes.conflict, title: 'Two requirements, names or files cannot both hold' },
  ERR_VERSION_EXISTS: { exit: exitCodes.conflict, title: 'The version is already published with other content' },
  ERR_LOCK_OUTDATED: { exit: exitCodes.conflict, title: 'skills.lock.json does not agree with skills.json' },
  ERR_NOT_OURS: {
    exit: exitCodes.conflict,
    title: 'A folder in the way was not installed by skills and is left alone',
  },
  ERR_BUSY: { exit: exitCodes.failure, title: 'Another process holds the lock for too long' },

  ERR_NETWORK: { exit: exitCodes.network, title: 'A server could not be reached or broke the connection' },
  ERR_REGISTRY: {
    exit: exitCodes.network,
    title: 'A registry or index answered with an error or with something unexpected',
  },
  ERR_RATE_LIMITED: { exit: exitCodes.network, title: 'A registry asks to slow down and did not recover in time' },
  ERR_INSECURE: {
    exit: exitCodes.network,
    title: 'A connection would leave https, or credentials would leave their host',
  },
  ERR_OFFLINE: { exit: exitCodes.network, title: 'Something is needed from the network and --offline forbids it' },
  ERR_GIT: { exit: exitCodes.network, title: 'git failed or is not installed' },

  ERR_UNAUTHORISED: { exit: exitCodes.unauthorised, title: 'The registry wants credentials, or refuses these' },

  ERR_DIGEST_MISMATCH: {
    exit: exitCodes.untrusted,
    title: 'Content does not have the digest or size that was promised',
  },
  ERR_UNTRUSTED: { exit: exitCodes.untrusted, title: 'A policy, or the source a name is bound to, refuses this skill' },

  ERR_SKILL_INVALID: { exit: exitCodes.invalid, title: 'A skill has errors that make it unusable' },
  ERR_FILE_INVALID: { exit: exitCodes.invalid, title: 'A file cannot be read: broken JSON, YAML, TOML or encoding' },
  ERR_ARCHIVE_UNSAFE: { exit: exitCodes.invalid, title: 'An archive holds a path, link or size that is refused' },
  ERR_ARTIFACT_INVALID: {
    exit: exitCodes.invalid,
    title: 'An artifact is not a skill, or not a form that can be read',
  },
  ERR_LOCK_INVALID: { exit: exitCodes.invalid, title: 'skills.json or skills.lock.json is broken' },

  ERR_DRIFT: { exit: exitCodes.drift, title: 'What is installed differs from the lock' },
  ERR_IO: { exit: exitCodes.failure, title: 'The file system refused: no space, no permission, read-only' },
  ERR_INTERRUPTED: { exit: exitCodes.interrupted, title: 'Stopped by the user; nothing is half-done' },
  ERR_INTERNAL: { exit: exitCodes.failure, title: 'A defect in skills itself' },
} as const satisfies Record<string, { exit: number; title: string }>;

/** A stable name of an error; see docs/ERRORS.md. */
export type ErrorCode = keyof typeof errorTable;

/** What goes with an error besides its code and message. */
export interface ErrorDetails {
  /** What the reader can do about it: a command, a flag, a file to look at. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
  /** Facts for programs, shown by `--json`. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * The only error type that reaches a caller on purpose: what happened (`message`), why (`cause`), what to do (`hint`).
 *
 * Secrets are taken out of message, hint and data here, so that no caller can forget it.
 */
export class SkillsError extends Error {
  override readonly name: string = 'SkillsError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly data: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(redact(message), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint === undefined ? undefined : redact(details.hint);
    this.data = redactValue(details.data) as ErrorDetails['data'];
  }

  /** The exit code that the command line ends with. */
  get exitCode(): number {
    return errorTable[this.code].exit;
  }
}

/** Content is well formed but not to be trusted; never thrown for content that is merely broken. */
export class TrustError extends SkillsError {
  override readonly name = 'TrustError';

  constructor(code: 'ERR_DIGEST_MISMATCH' | 'ERR_UNTRUSTED', message: string, details: ErrorDetails = {}) {
    super(code, message, details);
  }
}

/** Whether `error` is a {@link SkillsError}, of one of `codes` where any are named. */
export function isSkillsError(error: unknown, ...codes: ErrorCode[]): error is SkillsError {
  return error instanceof SkillsError && (codes.length === 0 || codes.includes(error.code));
}

const fileSystemMessages: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission was denied',
  EPERM: 'the operation is not permitted',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EIO: 'the device reports an input/output error',
};

/**
 * Turns any thrown value into a {@link SkillsError}; one that is already is returned as it is.
 *
 * File-system errors become `ERR_IO` (or `ERR_NOT_FOUND` for ENOENT), an abort becomes `ERR_INTERRUPTED`, all else `ERR_INTERNAL`.
 */
export function toSkillsError(error: unknown): SkillsError {
  if (error instanceof SkillsError) return error;
  const { code, path, name, message } = asErrorLike(error);
  if (name === 'AbortError' || name === 'ExitPromptError')
    return new SkillsError('ERR_INTERRUPTED', 'Stopped before it was done', { cause: error });
  const where = path ? `${path}: ` : '';
  if (code === 'ENOENT') return new SkillsError('ERR_NOT_FOUND', `${where}no such file or folder`, { cause: error });
  const known = code ? fileSystemMessages[code] : undefined;
  if (known) return new SkillsError('ERR_IO', `${where}${known} (${code})`, { cause: error });
  return new SkillsError('ERR_INTERNAL', message, {
    cause: error,
    hint: 'this is a defect: run the command again with --verbose and report what it prints',
  });
}

interface ErrorLike {
  readonly code?: string;
  readonly path?: string;
  readonly name?: string;
  readonly message: string;
}

function asErrorLike(error: unknown): ErrorLike {
  return typeof error === 'object' && error !== null && 'message' in error
    ? (error as ErrorLike)
    : { message: String(error) };
}
