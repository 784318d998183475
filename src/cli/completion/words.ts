import type { Config } from '@oclif/core';

/** A command as completion scripts need it. */
export interface CompletedCommand {
  /** `registry list` */
  readonly words: string;
  readonly summary: string;
  readonly flags: readonly CompletedFlag[];
}

export interface CompletedFlag {
  readonly name: string;
  readonly char: string | undefined;
  readonly summary: string;
  /** Whether a value follows. */
  readonly takesValue: boolean;
  readonly options: readonly string[];
}

/** All commands and aliases that are not hidden, sorted by name. */
export function describeCommands(config: Pick<Config, 'commands'>): CompletedCommand[] {
  return config.commands
    .filter((command) => !command.hidden)
    .map((command) => ({
      words: command.id.replaceAll(':', ' '),
      summary: plain(command.summary ?? ''),
      flags: Object.entries(command.flags)
        .filter(([, flag]) => !flag.hidden)
        .map(([name, flag]) => ({
          name,
          char: flag.char,
          summary: plain(flag.summary ?? flag.description ?? ''),
          takesValue: flag.type === 'option',
          options: flag.type === 'option' ? (flag.options ?? []) : [],
        })),
    }))
    .sort((a, b) => (a.words < b.words ? -1 : 1));
}

/** Without what a shell would read inside quotes. */
function plain(text: string): string {
  return text
    .replace(/["'`$\\[\]:]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
