import { Args } from '@oclif/core';
import { SkillsCommand } from '../../command.ts';
import { projectFlags } from '../../flags.ts';
import { formatRegistries } from '../../render/settings.ts';

export class RegistryRemove extends SkillsCommand {
  static override summary = 'Forget a registry; nothing in it is touched';
  static override aliases = ['registry:rm'];
  static override examples = ['<%= config.bin %> registry remove acme'];
  static override args = { name: Args.string({ description: 'Its name', required: true }) };
  static override flags = { ...projectFlags };

  async run() {
    const { args, flags } = await this.parse(RegistryRemove);
    const registries = await this.withManager(flags, async (manager) => {
      await manager.registries.remove(args.name);
      return await manager.registries.list();
    });
    this.print(formatRegistries(registries));
    return { registries };
  }
}
