import { Args, Flags } from '@oclif/core';
import type { PublishReport } from '../../manager/index.ts';
import { SkillsCommand } from '../command.ts';
import { dialectFlag } from '../dialect-flag.ts';
import { indexFlags, projectFlags, remoteFlags } from '../flags.ts';
import { formatPublishReport } from '../render/packages.ts';

export class Publish extends SkillsCommand {
  static override summary = 'Validate, pack and push a skill, and tell the index';
  static override description =
    'The version is taken from --version, the skill, a git tag, or the commit; it is always printed. A version that is published already is never replaced by other content.';
  static override examples = [
    '<%= config.bin %> publish',
    '<%= config.bin %> publish pdf --registry ghcr.io/acme/skills',
    '<%= config.bin %> publish pdf --dry-run',
    '<%= config.bin %> publish pdf --dialect agentskills,image',
  ];
  static override args = { dir: Args.string({ description: 'The skill folder', default: '.' }) };
  static override flags = {
    ...projectFlags,
    ...remoteFlags,
    ...indexFlags,
    version: Flags.string({ summary: 'The version, where the skill states none', helpValue: 'X.Y.Z' }),
    ...dialectFlag,
    'no-check-includes': Flags.boolean({
      summary: 'Publish a composition although skills that it includes are not there',
    }),
    'dry-run': Flags.boolean({ char: 'n', summary: 'Do all but change the registry and the index' }),
  };

  async run(): Promise<PublishReport> {
    const { args, flags } = await this.parse(Publish);
    const report = await this.withManager(flags, (manager) =>
      manager.publish(args.dir, {
        checkIncludes: !flags['no-check-includes'],
        dialects: flags.dialect,
        dryRun: flags['dry-run'],
        registry: flags.registry,
        version: flags.version,
      }),
    );
    for (const warning of report.warnings) this.note(`warning: ${warning}`);
    this.print(formatPublishReport(report), report.reference);
    return report;
  }
}
