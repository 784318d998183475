import { Args, Flags } from '@oclif/core';
import type { TagsReport } from '../../manager/index.ts';
import { SkillsCommand } from '../command.ts';
import { remoteFlags } from '../flags.ts';
import { formatTags } from '../render/artifacts.ts';
import { count } from '../render/format.ts';

export class Tags extends SkillsCommand {
  static override summary = 'List the versions and tags of a repository';
  static override description =
    'Versions come from the newest, then tags that move (latest, 1, 1.2) with what they stand for, then others. With a tag or digest, only the tags that stand for the same. The topic tags of the search index: skills index tags.';
  static override examples = [
    '<%= config.bin %> tags ghcr.io/acme/skills/pdf',
    { description: 'What else latest is called', command: '<%= config.bin %> tags ghcr.io/acme/skills/pdf:latest' },
    { description: 'For a script, a tag a line', command: '<%= config.bin %> tags ghcr.io/acme/skills/pdf -q' },
  ];
  static override args = {
    repository: Args.string({ description: 'Repository, skill, or oci-layout:DIR', required: true }),
  };
  static override flags = {
    ...remoteFlags,
    all: Flags.boolean({
      char: 'a',
      summary: 'Also tags that programs write for what belongs to another manifest: sha256-…, sha256-….sig',
    }),
  };

  async run(): Promise<TagsReport> {
    const { args, flags } = await this.parse(Tags);
    const report = await this.withManager(flags, (manager) =>
      manager.artifacts.tags(args.repository, { all: flags.all }),
    );
    const { tags, hidden } = report;
    if (tags.length === 0) this.note(`${report.reference} has no tags`);
    else this.print(formatTags(report), tags.map(({ tag }) => tag).join('\n'));
    if (hidden > 0) this.note(`${count(hidden, 'tag')} that programs wrote: not shown without --all`);
    return report;
  }
}
