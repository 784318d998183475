import { basename, relative, resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { SkillsCommand } from '../command.ts';

export class Init extends SkillsCommand {
  static override summary = 'Make a new skill that validates';
  static override aliases = ['new', 'create'];
  static override examples = [
    '<%= config.bin %> init pdf-forms',
    { description: 'Add a skill.yaml to the skill in this folder', command: '<%= config.bin %> init --from-skill-md' },
  ];
  static override args = {
    name: Args.string({ description: 'Name and folder of the skill (default: this folder)' }),
  };
  static override flags = {
    'from-skill-md': Flags.boolean({ summary: 'Add a skill.yaml to the SKILL.md that is there' }),
    description: Flags.string({ char: 'd', summary: 'What the skill does and when to use it', helpValue: 'TEXT' }),
    force: Flags.boolean({ char: 'f', summary: 'Replace files that are there' }),
  };

  async run() {
    const { args, flags } = await this.parse(Init);
    const made = await this.withManager(flags, (manager) =>
      manager.init(args.name, {
        fromSkillMd: flags['from-skill-md'],
        force: flags.force,
        description: flags.description,
      }),
    );
    const place = relative(process.cwd(), made.dir) || '.';
    const asked = basename(resolve(args.name ?? '.'));
    if (made.name !== asked) this.note(`"${asked}" is not a skill's name: this one is called ${made.name}`);
    this.print(`Made ${place}:\n${made.files.map((file) => `  ${file}`).join('\n')}`, place);
    this.note(`Next: write what the agent should do into SKILL.md, then: skills validate ${quote(place)}`);
    return made;
  }
}

/** As a shell reads it as one word. */
function quote(path: string): string {
  return /^[\w@%+=:,./~-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
