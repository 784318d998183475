import { Args } from '@oclif/core';
import type { ResolveReport } from '../../manager/index.ts';
import { SkillsCommand } from '../command.ts';
import { remoteFlags } from '../flags.ts';

export class Resolve extends SkillsCommand {
  static override summary = 'Print the digest that a tag stands for';
  static override description =
    'One line, the reference by digest: what it names never changes. For scripts, and for files that must pin what they use.';
  static override examples = [
    '<%= config.bin %> resolve ghcr.io/acme/skills/pdf:latest',
    {
      description: 'The newest version in a range',
      command: '<%= config.bin %> resolve pdf@^1.2 --registry ghcr.io/acme/skills',
    },
  ];
  static override args = {
    reference: Args.string({ description: 'Reference with a tag, or oci-layout:DIR:TAG', required: true }),
  };
  static override flags = { ...remoteFlags };

  async run(): Promise<ResolveReport> {
    const { args, flags } = await this.parse(Resolve);
    const report = await this.withManager(flags, (manager) => manager.artifacts.resolve(args.reference));
    this.print(report.reference);
    return report;
  }
}
