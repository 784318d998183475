import { Args, Flags } from '@oclif/core';
import type { SaveBundleReport } from '../../../manager/index.ts';
import { SkillsCommand } from '../../command.ts';
import { concurrencyFlag, indexFlags, offlineFlag, projectFlags, remoteFlags } from '../../flags.ts';
import { formatSaved } from '../../render/copying.ts';

export class BundleSave extends SkillsCommand {
  static override summary = 'Put skills, what they need and their signatures into one tar';
  static override description =
    'For machines without a network. Without skills named it takes what skills.lock.json pins. The tar is an OCI image layout: other tools read it too.';
  static override examples = [
    '<%= config.bin %> bundle save skills.tar',
    '<%= config.bin %> bundle save skills.tar pdf@^1.2 ghcr.io/acme/skills/csv-report:2.0.0',
  ];
  static override args = {
    file: Args.string({ description: 'The tar; one that is there is replaced', required: true }),
    specs: Args.string({ description: 'Skills (default: those of the lock)', multiple: true }),
  };
  static override flags = {
    ...projectFlags,
    ...remoteFlags,
    ...indexFlags,
    ...offlineFlag,
    referrers: Flags.boolean({ summary: 'Take what refers to the skills (default)', default: true, allowNo: true }),
    ...concurrencyFlag,
  };

  async run(): Promise<SaveBundleReport> {
    const { argv, args, flags } = await this.parse(BundleSave);
    const [, ...specs] = argv as string[];
    const { referrers, concurrency } = flags;
    const report = await this.withManager(flags, (manager) =>
      manager.artifacts.saveBundle(args.file, specs, { referrers, concurrency }),
    );
    this.print(formatSaved(report), report.file);
    return report;
  }
}
