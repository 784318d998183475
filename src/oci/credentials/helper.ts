import { isSkillsError, redact, SkillsError } from '../../core/index.ts';
import { fromPair, toPair } from './auth-entry.ts';
import { isRecord } from './auth-file.ts';
import type { Credentials } from './credentials.ts';
import { findExecutable } from './executable.ts';
import { runProgram } from './helper-process.ts';
import { serversOf } from './keys.ts';
import type { Environment } from './places.ts';

/** A program that keeps credentials: `docker-credential-<name>`, after docker's protocol of that name. */
export interface Helper {
  readonly name: string;
  /** The file that names it, for messages. */
  readonly file: string;
  readonly env: Environment;
  /** Milliseconds that it may take; 60,000 by default, for it may ask its user something. */
  readonly timeout?: number | undefined;
}

/** docker's words, which every helper uses. */
const notFound = /credentials not found in native keychain/i;

/**
 * Asks a helper for a registry's credentials; undefined where it has none.
 *
 * @throws SkillsError ERR_CONFIG_INVALID where it is not there, fails, is silent, or answers what is none.
 */
export async function getFromHelper(helper: Helper, registry: string): Promise<Credentials | undefined> {
  for (const server of serversOf(registry)) {
    const found = readAnswer(await ask(helper, 'get', server, registry), helper, registry);
    if (found) return found;
  }
  return undefined;
}

function readAnswer(answer: string | undefined, helper: Helper, registry: string): Credentials | undefined {
  if (answer === undefined || answer.trim() === '') return undefined;
  const { Username: username, Secret: secret } = parse(answer) ?? {};
  if (username === '' && secret === '') return undefined;
  if (isText(username) && isText(secret)) return fromPair(username, secret);
  throw failure(helper, registry, 'answered something that is not {"Username": …, "Secret": …}');
}

/** @throws SkillsError ERR_CONFIG_INVALID as {@link getFromHelper} */
export async function storeInHelper(helper: Helper, registry: string, credentials: Credentials): Promise<void> {
  const { username, secret } = toPair(credentials);
  const [server] = serversOf(registry);
  const input = JSON.stringify({ ServerURL: server, Username: username, Secret: secret });
  await ask(helper, 'store', input, registry, secret);
}

/** What is not there is no error. @throws SkillsError ERR_CONFIG_INVALID as {@link getFromHelper} */
export async function eraseFromHelper(helper: Helper, registry: string): Promise<void> {
  for (const server of serversOf(registry)) await ask(helper, 'erase', server, registry);
}

/** What it printed; undefined where it says that it has nothing. */
async function ask(
  helper: Helper,
  verb: 'get' | 'store' | 'erase',
  input: string,
  registry: string,
  secret?: string,
): Promise<string | undefined> {
  const { env, timeout = 60_000 } = helper;
  const ended = await runProgram(locate(helper, registry), verb, input, { env, timeout });
  if (ended === 'does not answer') {
    throw failure(helper, registry, `has not answered "${verb}" within ${timeout / 1000} s`, {
      hint: `it may wait for a keychain to be unlocked; try by hand: echo ${serversOf(registry)[0]} | docker-credential-${helper.name} get`,
    });
  }
  if (typeof ended === 'string') throw failure(helper, registry, `${ended} ("${verb}")`);
  if (ended.code === 0) return ended.stdout;
  const said = `${ended.stdout}\n${ended.stderr}`;
  if (notFound.test(said)) return undefined;
  const shown = secret ? withoutSecret(said, secret) : said;
  throw failure(helper, registry, `failed on "${verb}"${describeEnd(ended.code, shown)}`);
}

function locate(helper: Helper, registry: string): string {
  const { name, file, env } = helper;
  if (!/^[A-Za-z0-9._-]+$/.test(name)) {
    throw new SkillsError('ERR_CONFIG_INVALID', `${file}: "${name}" cannot name a credential helper`, {
      hint: 'letters, digits, ".", "_" and "-": "pass" stands for the program docker-credential-pass',
    });
  }
  const program = findExecutable(`docker-credential-${name}`, env);
  if (program) return program;
  throw failure(helper, registry, 'is not on the PATH', { missing: true });
}

/** Whether the program of a helper is not there at all. */
export function isMissingHelper(error: unknown): error is SkillsError {
  return isSkillsError(error, 'ERR_CONFIG_INVALID') && error.data?.missing === true;
}

/** Some programs repeat what they were given in what they complain about. */
function withoutSecret(said: string, secret: string): string {
  return said.replaceAll(JSON.stringify(secret).slice(1, -1), '***').replaceAll(secret, '***');
}

function describeEnd(code: number | null, said: string): string {
  const line = redact(said.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()).slice(0, 300);
  return `${code === null ? '' : ` (exit code ${code})`}${line ? `: ${line}` : ''}`;
}

function failure(
  helper: Helper,
  registry: string,
  what: string,
  { hint, missing }: { hint?: string; missing?: boolean } = {},
): SkillsError {
  const { name, file } = helper;
  const message = `the credential helper docker-credential-${name}, which ${file} names for ${registry}, ${what}`;
  return new SkillsError('ERR_CONFIG_INVALID', message, {
    hint:
      hint ??
      `mend or install it; or take it out of "credsStore" and "credHelpers" in ${file}, and log in again: skills login ${registry}`,
    data: { helper: name, file, registry, ...(missing ? { missing } : {}) },
  });
}

function parse(answer: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(answer);
    return isRecord(value) ? value : undefined;
  } catch {
    // What it printed may well be a password: no word of it goes into an error.
    return undefined;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
