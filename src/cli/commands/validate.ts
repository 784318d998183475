import { Args, Flags } from '@oclif/core';
import { exitCodes } from '../../core/index.ts';
import type { ValidateReport } from '../../manager/index.ts';
import { SkillsCommand } from '../command.ts';
import { formatValidateReport } from '../render/problems.ts';

export class Validate extends SkillsCommand {
  static override summary = 'Check skill folders and report every problem at once';
  static override aliases = ['lint'];
  static override examples = [
    '<%= config.bin %> validate',
    '<%= config.bin %> validate skills/* --strict',
    { description: 'Replace deprecated spellings', command: '<%= config.bin %> validate --fix' },
  ];
  static override strict = false;
  static override args = {
    dirs: Args.string({ description: 'Skill folders or packages (default: this folder)', multiple: true }),
  };
  static override flags = {
    strict: Flags.boolean({ summary: 'Warnings count as errors' }),
    profile: Flags.string({
      summary: 'Which rules: spm also demands SKILL.md, skill.yaml and docs/',
      options: ['default', 'spm'] as const,
      default: 'default',
    }),
    fix: Flags.boolean({ summary: 'Write the replacement of deprecated spellings' }),
  };

  async run(): Promise<ValidateReport> {
    const { argv, flags } = await this.parse(Validate);
    const dirs = argv.length > 0 ? (argv as string[]) : ['.'];
    const { strict, fix } = flags;
    const profile = flags.profile as 'default' | 'spm';
    const report = await this.withManager(flags, (manager) => manager.validate(dirs, { strict, profile, fix }));
    this.print(formatValidateReport(report));
    if (!report.ok) this.exitWith(exitCodes.invalid);
    return report;
  }
}
