import { SkillsCommand } from '../../command.ts';
import { projectFlags } from '../../flags.ts';
import { formatRegistries } from '../../render/settings.ts';

export class RegistryList extends SkillsCommand {
  static override summary = 'List the configured registries';
  static override aliases = ['registry:ls'];
  static override examples = ['<%= config.bin %> registry list'];
  static override flags = { ...projectFlags };

  async run() {
    const { flags } = await this.parse(RegistryList);
    const registries = await this.withManager(flags, async (manager) => await manager.registries.list());
    if (registries.length === 0)
      this.note('No registry is configured. To add one: skills registry add <name> <prefix>');
    else this.print(formatRegistries(registries));
    return { registries };
  }
}
