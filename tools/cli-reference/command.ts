/** A command as `oclif.manifest.json` describes it: what the reference needs of it. */
export interface ManifestCommand {
  readonly summary?: string;
  readonly description?: string;
  readonly aliases?: readonly string[];
  readonly examples?: readonly (string | { readonly description: string; readonly command: string })[];
  readonly args?: Readonly<Record<string, ManifestArg>>;
  readonly flags?: Readonly<Record<string, ManifestFlag>>;
}

interface ManifestArg {
  readonly name: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly multiple?: boolean;
  readonly default?: unknown;
}

interface ManifestFlag {
  readonly name: string;
  readonly char?: string;
  readonly allowNo?: boolean;
  readonly summary?: string;
  readonly description?: string;
  readonly type: 'boolean' | 'option';
  readonly helpValue?: string;
  readonly helpGroup?: string;
  readonly options?: readonly string[];
  readonly default?: unknown;
  readonly env?: string;
  readonly required?: boolean;
}

/** One command's section, in Markdown. */
export function describeCommand(name: string, command: ManifestCommand): string {
  const { summary = '', description, aliases = [], examples = [] } = command;
  const args = Object.values(command.args ?? {});
  const flags = Object.values(command.flags ?? {}).filter(({ helpGroup }) => helpGroup !== 'GLOBAL');
  const parts = [`### skills ${name}`, `${summary}.`];
  parts.push(fenced([`skills ${[name, ...args.map(usageOf), ...(flags.length > 0 ? ['[FLAGS]'] : [])].join(' ')}`]));
  if (aliases.length > 0)
    parts.push(`Aliases: ${aliases.map((alias) => `\`${alias.replaceAll(':', ' ')}\``).join(', ')}.`);
  if (description)
    parts.push(description.includes('\n  ') || description.includes(':  ') ? fenced([description]) : description);
  const rows = [...args.map(rowOfArg), ...flags.map(rowOfFlag)];
  if (rows.length > 0) parts.push(['| | |', '| --- | --- |', ...rows].join('\n'));
  if (examples.length > 0) parts.push(fenced(examples.map(exampleOf)));
  return parts.join('\n\n');
}

function fenced(lines: readonly string[]): string {
  return ['```', ...lines, '```'].join('\n');
}

function usageOf({ name, required, multiple }: ManifestArg): string {
  const word = `${name.toUpperCase()}${multiple ? '…' : ''}`;
  return required ? word : `[${word}]`;
}

function rowOfArg({ name, description = '', default: value }: ManifestArg): string {
  return `| \`${name.toUpperCase()}\` | ${escaped(description)}${value === undefined ? '' : ` (default: \`${value}\`)`} |`;
}

function rowOfFlag(flag: ManifestFlag): string {
  const { name, char, type, options, helpValue, default: value, env, required } = flag;
  const placeholder = type === 'boolean' ? '' : ` ${options?.join('\\|') ?? helpValue ?? name.toUpperCase()}`;
  const notes = [
    ...(required ? ['required'] : []),
    ...(value === undefined || value === false ? [] : [`default: \`${value}\``]),
    ...(env ? [`also \`${env}\``] : []),
  ];
  const text = `${flag.summary ?? flag.description ?? ''}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`;
  return `| \`${char ? `-${char}, ` : ''}--${flag.allowNo ? '[no-]' : ''}${name}${placeholder}\` | ${escaped(text)} |`;
}

function exampleOf(example: string | { readonly description: string; readonly command: string }): string {
  const text = typeof example === 'string' ? example : `# ${example.description}\n${example.command}`;
  return text.replaceAll('<%= config.bin %>', 'skills');
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
