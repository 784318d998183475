import { Args, Flags } from '@oclif/core';
import type { PullReport } from '../../manager/index.ts';
import { SkillsCommand } from '../command.ts';
import { artifactFlags, offlineFlag, remoteFlags } from '../flags.ts';
import { formatPullReport } from '../render/packages.ts';

export class Pull extends SkillsCommand {
  static override summary = 'Fetch and verify a skill without giving it to agents';
  static override examples = [
    '<%= config.bin %> pull ghcr.io/acme/skills/pdf:1.2.0',
    { description: 'Into a folder', command: '<%= config.bin %> pull ghcr.io/acme/skills/pdf:1.2.0 -o ./pdf' },
  ];
  static override args = { reference: Args.string({ description: 'What to fetch', required: true }) };
  static override flags = {
    ...remoteFlags,
    ...artifactFlags,
    ...offlineFlag,
    output: Flags.string({ char: 'o', summary: 'Folder to make (default: the store)', helpValue: 'DIR' }),
  };

  async run(): Promise<PullReport> {
    const { args, flags } = await this.parse(Pull);
    const report = await this.withManager(flags, (manager) =>
      manager.pull(args.reference, { output: flags.output, platform: flags.platform, skill: flags.skill }),
    );
    this.print(formatPullReport(report), report.path);
    return report;
  }
}
