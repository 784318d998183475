import { Args, Flags } from '@oclif/core';
import type { CopyReport } from '../../manager/index.ts';
import { SkillsCommand } from '../command.ts';
import { concurrencyFlag, endFlags } from '../flags.ts';
import { formatCopied } from '../render/copying.ts';

export class Copy extends SkillsCommand {
  static override summary = 'Copy an artifact between registries, layout folders and layout tars';
  static override aliases = ['cp'];
  static override description =
    'Byte for byte, whatever is in it. With -r all that refers to it comes along: signatures, attestations, SBOMs, and cosign tags; they are there before the tag is. What the destination has is not sent again.';
  static override examples = [
    '<%= config.bin %> copy -r ghcr.io/acme/skills/pdf:1.2.0 registry.example.com/skills/pdf',
    '<%= config.bin %> copy -r ghcr.io/acme/skills/pdf:1.2.0 oci-layout:./pdf.tar',
    {
      description: 'A whole repository',
      command: '<%= config.bin %> copy -r --all-tags ghcr.io/acme/skills/pdf registry.example.com/skills/pdf',
    },
  ];
  static override args = {
    from: Args.string({
      description: 'Reference with a tag or digest, or oci-layout:DIR|FILE.tar[:registry/repository]:TAG',
      required: true,
    }),
    to: Args.string({ description: 'Where to; without a tag it gets the one that it has', required: true }),
  };
  static override flags = {
    recursive: Flags.boolean({ char: 'r', summary: 'All that refers to it too: signatures, attestations, SBOMs' }),
    tag: Flags.string({ char: 't', summary: 'One more tag; may be repeated', multiple: true, multipleNonGreedy: true }),
    'all-tags': Flags.boolean({ char: 'a', summary: 'Every tag of the repository', exclusive: ['tag'] }),
    force: Flags.boolean({ char: 'f', summary: 'Replace versions in the destination that have other content' }),
    ...concurrencyFlag,
    ...endFlags,
  };

  async run(): Promise<CopyReport> {
    const { args, flags } = await this.parse(Copy);
    const { recursive: referrers, tag: tags, 'all-tags': allTags, force, concurrency } = flags;
    const report = await this.withManager(flags, (manager) =>
      manager.artifacts.copy(args.from, args.to, { referrers, tags, allTags, force, concurrency }),
    );
    this.print(formatCopied(report), report.to);
    return report;
  }
}
