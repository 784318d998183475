import { Args } from '@oclif/core';
import { SkillsCommand } from '../../command.ts';
import { projectFlags } from '../../flags.ts';

export class ConfigSet extends SkillsCommand {
  static override summary = 'Change one setting';
  static override examples = ['<%= config.bin %> config set index https://skills.example.com'];
  static override args = {
    key: Args.string({ description: 'Its key', required: true }),
    value: Args.string({ description: 'Its new value', required: true }),
  };
  static override flags = { ...projectFlags };

  async run() {
    const { args, flags } = await this.parse(ConfigSet);
    await this.withManager(flags, async (manager) => await manager.config.set(args.key, args.value));
    this.print(`${args.key} = ${args.value}`);
    return { key: args.key, value: args.value };
  }
}
