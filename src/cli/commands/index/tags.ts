import { SkillsCommand } from '../../command.ts';
import { indexFlags, projectFlags } from '../../flags.ts';
import { formatTable } from '../../render/table.ts';

export class IndexTags extends SkillsCommand {
  static override summary = 'List the topic tags that the index knows, with how many skills have them';
  static override examples = ['<%= config.bin %> index tags'];
  static override flags = { ...projectFlags, ...indexFlags };

  async run() {
    const { flags } = await this.parse(IndexTags);
    const tags = await this.withManager(flags, (manager) => manager.getTagCounts());
    this.print(
      formatTable(
        ['TAG', 'SKILLS'],
        tags.map(({ tag, count }) => [tag, String(count)]),
      ),
      tags.map(({ tag }) => tag).join('\n'),
    );
    return { tags };
  }
}
