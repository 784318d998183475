import { SkillsError } from '../core/index.ts';
import type { LoginCredentials } from '../manager/index.ts';
import { canAsk } from './ask.ts';
import { readSecret } from './secret.ts';

/** The flags that say who somebody is to a registry. */
export interface LoginFlags {
  readonly username?: string | undefined;
  readonly 'password-stdin'?: boolean | undefined;
  readonly 'identity-token-stdin'?: boolean | undefined;
}

/**
 * What the flags say, and what they leave open from whoever sits in front of it. A password is never a flag: others on the
 * machine see those.
 *
 * @throws SkillsError ERR_USAGE where something is missing and nobody can be asked.
 */
export async function askLogin(registry: string | undefined, flags: LoginFlags): Promise<LoginCredentials> {
  if (flags['identity-token-stdin']) return { identityToken: await readSecret('--identity-token-stdin') };
  const where = registry === undefined ? '' : ` for ${registry}`;
  const username = flags.username ?? (await askUsername(where));
  const password = flags['password-stdin'] ? await readSecret('--password-stdin') : await askPassword(username, where);
  return { username, password };
}

async function askUsername(where: string): Promise<string> {
  if (!canAsk()) throw missing(`a user name${where}`, 'name it with --username NAME');
  const { input } = await import('@inquirer/prompts');
  return input({ message: `User name${where}:`, required: true }, { output: process.stderr });
}

async function askPassword(username: string, where: string): Promise<string> {
  if (!canAsk()) throw missing(`a password${where}`, 'pipe it in: --password-stdin < FILE');
  const { password } = await import('@inquirer/prompts');
  const validate = (text: string) => text !== '' || 'A password is needed; Ctrl-C ends this';
  const message = `Password or token of ${username}${where}:`;
  return password({ message, validate, toggleMask: false }, { output: process.stderr });
}

function missing(what: string, hint: string): SkillsError {
  return new SkillsError('ERR_USAGE', `${what} is needed, and nobody can be asked for it here`, { hint });
}
