import { Args } from '@oclif/core';
import { SkillsCommand } from '../../command.ts';
import { projectFlags } from '../../flags.ts';

export class ConfigUnset extends SkillsCommand {
  static override summary = 'Take one setting back to its default';
  static override examples = ['<%= config.bin %> config unset index'];
  static override args = { key: Args.string({ description: 'Its key', required: true }) };
  static override flags = { ...projectFlags };

  async run() {
    const { args, flags } = await this.parse(ConfigUnset);
    await this.withManager(flags, async (manager) => await manager.config.unset(args.key));
    this.print(`${args.key} is at its default`);
    return { key: args.key };
  }
}
