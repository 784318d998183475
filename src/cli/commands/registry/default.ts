import { Args } from '@oclif/core';
import { SkillsCommand } from '../../command.ts';
import { projectFlags } from '../../flags.ts';
import { formatRegistries } from '../../render/settings.ts';

export class RegistryDefault extends SkillsCommand {
  static override summary = 'Choose the registry that bare names are looked up in';
  static override examples = ['<%= config.bin %> registry default acme'];
  static override args = { name: Args.string({ description: 'Its name', required: true }) };
  static override flags = { ...projectFlags };

  async run() {
    const { args, flags } = await this.parse(RegistryDefault);
    const registries = await this.withManager(flags, async (manager) => {
      await manager.registries.setDefault(args.name);
      return await manager.registries.list();
    });
    this.print(formatRegistries(registries));
    return { registries };
  }
}
