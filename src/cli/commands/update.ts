import { Args, Flags } from '@oclif/core';
import { exitCodes } from '../../core/index.ts';
import type { InstallReport } from '../../manager/index.ts';
import { SkillsCommand } from '../command.ts';
import { indexFlags, projectFlags, remoteFlags } from '../flags.ts';
import { formatInstallReport, formatOutdated } from '../render/install.ts';

export class Update extends SkillsCommand {
  static override summary = 'Update skills to the newest version that skills.json allows';
  static override description = 'Without a name, updates all. An update never changes where a skill comes from.';
  static override aliases = ['upgrade', 'up'];
  static override examples = [
    '<%= config.bin %> update',
    '<%= config.bin %> update pdf --latest',
    {
      description: 'Only look; exit code 10 where there is something to update',
      command: '<%= config.bin %> update --check',
    },
  ];
  static override strict = false;
  static override args = { names: Args.string({ description: 'Skills to update', multiple: true }) };
  static override flags = {
    ...projectFlags,
    ...remoteFlags,
    ...indexFlags,
    check: Flags.boolean({ summary: 'Change nothing; exit with 10 where updates were found' }),
    latest: Flags.boolean({ summary: 'Go beyond the ranges of skills.json, and write the new ones there' }),
  };

  async run(): Promise<InstallReport> {
    const { argv, flags } = await this.parse(Update);
    const { check, latest } = flags;
    const report = await this.withManager(flags, (manager) => manager.updateAll(argv as string[], { check, latest }));
    for (const warning of report.warnings) this.note(`warning: ${warning}`);
    this.print(check ? formatOutdated(report) : formatInstallReport(report));
    if (check && report.updated.length > 0) this.exitWith(exitCodes.drift);
    return report;
  }
}
