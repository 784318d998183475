import { Args } from '@oclif/core';
import { SkillsCommand } from '../../command.ts';
import { projectFlags } from '../../flags.ts';

export class ConfigGet extends SkillsCommand {
  static override summary = 'Print one setting';
  static override examples = ['<%= config.bin %> config get index'];
  static override args = { key: Args.string({ description: 'Its key', required: true }) };
  static override flags = { ...projectFlags };

  async run() {
    const { args, flags } = await this.parse(ConfigGet);
    const value = await this.withManager(flags, async (manager) => await manager.config.get(args.key));
    this.print(value ?? '');
    return { key: args.key, value: value ?? null };
  }
}
