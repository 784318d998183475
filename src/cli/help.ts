import { Help } from '@oclif/core';
import { SkillsError } from '../core/index.ts';
import { SkillsCommandHelp } from './command-help.ts';
import { nearest } from './nearest.ts';

/** What most people need most days, in the order in which they need it. */
export const everyday = [
  'search',
  'install',
  'list',
  'info',
  'update',
  'uninstall',
  'init',
  'validate',
  'publish',
  'doctor',
] as const;

/** Every other command stands under one of these; a test holds that none is forgotten. */
export const others: Readonly<Record<string, readonly string[]>> = {
  'Skills at work': ['show', 'index tags'],
  Packages: ['pack', 'push', 'pull', 'inspect', 'convert'],
  Collections: ['collection push', 'collection list', 'collection add', 'collection remove'],
  'In a registry': ['tags', 'tag', 'resolve', 'discover', 'attach', 'delete', 'copy', 'mirror'],
  'Without a network': ['bundle save', 'bundle load'],
  Servers: ['registry serve', 'index serve'],
  Settings: [
    'login',
    'logout',
    'registry list',
    'registry add',
    'registry remove',
    'registry default',
    'config list',
    'config get',
    'config set',
    'config unset',
  ],
  'This tool': ['cache size', 'cache clear', 'completion', 'schema'],
};

/** `skills --help`: the everyday verbs with what they do, the rest by name. A command's own help is oclif's. */
export class SkillsHelp extends Help {
  protected override CommandHelpClass = SkillsCommandHelp;

  override async showHelp(argv: string[]): Promise<void> {
    const words = argv.filter((word) => !word.startsWith('-'));
    if (words[0] !== undefined) this.#requireCommand(words[0]);
    await super.showHelp(argv);
  }

  protected override async showRootHelp(): Promise<void> {
    this.log(this.formatRoot());
  }

  override formatRoot(): string {
    const { bin } = this.config;
    const list = everyday.map((id): [string, string | undefined] => {
      const command = this.config.findCommand(id);
      return [aliasesOf(id, command?.aliases), command && this.summary(command)];
    });
    const more = Object.entries(others).map(([title, words]): [string, string] => [title, words.join(', ')]);
    return [
      'The package manager for AI-agent skills, over the OCI registry you already run',
      this.section('USAGE', `$ ${bin} COMMAND [ARGUMENTS] [FLAGS]`),
      this.section('EVERYDAY', this.renderList(list, { indentation: 2, spacer: '\n' })),
      this.section('MORE', this.renderList(more, { indentation: 2, spacer: '\n' })),
      this.section(
        'EVERYWHERE',
        this.renderList(
          [
            ['--help', `what a command does: ${bin} install --help`],
            ['--json', 'one JSON document instead of text; its schema: skills schema <command>'],
            ['-q, --quiet', 'the result only'],
            ['--verbose', 'what happens underneath'],
          ],
          { indentation: 2, spacer: '\n' },
        ),
      ),
      `Start with: ${bin} init my-skill, or ${bin} install owner/repo.`,
    ].join('\n\n');
  }

  #requireCommand(first: string): void {
    const known = [...this.config.commandIDs, ...this.config.topics.map(({ name }) => name)];
    if (known.some((id) => id === first || id.startsWith(`${first}:`))) return;
    const meant = nearest(first, known);
    throw new SkillsError('ERR_USAGE', `there is no command "skills ${first}"`, {
      hint: meant ? `did you mean "skills ${meant.replaceAll(':', ' ')}"?` : 'see skills --help',
    });
  }
}

function aliasesOf(id: string, aliases: readonly string[] = []): string {
  return aliases.length === 0 ? id : `${id} (${aliases.join(', ')})`;
}
