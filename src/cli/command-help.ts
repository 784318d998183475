import { CommandHelp } from '@oclif/core';

type Flag = Parameters<CommandHelp['flagHelpLabel']>[0];
type Arg = Parameters<CommandHelp['arg']>[0];
type Section = ReturnType<CommandHelp['sections']>[number];

/** Groups of flags that many commands have, in the order in which they are wanted; they stand at the end. */
const commonGroups = ['CONNECTION', 'CREDENTIALS', 'GLOBAL'];

/**
 * The help of one command: how it is written, what it does and examples come first, its own flags next, and what many
 * commands have in common last.
 */
export class SkillsCommandHelp extends CommandHelp {
  protected override sections(): Section[] {
    const { USAGE, DESCRIPTION, EXAMPLES, ARGUMENTS, ALIASES, ...others } = this.#byHeader();
    const { 'FLAG DESCRIPTIONS': flagDescriptions } = others;
    const own: Section = {
      header: 'FLAGS',
      generate: ({ flags }) => this.flagSection('FLAGS', this.groupFlags(flags).mainFlags),
    };
    const common: Section = {
      header: 'FLAGS',
      generate: ({ flags }) => {
        const { flagGroups } = this.groupFlags(flags);
        const names = Object.keys(flagGroups).sort((a, b) => commonGroups.indexOf(a) - commonGroups.indexOf(b));
        return names.map((name) => this.flagSection(`${name} FLAGS`, flagGroups[name] ?? []));
      },
    };
    return [USAGE, DESCRIPTION, EXAMPLES, ARGUMENTS, own, ALIASES, flagDescriptions, common].filter(
      (section) => section !== undefined,
    );
  }

  /** Arguments and what must be given; all flags follow below. */
  protected override defaultUsage(): string {
    const { args, flags } = this.command;
    const words = Object.values(args)
      .filter(({ hidden }) => !hidden)
      .map((arg) => (this.#repeats(arg) ? this.arg(arg).replace(/(?=\]?$)/, '...') : this.arg(arg)));
    const needed = Object.values(flags)
      .filter(({ required, hidden }) => required && !hidden)
      .map((flag) => this.flagHelpLabel(flag).replace(/^(?:-\w, )?\s*/, ''));
    return ['<%= command.id %>', ...words, ...needed, '[FLAGS]'].join(' ');
  }

  protected override args(args: Arg[]): [string, string | undefined][] | undefined {
    const rows = super.args(args);
    return rows?.map(([name, text], at) => {
      const arg = args[at];
      return [arg && this.#repeats(arg) ? name : name.replace('...', ''), text];
    });
  }

  /** A command that takes more words than it names takes more of those that are multiple, where it says which. */
  #repeats({ multiple = false }: { readonly multiple?: boolean }): boolean {
    return (
      multiple || (this.command.strict === false && Object.values(this.command.args).every((arg) => !arg.multiple))
    );
  }

  /** Without the summary, which stands above already. */
  protected override description(): string | undefined {
    const { description } = this.command;
    return description ? this.wrap(description) : undefined;
  }

  protected override flagHelpLabel(flag: Flag, showOptions?: boolean): string {
    const plain = flag.type === 'option' && !flag.helpValue && !flag.options;
    return super.flagHelpLabel(plain ? { ...flag, helpValue: valueNameOf(flag.name) } : flag, showOptions);
  }

  protected override flags(flags: Flag[]): [string, string | undefined][] | undefined {
    const id = this.command.id.replaceAll(':', ' ');
    const summary = `One JSON document instead of text; its schema: skills schema ${id}`;
    return super.flags(flags.map((flag) => (flag.name === 'json' ? { ...flag, summary } : flag)));
  }

  protected flagSection(header: string, flags: Flag[]) {
    const body = this.flags(flags);
    return body ? { header, body } : undefined;
  }

  #byHeader(): Partial<Record<string, Section>> {
    return Object.fromEntries(super.sections().map((section) => [section.header, section]));
  }
}

function valueNameOf(name: string): string {
  return name.replace(/^.*-/, '').toUpperCase();
}
