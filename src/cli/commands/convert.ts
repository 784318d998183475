import { Args, Flags } from '@oclif/core';
import type { ConvertReport } from '../../manager/index.ts';
import { SkillsCommand } from '../command.ts';
import { dialects } from '../dialect-flag.ts';
import { remoteFlags } from '../flags.ts';
import { formatConverted } from '../render/converted.ts';

export class Convert extends SkillsCommand {
  static override summary = 'Repackage a skill in another dialect, with the same content';
  static override description =
    'Reads any dialect. That the content digest stays the same is checked. Signatures are of the manifest, and do not come along: sign what was written.';
  static override examples = [
    {
      description: 'An image of a published version, beside it: …/pdf:image-1.2.0',
      command: '<%= config.bin %> convert ghcr.io/acme/skills/pdf:1.2.0 --dialect image ghcr.io/acme/skills/pdf',
    },
    {
      description: 'An image that ToolHive packed, as an artifact of your registry',
      command:
        '<%= config.bin %> convert ghcr.io/stacklok/skills/pdf:1.2.0 --dialect agentskills harbor.acme.dev/skills/pdf',
    },
  ];
  static override args = {
    from: Args.string({ description: 'The skill: any reference that can be installed', required: true }),
    to: Args.string({
      description: "Where to: registry/repository[:tag] or oci-layout:DIR[:tag]; the version's tag where none is named",
      required: true,
    }),
  };
  static override flags = {
    ...remoteFlags,
    dialect: Flags.option({ options: dialects, required: true, summary: 'The form to write' })(),
    skill: Flags.string({ char: 's', summary: 'Which skill of an artifact with several', helpValue: 'NAME' }),
    platform: Flags.string({
      summary: 'Which platform of an index whose files differ, such as linux/arm64',
      helpValue: 'OS/ARCH',
    }),
  };

  async run(): Promise<ConvertReport> {
    const { args, flags } = await this.parse(Convert);
    const { dialect, skill, platform } = flags;
    const report = await this.withManager(flags, (manager) =>
      manager.artifacts.convert(args.from, args.to, { dialect, skill, platform }),
    );
    this.print(formatConverted(report), report.to.reference);
    return report;
  }
}
