import { Args, Flags } from '@oclif/core';
import { SkillsCommand } from '../command.ts';
import { projectFlags } from '../flags.ts';

export class Show extends SkillsCommand {
  static override summary = "Print an installed skill's instructions, as an agent reads them";
  static override aliases = ['load'];
  static override examples = [
    '<%= config.bin %> show pdf',
    { description: 'One of its other files', command: '<%= config.bin %> show pdf --file references/forms.md' },
  ];
  static override args = { name: Args.string({ description: 'The skill, perhaps with @version', required: true }) };
  static override flags = {
    ...projectFlags,
    file: Flags.string({ summary: 'A file of the skill instead of its instructions', helpValue: 'PATH' }),
  };

  async run() {
    const { args, flags } = await this.parse(Show);
    const shown = await this.withManager(flags, async (manager) => {
      const skill = await manager.load(args.name);
      const text = flags.file === undefined ? await skill.instructions() : await skill.text(flags.file);
      return {
        name: skill.name,
        version: skill.version,
        root: skill.root,
        files: [...skill.files],
        file: flags.file ?? skill.manifest.instructionsFile,
        text,
      };
    });
    this.printExactly(shown.text);
    return shown;
  }
}
