import { Args, Flags } from '@oclif/core';
import { exitCodes } from '../../core/index.ts';
import type { InstallReport } from '../../manager/index.ts';
import { SkillsCommand } from '../command.ts';
import { indexFlags, offlineFlag, projectFlags, remoteFlags } from '../flags.ts';
import { formatChanges, formatInstallReport, formatOutdated } from '../render/install.ts';

export class Update extends SkillsCommand {
  static override summary = 'Update skills to the newest version that skills.json allows';
  static override description = 'Without a name, updates all. An update never changes where a skill comes from.';
  static override aliases = ['upgrade', 'up'];
  static override examples = [
    '<%= config.bin %> update',
    '<%= config.bin %> update pdf',
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
    ...offlineFlag,
    check: Flags.boolean({ summary: 'Change nothing; exit with 10 where updates were found' }),
    force: Flags.boolean({ char: 'f', summary: 'Replace local edits' }),
  };

  async run(): Promise<InstallReport> {
    const { argv, flags } = await this.parse(Update);
    const { check, force, offline } = flags;
    const report = await this.withManager(flags, (manager) =>
      manager.updateAll(argv as string[], { check, force, offline }),
    );
    for (const warning of report.warnings) this.note(`warning: ${warning}`);
    this.print(check ? formatOutdated(report) : formatInstallReport(report), check ? undefined : formatChanges(report));
    if (check && report.updated.length > 0) this.exitWith(exitCodes.drift);
    return report;
  }
}
