import { SkillsCommand } from '../../command.ts';
import { projectFlags } from '../../flags.ts';
import { formatSettings } from '../../render/settings.ts';

export class ConfigList extends SkillsCommand {
  static override summary = 'List what is set';
  static override aliases = ['config:ls'];
  static override examples = ['<%= config.bin %> config list'];
  static override flags = { ...projectFlags };

  async run() {
    const { flags } = await this.parse(ConfigList);
    const settings = await this.withManager(flags, async (manager) => await manager.config.list());
    if (Object.keys(settings).length === 0) this.note('Nothing is set; all is at its default.');
    else this.print(formatSettings(settings));
    return { settings };
  }
}
