import { Args, Flags } from '@oclif/core';
import { SkillsCommand } from '../command.ts';
import { indexFlags, projectFlags } from '../flags.ts';
import { formatFound } from '../render/skills.ts';

export class Search extends SkillsCommand {
  static override summary = 'Search the index for skills';
  static override aliases = ['find'];
  static override examples = [
    '<%= config.bin %> search "read pdf forms"',
    '<%= config.bin %> search chart --tag data --limit 5',
  ];
  static override strict = false;
  static override args = { query: Args.string({ description: 'Words to look for', required: true, multiple: true }) };
  static override flags = {
    ...projectFlags,
    ...indexFlags,
    tag: Flags.string({
      char: 't',
      summary: 'Only skills with this tag; may be repeated',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'TAG',
    }),
    limit: Flags.integer({ char: 'n', summary: 'How many at most', min: 1, max: 100, default: 20 }),
    offset: Flags.integer({ summary: 'How many to leave out before', min: 0, default: 0 }),
    sort: Flags.string({
      summary: 'Which come first',
      options: ['relevance', 'downloads', 'rating', 'recent'] as const,
      default: 'relevance',
    }),
  };

  async run() {
    const { argv, flags } = await this.parse(Search);
    const query = argv.join(' ');
    const { tag: tags, limit, offset } = flags;
    const sort = flags.sort as 'relevance' | 'downloads' | 'rating' | 'recent';
    const page = await this.withManager(flags, (manager) => manager.searchPage(query, { tags, limit, offset, sort }));
    const { results: skills, total } = page;
    if (skills.length === 0) this.note(`Nothing was found for "${query}". Fewer or other words may find more.`);
    else this.print(formatFound(skills));
    if (skills.length > 0 && total > offset + skills.length) {
      this.note(`${total} were found. The next ones: --offset ${offset + skills.length}`);
    }
    return page;
  }
}
