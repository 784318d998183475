import { Args, Flags } from '@oclif/core';
import type { UninstallReport } from '../../manager/index.ts';
import { SkillsCommand } from '../command.ts';
import { projectFlags } from '../flags.ts';
import { formatChanges, formatUninstallReport } from '../render/install.ts';

export class Uninstall extends SkillsCommand {
  static override summary = 'Remove skills, and what only they needed';
  static override aliases = ['rm', 'remove'];
  static override examples = ['<%= config.bin %> uninstall pdf', '<%= config.bin %> rm pdf docx'];
  static override strict = false;
  static override args = { names: Args.string({ description: 'Skills to remove', required: true, multiple: true }) };
  static override flags = {
    ...projectFlags,
    force: Flags.boolean({ char: 'f', summary: 'Remove them even where they were edited' }),
  };

  async run(): Promise<UninstallReport> {
    const { argv, flags } = await this.parse(Uninstall);
    const report = await this.withManager(flags, (manager) =>
      manager.uninstall(argv as string[], { force: flags.force }),
    );
    this.print(formatUninstallReport(report), formatChanges(report));
    return report;
  }
}
