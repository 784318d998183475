import { SkillsCommand } from '../../command.ts';
import { formatSize } from '../../render/format.ts';

export class CacheClear extends SkillsCommand {
  static override summary = 'Empty the cache; installed skills stay';
  static override aliases = ['cache:clean'];
  static override examples = ['<%= config.bin %> cache clear'];

  async run() {
    const { flags } = await this.parse(CacheClear);
    const freed = await this.withManager(flags, async (manager) => {
      const before = await manager.getCacheSize();
      await manager.clearCache();
      return before - (await manager.getCacheSize());
    });
    this.print(`Freed ${formatSize(freed)}`);
    return { freed };
  }
}
