import { Args, Flags } from '@oclif/core';
import type { MirrorReport } from '../../manager/index.ts';
import { SkillsCommand } from '../command.ts';
import { concurrencyFlag, endFlags, indexFlags, projectFlags } from '../flags.ts';
import { exitOfFailures, formatMirrored, listCopied } from '../render/copying.ts';

export class Mirror extends SkillsCommand {
  static override summary = 'Copy all repositories of a namespace, with their signatures';
  static override description =
    'The repositories are those that the registry lists, or that the index knows where it lists none. Of each come all versions, what moves with them (latest, 1, 1.2), and all that refers to them. What is there already is not copied: run it again to go on, or to bring the copy up to date. A repository that fails does not stop the others; the exit code is then not 0, as it is where --filter matches none.';
  static override examples = [
    '<%= config.bin %> mirror ghcr.io/acme/skills registry.example.com/mirror',
    {
      description: 'What would be copied',
      command: '<%= config.bin %> mirror ghcr.io/acme/skills registry.example.com/mirror --dry-run',
    },
    "<%= config.bin %> mirror ghcr.io/acme/skills oci-layout:./mirror --filter 'pdf*'",
  ];
  static override args = {
    from: Args.string({ description: 'What all repositories begin with: host[/path]', required: true }),
    to: Args.string({
      description: 'What they begin with there: host[/path], or oci-layout:DIR|FILE.tar',
      required: true,
    }),
  };
  static override flags = {
    filter: Flags.string({
      summary: 'Only repositories that match, without what all begin with; * stands for anything; may be repeated',
      helpValue: 'GLOB',
      multiple: true,
      multipleNonGreedy: true,
    }),
    tags: Flags.string({
      summary: 'Only tags that match; may be repeated',
      helpValue: 'GLOB',
      multiple: true,
      multipleNonGreedy: true,
      exclusive: ['all-tags'],
    }),
    'all-tags': Flags.boolean({ char: 'a', summary: 'Also tags that have nothing to do with versions' }),
    referrers: Flags.boolean({ summary: 'Copy what refers to artifacts (default)', default: true, allowNo: true }),
    'dry-run': Flags.boolean({ summary: 'Say what would be copied, and copy nothing' }),
    force: Flags.boolean({ char: 'f', summary: 'Replace versions in the destination that have other content' }),
    ...concurrencyFlag,
    ...projectFlags,
    ...indexFlags,
    ...endFlags,
  };

  async run(): Promise<MirrorReport> {
    const { args, flags } = await this.parse(Mirror);
    const { filter, tags, 'all-tags': allTags, referrers, 'dry-run': dryRun, force, concurrency } = flags;
    const report = await this.withManager(flags, (manager) =>
      manager.artifacts.mirror(args.from, args.to, { filter, tags, allTags, referrers, dryRun, force, concurrency }),
    );
    this.print(formatMirrored(report), listCopied(report));
    this.exitWith(exitOfFailures(report));
    return report;
  }
}
