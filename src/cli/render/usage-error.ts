import { SkillsError } from '../../core/index.ts';
import { nearest } from '../nearest.ts';

/** What oclif's errors about the words of a command carry, each kind something else. */
interface ParseError extends Error {
  /** Flags that the command does not have. */
  readonly flags?: readonly string[];
  readonly args?: readonly { readonly name?: string; readonly description?: string }[];
  readonly parse?: { readonly input?: { readonly flags?: Readonly<Record<string, unknown>> } };
}

/**
 * oclif's own errors are all about how the command was written; said here in this program's words.
 *
 * @param command as it is written: `registry list`.
 */
export function toUsageError(error: ParseError, command: string | undefined): SkillsError {
  const skills = command ? `skills ${command}` : 'skills';
  const help = `see ${skills} --help`;
  if (error.flags?.length && error.message.startsWith('Nonexistent')) return unknownFlag(error, skills, help);
  if (error.args?.length && error.message.startsWith('Missing')) return missingArguments(error, skills, help);
  const lines = error.message.split('\n').map((line) => line.trim());
  const said = lines.filter(
    (line) => line !== '' && !/^(See more help with|The following errors? occurred)/.test(line),
  );
  return new SkillsError('ERR_USAGE', [...new Set(said.map(reword))].join('\n  '), { hint: help });
}

function unknownFlag({ flags = [], parse }: ParseError, skills: string, help: string): SkillsError {
  const known = Object.keys(parse?.input?.flags ?? {});
  // A value is left out: it may be a password.
  const names = flags.map((flag) => flag.replace(/=.*/s, ''));
  const meant = names.map((name) => name.startsWith('--') && nearestFlag(name.slice(2), known)).find(Boolean);
  return new SkillsError('ERR_USAGE', `${skills} has no flag ${names.join(', ')}`, {
    hint: meant ? `did you mean --${meant}? All flags: ${skills} --help` : help,
  });
}

function nearestFlag(name: string, known: readonly string[]): string | undefined {
  return nearest(name, known) ?? known.find((flag) => flag.startsWith(`${name}-`));
}

function missingArguments({ args = [] }: ParseError, skills: string, help: string): SkillsError {
  const names = args.map(
    ({ name = '', description }) => `${name.toUpperCase()}${description ? ` (${description})` : ''}`,
  );
  return new SkillsError('ERR_USAGE', `${skills} needs ${names.join(' and ')}`, { hint: help });
}

function reword(line: string): string {
  const [, flag] = /^Missing required flag (\S+)$/.exec(line) ?? [];
  if (flag) return `--${flag} is needed`;
  const [, one, other] = /^--([\w-]+)\S* cannot also be provided when using --([\w-]+)$/.exec(line) ?? [];
  if (!one || !other) return line;
  return [one, other]
    .sort()
    .map((name) => `--${name}`)
    .join(' and ')
    .concat(' exclude each other');
}
