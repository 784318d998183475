import { existsSync } from 'node:fs';
import { looksLikeRegistry, SkillsError } from '../core/index.ts';
import type { RegistryLogin } from '../manager/index.ts';
import { askLogin, type LoginFlags } from './ask-login.ts';

/**
 * The credentials that a command was given for the one registry that it names.
 *
 * @param words of the command line.
 * @throws SkillsError ERR_USAGE where it names several, or what is missing cannot be asked for.
 */
export async function readRegistryLogin(
  flags: LoginFlags,
  words: readonly string[],
): Promise<RegistryLogin | undefined> {
  if (flags.username === undefined && !flags['identity-token-stdin']) {
    if (!flags['password-stdin']) return undefined;
    throw new SkillsError('ERR_USAGE', '--password-stdin needs --username', { hint: 'add --username NAME' });
  }
  const registry = namedRegistry(words);
  return { registry, ...(await askLogin(registry, flags)) };
}

/** A password goes to the registry it was given for, and to no other that the command may lead to. */
function namedRegistry(words: readonly string[]): string | undefined {
  const hosts = new Set(words.map(hostIn).filter((host) => host !== undefined));
  if (hosts.size < 2) return [...hosts][0];
  throw new SkillsError('ERR_USAGE', `it is not said whether the credentials are for ${[...hosts].join(' or ')}`, {
    hint: `log in to each instead: ${[...hosts].map((host) => `skills login ${host}`).join(', ')}`,
  });
}

function hostIn(word: string): string | undefined {
  const value = word.replace(/^--?[\w-]+=/, '').replace(/^oci:\/\//, '');
  const [host = '', ...path] = value.split('/');
  return path.length > 0 && looksLikeRegistry(host) && !existsSync(value) ? host : undefined;
}
