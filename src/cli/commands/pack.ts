import { Args, Flags } from '@oclif/core';
import type { PackReport } from '../../manager/index.ts';
import { SkillsCommand } from '../command.ts';
import { formatPackReport } from '../render/packages.ts';

export class Pack extends SkillsCommand {
  static override summary = 'Make a package file of a skill folder';
  static override examples = [
    '<%= config.bin %> pack pdf',
    { description: 'See what would go in', command: '<%= config.bin %> pack pdf --list' },
  ];
  static override args = { dir: Args.string({ description: 'The skill folder', default: '.' }) };
  static override flags = {
    version: Flags.string({ summary: 'The version, where the skill states none', helpValue: 'X.Y.Z' }),
    output: Flags.string({ char: 'o', summary: 'File or folder to write', helpValue: 'PATH' }),
    format: Flags.string({ summary: 'spm is a reproducible tar.gz', options: ['spm', 'zip'] as const, default: 'spm' }),
    list: Flags.boolean({ char: 'l', summary: 'Only list the files that would go in' }),
  };

  async run(): Promise<PackReport> {
    const { args, flags } = await this.parse(Pack);
    const report = await this.withManager(flags, (manager) =>
      manager.pack(args.dir, {
        format: flags.format as 'spm' | 'zip',
        list: flags.list,
        version: flags.version,
        output: flags.output,
      }),
    );
    this.print(formatPackReport(report), report.file);
    return report;
  }
}
