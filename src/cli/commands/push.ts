import { Args, Flags } from '@oclif/core';
import type { PushReport } from '../../manager/index.ts';
import { SkillsCommand } from '../command.ts';
import { dialectFlag } from '../dialect-flag.ts';
import { credentialFlags, transportFlags } from '../flags.ts';
import { formatPushReport } from '../render/packages.ts';

export class Push extends SkillsCommand {
  static override summary = 'Push a skill folder or package to a reference';
  static override examples = [
    '<%= config.bin %> push pdf ghcr.io/acme/skills/pdf:1.2.0',
    {
      description: 'The skill in this folder, into a layout folder',
      command: '<%= config.bin %> push oci-layout:./out:1.2.0',
    },
    {
      description: 'As an image too, for ToolHive, kagent and Kubernetes: …/pdf:image-1.2.0',
      command: '<%= config.bin %> push pdf ghcr.io/acme/skills/pdf:1.2.0 --dialect agentskills,image',
    },
  ];
  static override args = {
    source: Args.string({ description: 'Skill folder or package file (default: this folder)', required: true }),
    reference: Args.string({ description: 'Where to: registry/repository[:tag] or oci-layout:DIR[:tag]' }),
  };
  static override flags = {
    ...transportFlags,
    ...credentialFlags,
    version: Flags.string({ summary: 'The version, where neither tag nor skill states one', helpValue: 'X.Y.Z' }),
    ...dialectFlag,
    tag: Flags.string({ char: 't', summary: 'One more tag; may be repeated', multiple: true, multipleNonGreedy: true }),
  };

  async run(): Promise<PushReport> {
    const { args, flags } = await this.parse(Push);
    const [source, reference] = args.reference === undefined ? ['.', args.source] : [args.source, args.reference];
    const report = await this.withManager(flags, (manager) =>
      manager.push(source, reference, { version: flags.version, dialects: flags.dialect, tags: flags.tag }),
    );
    for (const warning of report.warnings) this.note(`warning: ${warning}`);
    this.print(formatPushReport(report), report.reference);
    return report;
  }
}
