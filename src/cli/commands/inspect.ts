import { Args } from '@oclif/core';
import type { InspectReport } from '../../manager/index.ts';
import { SkillsCommand } from '../command.ts';
import { artifactFlags, offlineFlag, remoteFlags } from '../flags.ts';
import { formatInspectReport } from '../render/packages.ts';

export class Inspect extends SkillsCommand {
  static override summary = 'Show what is in a skill: published, packed or a folder';
  static override examples = [
    '<%= config.bin %> inspect ghcr.io/acme/skills/pdf:1.2.0',
    '<%= config.bin %> inspect ./pdf-1.2.0.spm --json',
  ];
  static override args = { subject: Args.string({ description: 'Reference, package file or folder', default: '.' }) };
  static override flags = { ...remoteFlags, ...artifactFlags, ...offlineFlag };

  async run(): Promise<InspectReport> {
    const { args, flags } = await this.parse(Inspect);
    const report = await this.withManager(flags, (manager) =>
      manager.inspect(args.subject, { platform: flags.platform, skill: flags.skill }),
    );
    this.print(formatInspectReport(report));
    return report;
  }
}
