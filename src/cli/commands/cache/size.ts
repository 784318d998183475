import { SkillsCommand } from '../../command.ts';
import { formatSize } from '../../render/format.ts';

export class CacheSize extends SkillsCommand {
  static override summary = 'Say how much of the disk the cache takes';
  static override examples = ['<%= config.bin %> cache size'];

  async run() {
    const { flags } = await this.parse(CacheSize);
    const bytes = await this.withManager(flags, (manager) => manager.getCacheSize());
    this.print(formatSize(bytes));
    return { bytes };
  }
}
