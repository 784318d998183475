import { Args, Flags } from '@oclif/core';
import type { TagReport } from '../../manager/index.ts';
import { SkillsCommand } from '../command.ts';
import { remoteFlags } from '../flags.ts';
import { formatTagged } from '../render/artifacts.ts';

export class Tag extends SkillsCommand {
  static override summary = 'Add tags to what is in a registry';
  static override description =
    'A tag that is a version is never moved to other content without --force, for people may have locked it; latest and its like are moved.';
  static override examples = [
    '<%= config.bin %> tag ghcr.io/acme/skills/pdf:1.2.0 stable',
    '<%= config.bin %> tag ghcr.io/acme/skills/pdf@sha256:… approved 2026-q4',
  ];
  static override args = {
    reference: Args.string({ description: 'What is tagged: a reference with a tag or digest', required: true }),
    tags: Args.string({ description: 'The tags, without the repository', required: true, multiple: true }),
  };
  static override flags = {
    ...remoteFlags,
    force: Flags.boolean({ char: 'f', summary: 'Move a version too, to other content' }),
  };

  async run(): Promise<TagReport> {
    const { argv, args, flags } = await this.parse(Tag);
    const [, ...tags] = argv as string[];
    const report = await this.withManager(flags, (manager) =>
      manager.artifacts.tag(args.reference, tags, { force: flags.force }),
    );
    this.print(formatTagged(report), report.reference);
    return report;
  }
}
